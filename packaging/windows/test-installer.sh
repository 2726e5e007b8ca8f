#!/usr/bin/env bash
# Installs what installer.sh made under wine, starts it from its shortcut, uses it, and removes it; looks that nothing is left behind.
#
#     packaging/windows/test-installer.sh [--yes] [SETUP.exe]
#
# Keeps target/checks/windows-installed.png to look at. Everything happens in a wine folder that goes away.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
# shellcheck source=packaging/cross/screen.sh
. "$root/packaging/cross/screen.sh"
# shellcheck source=packaging/cross/wine.sh
. "$root/packaging/cross/wine.sh"

setup=$packages/oriole-$version-windows-x86_64-setup.exe
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        *) setup=$argument ;;
    esac
done
[ -f "$setup" ] || die "$setup is missing; packaging/windows/installer.sh makes it."
need "Trying the installer" "${WINE_NEEDS[@]}" "${SCREEN_NEEDS[@]}"

work=$(mktemp -d)
finish() {
    end_wine
    stop_screen
    rm -rf "$work"
}
trap finish EXIT
start_screen
wine_prefix "$work/wine"

# What the installer may change: files, and the person's part of the registry. Wine writes that to a file when its server ends.
everything() {
    wineserver --wait
    (cd "$WINEPREFIX/drive_c" && find . -path ./windows -prune -o -print | sort)
}
registry() { wine reg query "$1" "${@:2}" 2>/dev/null | tr -d '\r'; }
everything >"$work/before"

say "Installing…"
wine "$setup" /S
home=$(find "$WINEPREFIX/drive_c/users" -type d -path '*AppData/Local/Programs/Oriole')
for file in oriole.exe uninstall.exe licences.txt LICENSE.txt oriole.ico; do
    [ -f "$home/$file" ] || die "$file was not installed."
done
registry 'HKCU\Software\Classes\xmpp\shell\open\command' | grep -qF 'oriole.exe" -- "%1"' || die "xmpp: is not registered."
registry 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Oriole' /v DisplayVersion | grep -qF "$version" ||
    die "Windows does not know that Oriole is installed."
link=$(find "$WINEPREFIX/drive_c/users" -name Oriole.lnk)
[ -n "$link" ] || die "There is no shortcut in the start menu."

say "Without a window…"
printf '{"id": 1, "do": "account.list"}\n{"id": 2, "do": "quit"}\n' | wine "$home/oriole.exe" --demo --headless >"$work/replies"
grep -q '"accounts"' "$work/replies" || die "It did not answer: $(cat "$work/replies")"

say "From the start menu…"
checks=$target_folder/checks
mkdir -p "$checks"
wine start /wait /unix "$link" &
started=$!
window_of 60 >/dev/null || die "No window came up."
picture "$checks/windows-installed.png" 60 || die "The window stays empty: see $checks/windows-installed.png"

say "Removing it while it runs must not work…"
code=0
wine "$home/uninstall.exe" /S "_?=$(winepath -w "$home")" || code=$?
[ "$code" = 2 ] || die "The uninstaller did not stop (code $code)."
close_program "$started"

say "Removing…"
wine "$home/uninstall.exe" /S
# The uninstaller goes on in a copy of itself.
wineserver --wait
[ ! -e "$home" ] || die "Left behind: $(find "$home")"
[ ! -e "$link" ] || die "The shortcut was left behind."
for key in 'HKCU\Software\Classes\xmpp' 'HKCU\Software\Classes\Oriole.xmpp' 'HKCU\Software\Oriole' \
    'HKCU\Software\Classes\AppUserModelId\im.oriole.Oriole' \
    'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Oriole'; do
    if wine reg query "$key" >/dev/null 2>&1; then die "$key was left behind."; fi
done
if registry 'HKCU\Software\RegisteredApplications' | grep -q Oriole; then die "Oriole is still among the registered applications."; fi
everything >"$work/after"
# The profile of the window that was opened is the person's, and stays.
left=$(comm -13 "$work/before" "$work/after" | grep -v -e '/AppData/Local/oriole' -e '/Temp/' -e '/Local/Programs$' || true)
[ -z "$left" ] || say "Files that were not there before (the person's own data are left out): $left"
say "Passed. Look at $checks/windows-installed.png."
