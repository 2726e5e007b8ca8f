#!/usr/bin/env bash
# Builds the Flatpak bundle, where Flatpak and Flathub's runtimes can be had.
#
#     packaging/flatpak/build.sh [--yes] [--source-only]
#
# The result is target/packages/oriole-VERSION-linux-MACHINE.flatpak. --source-only stops after what has to be there before Flatpak starts:
# the committed state of the repository, the sources of all crates, and the manifest.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
# shellcheck source=packaging/linux/stage.sh
. "$root/packaging/linux/stage.sh"

source_only=0
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        --source-only) source_only=1 ;;
        *) die "$argument is not understood; see the head of the script." ;;
    esac
done

find_cargo
folder=$packages/flatpak
rm -rf "$folder"
mkdir -p "$folder/source"
cp "$root/packaging/flatpak/$APPLICATION.yml" "$folder/"
git -C "$root" archive HEAD | tar -C "$folder/source" -xf -
fill "$root/packaging/linux/$APPLICATION.metainfo.xml.in" "$folder/source/$APPLICATION.metainfo.xml"
"$root/packaging/licences.py" "$linux_target" >"$folder/source/licences.txt"
# It prints what cargo has to be told to use them.
(cd "$folder/source" && "${CARGO:-cargo}" vendor --locked vendor 2>/dev/null >>.cargo/config.toml)
if [ "$source_only" = 1 ]; then
    say "$folder is ready for flatpak-builder."
    exit 0
fi

need "Building a Flatpak" flatpak-builder=flatpak-builder flatpak=flatpak
flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo
(cd "$folder" && flatpak-builder --user --install-deps-from=flathub --force-clean --repo=repo build "$APPLICATION.yml" >&2)
file=$packages/oriole-$version-linux-$(uname -m).flatpak
flatpak build-bundle "$folder/repo" "$file" "$APPLICATION" --runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo
done_with "$file"
