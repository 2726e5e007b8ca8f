#!/usr/bin/env bash
# Installs what deb.sh made on this very machine, starts it from its desktop entry, looks at it, and removes it again.
#
#     packaging/linux/test-deb.sh [--yes] [FILE.deb]
#
# Keeps target/checks/deb.png to look at. Ends at once where Oriole is installed already. Apart from Oriole it leaves what apt installed for
# it, as libraries.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
# shellcheck source=packaging/cross/screen.sh
. "$root/packaging/cross/screen.sh"

file=
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        *) file=$argument ;;
    esac
done
has_apt || die "This needs Debian or Ubuntu."
file=${file:-$packages/oriole_${version}_$(dpkg --print-architecture).deb}
[ -f "$file" ] || die "$file is missing; packaging/linux/deb.sh makes it."
[ -n "$(missing_packages oriole)" ] || die "Oriole is installed on this machine, and this would remove it."
need "Trying the package" "${SCREEN_NEEDS[@]}" gio=libglib2.0-bin xprop=x11-utils dbus-run-session=dbus-daemon
consent "$yes" "Install $file on this machine, try it and remove it?" || die "Nothing was done."

work=$(mktemp -d)
finish() {
    # With all that was started in it.
    if [ -n "${session:-}" ]; then kill -- "-$session" 2>/dev/null || true; fi
    stop_screen
    if [ -z "$(missing_packages oriole)" ]; then as_root apt-get purge -y -q oriole >&2; fi
    rm -rf "$work"
}
trap finish EXIT

say "Installing…"
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$(realpath "$file")" >&2
dpkg --verify oriole
[ "$(oriole --version)" = "oriole $version" ] || die "It says it is $(oriole --version)."
printf '{"id": 1, "do": "account.list"}\n{"id": 2, "do": "quit"}\n' | oriole --demo --headless >"$work/replies"
grep -q '"accounts"' "$work/replies" || die "It did not answer: $(cat "$work/replies")"

say "From its desktop entry…"
start_screen
entry=/usr/share/applications/$APPLICATION.desktop
# A home of its own, so that nobody's profile is touched.
export HOME=$work/home XDG_DATA_HOME=$work/home/data
mkdir -p "$HOME"
set -m
# shellcheck disable=SC2016 # the inner shell's own argument
env -u WAYLAND_DISPLAY dbus-run-session -- sh -c 'gio launch "$1" && sleep 600' sh "$entry" >"$work/log" 2>&1 &
session=$!
set +m
checks=$target_folder/checks
mkdir -p "$checks"
window=$(window_of 60) || die "No window came up: $(cat "$work/log")"
picture "$checks/deb.png" 60 || die "The window stays empty: see $checks/deb.png"
xprop -id "$window" WM_CLASS | grep -q "\"$APPLICATION\"" || die "The window's class is not $APPLICATION, so docks cannot match it to its entry."

say "What it has loaded must come from what it depends on…"
process=$(xdotool getwindowpid "$window")
apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances --installed oriole |
    grep '^[a-z]' | cut -d: -f1 | sort -u >"$work/allowed"
awk '$6 ~ /\.so/ {print $6}' "/proc/$process/maps" | sort -u >"$work/loaded"
[ -s "$work/loaded" ] || die "What it has loaded could not be seen."
while read -r library; do
    # Debian still knows some libraries by their place before /usr was one with /.
    owner=$(dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "${library#/usr}" 2>/dev/null || dpkg-query -S "*/${library##*/}") || die "$library belongs to no package."
    grep -qxF "$(printf '%s' "$owner" | head -n1 | cut -d: -f1)" "$work/allowed" || die "$library is in no package that Oriole depends on: $owner"
done <"$work/loaded"
say "$(wc -l <"$work/loaded") libraries, all of them."
kill -- "-$session"
session=

say "Removing…"
dpkg -L oriole | while read -r path; do [ -d "$path" ] || printf '%s\n' "$path"; done >"$work/installed"
as_root apt-get purge -y -q oriole >&2
while read -r path; do
    [ ! -e "$path" ] || die "$path was left behind."
done <"$work/installed"
[ -n "$(missing_packages oriole)" ] || die "It is still installed."
say "Passed. Look at $checks/deb.png."
