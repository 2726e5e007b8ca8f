#!/usr/bin/env bash
# Builds the installer and the portable archive for Windows, on Linux (by mingw-w64) or on Windows (by MSVC, from Git's bash).
#
#     packaging/windows/installer.sh [--yes] [--profile NAME]
#
# The results are target/packages/oriole-VERSION-windows-x86_64-setup.exe and ….zip. packaging/windows/test-installer.sh installs, uses
# and removes it under wine.
#
# Signing: where ORIOLE_SIGN is set it is called with each .exe before that is packed, e.g. ORIOLE_SIGN="signtool sign /a /fd sha256 /tr URL
# /td sha256". Without a signature Windows asks people whether they trust the file.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"
read_options "$@"

sign() {
    if [ -n "${ORIOLE_SIGN:-}" ]; then
        # shellcheck disable=SC2086 # a command with its arguments
        $ORIOLE_SIGN "$1" >&2
    fi
}

# native PATH prints a path as programs of Windows want it.
native() { if command -v cygpath >/dev/null; then cygpath -m "$1"; else printf '%s\n' "$1"; fi; }

definitions=()
case $(uname -s) in
    Linux)
        need "Making the installer" makensis=nsis python3=python3
        target=x86_64-pc-windows-gnu
        if [ "$yes" = 1 ]; then agree=--yes; else agree=; fi
        environment=$("$root/packaging/cross/toolchain.sh" $agree "$target")
        # shellcheck source=/dev/null
        . "$environment"
        # Debian's makensis has the 64-bit stubs, and only those run under a wine without 32 bits.
        definitions+=(-DAMD64)
        python=python3
        ;;
    MINGW* | MSYS* | CYGWIN*)
        target=x86_64-pc-windows-msvc
        PATH=$PATH:"/c/Program Files (x86)/NSIS"
        command -v makensis >/dev/null || die "makensis is missing. Get NSIS, e.g. with: choco install nsis"
        python=python
        ;;
    *) die "The installer for Windows is made on Linux or on Windows." ;;
esac

build --target "$target"
program=$target_folder/$target/$(profile_folder)/oriole.exe
sign "$program"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=oriole-$version-windows-x86_64
folder=$work/$name
mkdir -p "$folder" "$packages"
cp "$program" "$folder/oriole.exe"
"$python" "$root/packaging/licences.py" "$target" >"$folder/licences.txt"
cp "$root/LICENSE" "$folder/LICENSE.txt"
cp "$root/resources/headless.md" "$folder/headless.md"

setup=$packages/$name-setup.exe
makensis -V2 -INPUTCHARSET UTF8 "${definitions[@]}" "-DVERSION=$version" "-DROOT=$(native "$root")" \
    "-DPROGRAM=$(native "$program")" "-DLICENCES=$(native "$folder/licences.txt")" "-DOUTPUT=$(native "$setup")" \
    "$(native "$root/packaging/windows/oriole.nsi")" >&2
sign "$setup"

archive=$packages/$name.zip
rm -f "$archive"
(cd "$work" && "$python" -m zipfile -c "$(native "$archive")" "$name")
done_with "$setup" "$archive"
