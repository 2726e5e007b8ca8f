# shellcheck shell=bash
# Sourced by deb.sh and portable.sh, after package.sh: puts the files of the Linux packages where they belong below a prefix.

# shellcheck disable=SC2034,SC2154 # what is set here is for the scripts that source this one, and the other way round

# The Rust target the program is for, and the name Debian has for it.
linux_target=$(uname -m)-unknown-linux-gnu
case $(uname -m) in
    x86_64) debian_architecture=amd64 ;;
    aarch64) debian_architecture=arm64 ;;
    *) die "Packages are made for x86_64 and aarch64 only." ;;
esac

# What both scripts call: COMMAND=PACKAGE pairs for `need`. (cc: SQLite and ring are compiled from C; objdump comes along.)
STAGE_NEEDS=(cc=gcc objdump=binutils python3=python3 desktop-file-validate=desktop-file-utils appstreamcli=appstream file=file)

# fill FILE.in TO puts the version and the day in.
fill() {
    sed -e "s/@VERSION@/$version/g" -e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/g" "$1" >"$2"
}

# stage PREFIX builds the program, fills PREFIX/bin and PREFIX/share, and checks what desktops will read.
stage() {
    local prefix=$1 linux=$root/packaging/linux
    build
    install -D -m 755 "$target_folder/$(profile_folder)/oriole" "$prefix/bin/oriole"
    install -D -m 644 "$linux/$APPLICATION.desktop" "$prefix/share/applications/$APPLICATION.desktop"
    mkdir -p "$prefix/share/metainfo" "$prefix/share/man/man1" "$prefix/share/doc/oriole"
    fill "$linux/$APPLICATION.metainfo.xml.in" "$prefix/share/metainfo/$APPLICATION.metainfo.xml"
    fill "$linux/oriole.1.in" "$prefix/share/man/man1/oriole.1"
    gzip -9n "$prefix/share/man/man1/oriole.1"
    "$root/packaging/icons.sh" linux "$prefix/share/icons"
    "$root/packaging/licences.py" "$linux_target" | gzip -9n >"$prefix/share/doc/oriole/licences.gz"
    install -m 644 "$root/LICENSE" "$root/resources/headless.md" "$prefix/share/doc/oriole/"

    say "Checking the desktop entry and the metainfo…"
    desktop-file-validate "$prefix/share/applications/$APPLICATION.desktop"
    # AppStream before 1.0 does not know <developer> and says so; that is no failure.
    appstreamcli validate --no-net "$prefix/share/metainfo/$APPLICATION.metainfo.xml" >&2
    local icon wanted
    for icon in "$prefix"/share/icons/hicolor/*/apps/*.png; do
        wanted=${icon#*/hicolor/}
        file --brief "$icon" | grep -q "PNG image data, ${wanted%%x*} x ${wanted%%x*}," || die "$icon does not have the size its folder says."
    done
}
