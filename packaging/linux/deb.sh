#!/usr/bin/env bash
# Builds the package for Debian and Ubuntu.
#
#     packaging/linux/deb.sh [--yes] [--profile NAME]
#
# The result is target/packages/oriole_VERSION_ARCHITECTURE.deb. Installing tools that are missing is asked for first (--yes or CI=true: it
# is not). packaging/linux/test-deb.sh installs it, uses it and removes it.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
read_options "$@"
# shellcheck source=packaging/linux/stage.sh
. "$root/packaging/linux/stage.sh"
need "Making a .deb" "${STAGE_NEEDS[@]}" dpkg-deb=dpkg

tree=$packages/deb
rm -rf "$tree"
mkdir -p "$tree/DEBIAN"
stage "$tree/usr"

# Debian's own form, in which the text of this licence is on every system already.
rm "$tree/usr/share/doc/oriole/LICENSE"
cat >"$tree/usr/share/doc/oriole/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Oriole

Files: *
Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y), The Oriole contributors
License: MPL-2.0
Comment:
 The licences of the works of others that are in the program are in licences.gz beside this file.

License: MPL-2.0
 This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. On Debian systems its text is in
 /usr/share/common-licenses/MPL-2.0.
END
chmod 644 "$tree/usr/share/doc/oriole/copyright"
printf 'oriole (%s) stable; urgency=low\n\n  * Release %s.\n\n -- The Oriole contributors <maintainers@oriole.invalid>  %s\n' \
    "$version" "$version" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$tree/usr/share/doc/oriole/changelog.gz"

# libc is linked; the oldest one that has all that is used. Everything else is opened by name when the window opens, so no tool finds it.
libc=$(objdump -T "$tree/usr/bin/oriole" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n1 | cut -d_ -f2)
linked=$(objdump -p "$tree/usr/bin/oriole" | awk '$1 == "NEEDED" {print $2}')
for library in $linked; do
    case $library in
        libc.so.* | libm.so.* | ld-linux*.so.* | libgcc_s.so.1) ;;
        *) die "The program is linked with $library, which the package does not depend on: add it to deb.sh." ;;
    esac
done

cat >"$tree/DEBIAN/control" <<END
Package: oriole
Version: $version
Section: net
Priority: optional
Architecture: $debian_architecture
Maintainer: The Oriole contributors <maintainers@oriole.invalid>
Installed-Size: $(du -sk "$tree/usr" | cut -f1)
Depends: libc6 (>= $libc), libgcc-s1, libx11-6, libx11-xcb1, libxcb1, libxcursor1, libxi6, libxkbcommon0, libxkbcommon-x11-0, libwayland-client0
Recommends: fonts-noto-cjk, fontconfig-config, xdg-utils, gnome-keyring | kwalletmanager | keepassxc
Suggests: libvulkan1, mesa-vulkan-drivers
Description: desktop messenger for XMPP
 Oriole talks over XMPP, the open standard of messaging that no single
 company runs. It starts in a moment, works with several accounts at once,
 keeps chats on this computer, and speaks English and Simplified Chinese.
 .
 The messages and accounts of each person stay in ~/.local/share/oriole
 when the package is removed.
END
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

file=$packages/oriole_${version}_$debian_architecture.deb
SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH dpkg-deb --root-owner-group -Zxz --build "$tree" "$file" >&2
rm -rf "$tree"
done_with "$file"
