# shellcheck shell=bash
# Sourced, after package.sh and screen.sh, by the scripts that try the Windows program: a wine of their own.

# shellcheck disable=SC2034
WINE_NEEDS=(wine=wine x86_64-w64-mingw32-gcc=gcc-mingw-w64-x86-64-posix)

# wine_prefix FOLDER makes a fresh Windows in there, with what wine lacks, and points wine at it.
wine_prefix() {
    export WINEPREFIX=$1 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
    local drive=$WINEPREFIX/drive_c/windows font
    wineboot --init >/dev/null 2>&1
    wineserver --wait
    # shellcheck disable=SC2154 # from package.sh
    x86_64-w64-mingw32-gcc -O2 -shared -o "$drive/system32/bcryptprimitives.dll" "$root/packaging/cross/bcryptprimitives.c" -ladvapi32
    mkdir -p "$drive/Fonts"
    for font in /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf; do
        if [ -f "$font" ]; then cp "$font" "$drive/Fonts/"; fi
    done
}

# close_program PROCESS closes Oriole's window by Alt+F4 and sees that the program ends without an error. (taskkill would send its message to
# windows that are not to be seen, too.)
close_program() {
    local window
    window=$(window_of 1) || die "The window is not there any more."
    xdotool windowfocus --sync "$window" key alt+F4
    ended "$1" 30 || die "The program did not end when it was asked to."
    wait "$1" || die "The program ended with an error."
    # It may have been started by another, which ended at once; this waits for all.
    timeout 60 wineserver --wait || die "The program did not end when it was asked to."
}

# end_wine stops all programs of this wine.
end_wine() { [ -z "${WINEPREFIX:-}" ] || wineserver --kill 2>/dev/null || true; }
