#!/usr/bin/env bash
# Builds the archive for any Linux with glibc: the program, and an installer into a person's own ~/.local.
#
#     packaging/linux/portable.sh [--yes] [--profile NAME]
#
# The result is target/packages/oriole-VERSION-linux-MACHINE.tar.gz. The program also runs from where the archive was unpacked: bin/oriole.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
read_options "$@"
# shellcheck source=packaging/linux/stage.sh
. "$root/packaging/linux/stage.sh"
need "Making the archive" "${STAGE_NEEDS[@]}"

name=oriole-$version-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stage "$work/$name"
install -m 755 "$root/packaging/linux/install.sh" "$work/$name/install.sh"
cp "$root/LICENSE" "$work/$name/LICENSE"

mkdir -p "$packages"
file=$packages/$name.tar.gz
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -9n >"$file"
done_with "$file"
