#!/usr/bin/env bash
# Draws the application icon in all sizes from the one SVG, resources/icons/app/oriole.svg.
#
#     packaging/icons.sh [--yes] linux FOLDER     hicolor/SIZE/apps/*.png and the SVG, for /usr/share/icons
#     packaging/icons.sh [--yes] macos FILE.icns  with the margin that icons have on macOS
#     packaging/icons.sh [--yes] program          what building takes in, and is therefore committed beside the SVG: oriole.ico for oriole.exe,
#                                                 and oriole-64.rgba (64 x 64 pixels of red, green, blue, opacity) for the window itself
#
# Needs rsvg-convert or resvg; for macOS also iconutil (there) or png2icns, for the program ImageMagick.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/package.sh"

if [ "${1:-}" = --yes ]; then
    yes=1
    shift
fi
kind=${1:?linux, macos or program}
drawing=$root/resources/icons/app/oriole.svg
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# draw SIZE FILE [SVG]
draw() {
    if command -v rsvg-convert >/dev/null; then
        rsvg-convert --width "$1" --height "$1" --output "$2" "${3:-$drawing}"
    else
        resvg --width "$1" --height "$1" "${3:-$drawing}" "$2"
    fi
}

command -v resvg >/dev/null || need "Drawing the icon" rsvg-convert=librsvg2-bin

case $kind in
    linux)
        folder=${2:?the folder that hicolor is made in}/hicolor
        for pixels in 16 22 24 32 48 64 128 256 512; do
            mkdir -p "$folder/${pixels}x$pixels/apps"
            draw "$pixels" "$folder/${pixels}x$pixels/apps/$APPLICATION.png"
        done
        mkdir -p "$folder/scalable/apps"
        cp "$drawing" "$folder/scalable/apps/$APPLICATION.svg"
        ;;
    macos)
        output=${2:?the .icns to make}
        # On macOS an icon fills 824 of 1024 pixels. Small ones stay whole, or nothing could be seen on them.
        sed 's/viewBox="0 0 128 128"/viewBox="-15.5 -15.5 159 159"/' "$drawing" >"$work/large.svg"
        for pixels in 16 32 64 128 256 512 1024; do
            if [ "$pixels" -le 32 ]; then
                draw "$pixels" "$work/$pixels.png"
            else
                draw "$pixels" "$work/$pixels.png" "$work/large.svg"
            fi
        done
        if command -v iconutil >/dev/null; then
            set="$work/oriole.iconset"
            mkdir "$set"
            for pixels in 16 32 128 256 512; do
                cp "$work/$pixels.png" "$set/icon_${pixels}x$pixels.png"
                cp "$work/$((2 * pixels)).png" "$set/icon_${pixels}x$pixels@2x.png"
            done
            iconutil --convert icns --output "$output" "$set"
        else
            need "Making an .icns" png2icns=icnsutils
            png2icns "$output" "$work"/{16,32,128,256,512,1024}.png >&2
        fi
        ;;
    program)
        need "Making an .ico" convert=imagemagick
        for pixels in 16 20 24 32 40 48 64 256; do
            draw "$pixels" "$work/$pixels.png"
        done
        convert "$work"/{16,20,24,32,40,48,64,256}.png "$root/resources/icons/app/oriole.ico"
        convert "$work/64.png" -depth 8 "RGBA:$root/resources/icons/app/oriole-64.rgba"
        ;;
    *) die "linux, macos or program, not $kind." ;;
esac
