#!/usr/bin/env bash
# Builds Oriole.app and what people download of it.
#
#     packaging/macos/bundle.sh [--yes] [--profile NAME]      on a Mac with Xcode's command line tools, Rust, and `brew install librsvg`
#     packaging/macos/bundle.sh [--yes] --without-program     anywhere: the bundle without the program in it, checked as far as that goes
#
# The results are target/packages/oriole-VERSION-macos-universal.dmg and ….zip, for Intel and Apple processors, from macOS 11 on.
#
# Signing, where these are in the environment (else the signature is ad hoc: people have to allow the program in System Settings):
#     ORIOLE_IDENTITY      the name of a "Developer ID Application" certificate in the keychain
#     ORIOLE_NOTARY        a keychain profile made by `xcrun notarytool store-credentials`; then it is notarised too
#
# What needs a Mac is marked [Mac]; none of it has been run by whoever has only Linux.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package.sh"

without_program=0
if [ "${1:-}" = --without-program ] || [ "${2:-}" = --without-program ]; then
    without_program=1
    if [ "$1" = --yes ]; then yes=1; fi
else
    read_options "$@"
    [ "$(uname -s)" = Darwin ] || die "Building for macOS needs a Mac. Here, --without-program makes the rest."
fi
if [ "$yes" = 1 ]; then agree=--yes; else agree=; fi

app=$packages/Oriole.app
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources/en.lproj" "$app/Contents/Resources/zh-Hans.lproj"
sed "s/@VERSION@/$version/g" "$root/packaging/macos/Info.plist.in" >"$app/Contents/Info.plist"
printf 'APPL????' >"$app/Contents/PkgInfo"
printf '"CFBundleDisplayName" = "Oriole";\n' >"$app/Contents/Resources/en.lproj/InfoPlist.strings"
printf '"CFBundleDisplayName" = "黄鹂";\n' >"$app/Contents/Resources/zh-Hans.lproj/InfoPlist.strings"
"$root/packaging/icons.sh" $agree macos "$app/Contents/Resources/oriole.icns"
cp "$root/LICENSE" "$app/Contents/Resources/LICENSE.txt"
"$root/packaging/licences.py" aarch64-apple-darwin >"$app/Contents/Resources/licences.txt"

# check_plists reads them as macOS does, or as Python does, and compares what has to fit.
check_plists() {
    if command -v plutil >/dev/null; then
        plutil -lint "$app/Contents/Info.plist" "$root/packaging/macos/oriole.entitlements" "$app"/Contents/Resources/*.lproj/InfoPlist.strings >&2
    fi
    python3 - "$app" "$root/packaging/macos/oriole.entitlements" "$APPLICATION" "$version" >&2 <<'END'
import pathlib, plistlib, struct, sys

app, entitlements, identifier, version = pathlib.Path(sys.argv[1]), *sys.argv[2:]
info = plistlib.loads((app / "Contents/Info.plist").read_bytes())
assert info["CFBundleIdentifier"] == identifier, info
assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == version, info
assert [kind["CFBundleURLSchemes"] for kind in info["CFBundleURLTypes"]] == [["xmpp"]], info
for language in info["CFBundleLocalizations"]:
    assert (app / "Contents/Resources" / f"{language}.lproj").is_dir(), language
assert plistlib.loads(pathlib.Path(entitlements).read_bytes()) == {}
icon = (app / "Contents/Resources" / (info["CFBundleIconFile"] + ".icns")).read_bytes()
assert icon[:4] == b"icns" and struct.unpack(">I", icon[4:8])[0] == len(icon), "the icon is damaged"
sizes, place = [], 8
while place < len(icon):
    kind, length = icon[place:place + 4].decode(), struct.unpack(">I", icon[place + 4:place + 8])[0]
    sizes.append(f"{kind} {length}")
    place += length
print("Info.plist and entitlements are sound; the icon holds", ", ".join(sizes))
END
}
check_plists

if [ "$without_program" = 1 ]; then
    say "$app is complete but for the program and the signature."
    exit 0
fi

# [Mac] the program, for both kinds of processor, as one file
export MACOSX_DEPLOYMENT_TARGET=11.0
for target in aarch64-apple-darwin x86_64-apple-darwin; do
    rustup target add "$target" >&2
    build --target "$target"
done
folder=$(profile_folder)
lipo -create -output "$app/Contents/MacOS/oriole" \
    "$target_folder/aarch64-apple-darwin/$folder/oriole" "$target_folder/x86_64-apple-darwin/$folder/oriole"
lipo -info "$app/Contents/MacOS/oriole" >&2
[ "$("$app/Contents/MacOS/oriole" --version)" = "oriole $version" ] || die "The program does not start, or has another version."

# [Mac] signature
if [ -n "${ORIOLE_IDENTITY:-}" ]; then
    codesign --force --options runtime --timestamp --entitlements "$root/packaging/macos/oriole.entitlements" --sign "$ORIOLE_IDENTITY" "$app"
else
    say "ORIOLE_IDENTITY is not set: the signature is ad hoc."
    codesign --force --options runtime --entitlements "$root/packaging/macos/oriole.entitlements" --sign - "$app"
fi
codesign --verify --deep --strict "$app"

# [Mac] notarisation: Apple looks at the program; its word is stapled to the bundle, so that it also opens without a network
archive=$packages/oriole-$version-macos-universal.zip
rm -f "$archive"
ditto -c -k --keepParent "$app" "$archive"
if [ -n "${ORIOLE_NOTARY:-}" ]; then
    xcrun notarytool submit "$archive" --keychain-profile "$ORIOLE_NOTARY" ${ORIOLE_KEYCHAIN:+--keychain "$ORIOLE_KEYCHAIN"} --wait >&2
    xcrun stapler staple "$app" >&2
    spctl --assess --type execute --verbose "$app" >&2
    rm -f "$archive"
    ditto -c -k --keepParent "$app" "$archive"
fi

# [Mac] the disk image: the program beside a link to where programs are
image=$packages/oriole-$version-macos-universal.dmg
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$app" "$work/Oriole.app"
ln -s /Applications "$work/Applications"
rm -f "$image"
hdiutil create -quiet -volname Oriole -srcfolder "$work" -format UDZO -fs HFS+ "$image"
if [ -n "${ORIOLE_IDENTITY:-}" ]; then
    codesign --timestamp --sign "$ORIOLE_IDENTITY" "$image"
fi
if [ -n "${ORIOLE_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$ORIOLE_NOTARY" ${ORIOLE_KEYCHAIN:+--keychain "$ORIOLE_KEYCHAIN"} --wait >&2
    xcrun stapler staple "$image" >&2
fi
done_with "$image" "$archive"
