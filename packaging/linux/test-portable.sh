#!/usr/bin/env bash
# Unpacks what portable.sh made, installs it into a home that goes away, uses it, and removes it; looks that nothing is left behind.
#
#     packaging/linux/test-portable.sh [--yes] [FILE.tar.gz]
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"

file=$packages/oriole-$version-linux-$(uname -m).tar.gz
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        *) file=$argument ;;
    esac
done
[ -f "$file" ] || die "$file is missing; packaging/linux/portable.sh makes it."
need "Trying the archive" desktop-file-validate=desktop-file-utils

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# With what paths may have in them.
export HOME="$work/a home & more"
mkdir -p "$HOME"
tar -C "$work" -xzf "$file"
installer=("$work"/oriole-*/install.sh)

for round in first second; do
    say "Installing, the $round time…"
    "${installer[0]}" >&2
    program=$HOME/.local/bin/oriole
    [ "$("$program" --version)" = "oriole $version" ] || die "It says it is $("$program" --version)."
    entry=$HOME/.local/share/applications/$APPLICATION.desktop
    desktop-file-validate "$entry"
    grep -qxF "Exec=\"$program\" -- %u" "$entry" || die "The desktop entry does not name the program: $(grep Exec "$entry")"
done
printf '{"id": 1, "do": "account.list"}\n{"id": 2, "do": "quit"}\n' | "$program" --demo --headless >"$work/replies"
grep -q '"accounts"' "$work/replies" || die "It did not answer: $(cat "$work/replies")"

say "Removing…"
"$HOME/.local/share/oriole-program/uninstall" >&2
# The list that desktops keep of all entries there is theirs.
left=$(find "$HOME" -not -type d -not -name mimeinfo.cache)
[ -z "$left" ] || die "Left behind: $left"
say "Passed."
