#!/usr/bin/env bash
# Makes what compiling for Windows and macOS takes on a Debian or Ubuntu machine, once, outside the repository.
#
#     packaging/cross/toolchain.sh [--yes] TARGET…       e.g. x86_64-pc-windows-gnu aarch64-apple-darwin
#
# It copies the Rust toolchain in use and puts a standard library for each target into the copy: the one that rustup has installed
# already (`rustup target add TARGET`), else one built from Rust's own source, which takes two minutes each. C code is compiled by
# mingw-w64 for Windows and by zig (from PyPI) for macOS. What was made is kept in ~/.cache/oriole-cross (or $ORIOLE_CROSS) and used
# again; it is safe to delete. The last line printed is the name of a file to source, which sets PATH and the compilers.
#
# Not touched: rustup's toolchains, the system's list of package sources.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=packaging/packages.sh
. "$here/../packages.sh"

ZIG_VERSION=0.15.2
ZIG_HASH=sha256:806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130

yes=0
targets=()
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        *-pc-windows-gnu | *-apple-darwin) targets+=("$argument") ;;
        *) die "This script does not know how to compile for $argument." ;;
    esac
done
[ "${#targets[@]}" -gt 0 ] || die "Say for which targets, e.g. x86_64-pc-windows-gnu aarch64-apple-darwin."
[ "$(uname -sm)" = "Linux x86_64" ] || die "This script works on 64-bit x86 Linux only. Elsewhere: rustup target add ${targets[*]}"

find_cargo
sysroot=$(rustc --print sysroot)
version=$(rustc --version | cut -d' ' -f2)
# Two compilers of one version may differ, so the copy is of this very one.
build=$version-$(rustc -vV | sed -n 's/^commit-hash: \(.\{9\}\).*/\1/p')
[ "$sysroot" != /usr ] || die "This Rust is part of the system's own folders and cannot be copied. Use the one of rustup."
cache=${ORIOLE_CROSS:-${XDG_CACHE_HOME:-$HOME/.cache}/oriole-cross}
tools=$cache/$build
copy=$tools/toolchain
mkdir -p "$tools"
# One at a time: two that make the same copy would spoil it.
exec 9>"$cache/lock"
flock 9

windows=0
macos=0
for target in "${targets[@]}"; do
    case $target in
        *windows*) windows=1 ;;
        *) macos=1 ;;
    esac
done

# ---- packages

needed=()
command -v cc >/dev/null || needed+=(gcc libc6-dev)
if [ "$windows" = 1 ] && ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
    needed+=(gcc-mingw-w64-x86-64-posix)
fi
if [ "$macos" = 1 ] && [ ! -x "$cache/zig-$ZIG_VERSION/ziglang/zig" ] && ! python3 -m pip --version >/dev/null 2>&1; then
    needed+=(python3 python3-pip)
fi
if [ "${#needed[@]}" -gt 0 ]; then
    has_apt || die "Compiling for ${targets[*]} needs what Debian calls ${needed[*]}; this system does not install with apt."
    say "Compiling for ${targets[*]} needs packages that are not installed: ${needed[*]}"
    consent "$yes" "Install them now?" || die "It cannot be done without them."
    need_root "${needed[@]}"
    install_packages "${needed[@]}" || die "They could not be installed. The reason is above."
fi

# ---- a copy of the toolchain in use

if [ ! -e "$copy/.complete" ] || [ ! -x "$copy/bin/cargo-clippy" ]; then
    say "Copying the toolchain (Rust $version) to $copy, once…"
    rm -rf "$copy"
    mkdir -p "$copy"
    # With "/.", since the folder may be a link. Without the documentation, which is half of it.
    tar -C "$sysroot/." --exclude=./share/doc -cf - . | tar -C "$copy" -xf -
    touch "$copy/.complete"
fi

# source_of_std prints the folder of the standard library's source for this very compiler.
source_of_std() {
    local from=$copy/lib/rustlib/src/rust/library apt=$tools/apt options site package
    if [ -f "$from/Cargo.lock" ]; then
        printf '%s\n' "$from"
        return 0
    fi
    from=$tools/source/usr/src/rustc-$version/library
    if [ ! -f "$from/Cargo.lock" ]; then
        has_apt || die "The source of Rust's standard library is missing. Get it with: rustup component add rust-src"
        say "Looking for the source of Rust $version among Debian's packages…"
        [ -f /usr/share/keyrings/debian-archive-keyring.gpg ] ||
            die "Debian's keys are missing. Either: rustup target add ${targets[*]}. Or: apt-get install debian-archive-keyring"
        # The mirror that this machine is set up with; on others than Debian there may be none.
        # shellcheck disable=SC2016 # apt's own placeholders
        site=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(COMPONENT)' |
            awk '$1 == "Debian" && $2 !~ /security/ && $3 == "main" {print $2; exit}')
        [ -n "$site" ] || die "No mirror of Debian is set up here. Instead: rustup target add ${targets[*]}, or rustup component add rust-src"
        # An apt of its own, so that the system's sources stay as they are.
        mkdir -p "$apt/etc/apt/"{sources.list.d,preferences.d,apt.conf.d} "$apt/var/lib/apt/lists/partial" \
            "$apt/var/cache/apt/archives/partial" "$apt/var/lib/dpkg" "$tools/source"
        : >"$apt/var/lib/dpkg/status"
        local suite
        for suite in trixie-backports sid; do
            printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$site" "$suite"
        done >"$apt/etc/apt/sources.list"
        options=(-o "Dir=$apt" -o "Dir::State::status=$apt/var/lib/dpkg/status" -o APT::Sandbox::User=root)
        apt-get "${options[@]}" update -qq >&2
        package=$(apt-cache "${options[@]}" madison rust-src | awk -v wanted="$version+" 'index($3, wanted) == 1 {print $3; exit}')
        [ -n "$package" ] ||
            die "Debian has no source of Rust $version (any more). Where rustup reaches its server: rustup target add ${targets[*]}"
        (cd "$tools/source" && apt-get "${options[@]}" download -qq "rust-src=$package" >&2)
        dpkg-deb -x "$tools"/source/rust-src_*.deb "$tools/source"
        rm -f "$tools"/source/rust-src_*.deb
    fi
    printf '%s\n' "$from"
}

# build_std TARGET builds the standard library and puts it into the copy.
build_std() {
    local target=$1 library=$copy/lib/rustlib/$1/lib linker=$tools/no-linker source object
    [ ! -e "$library/.complete" ] || return 0
    rm -rf "$library"
    mkdir -p "$library"
    source=$(source_of_std)
    say "Building the standard library for $target, once (about two minutes)…"
    # Only the archives are wanted; the shared library that cargo links as well may stay empty.
    # shellcheck disable=SC2016 # for the script that is written
    printf '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && : >"$2"; shift; done\n' >"$linker"
    chmod 755 "$linker"
    local name=${target//-/_}
    (
        cd "$source"
        # The real cargo and rustc, not rustup's stand-ins, which would lead back to the original.
        unset RUSTC RUSTUP_TOOLCHAIN LD_LIBRARY_PATH CARGO_ENCODED_RUSTFLAGS
        export PATH=$copy/bin:$PATH CARGO_TARGET_DIR=$tools/std "CARGO_TARGET_${name^^}_LINKER=$linker"
        RUSTC_BOOTSTRAP=1 __CARGO_DEFAULT_LIB_METADATA=oriolestd CARGO_PROFILE_RELEASE_DEBUG=0 \
            RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked -Zunstable-options -Cforce-frame-pointers=non-leaf" \
            cargo build --release --locked --manifest-path sysroot/Cargo.toml --target "$target" \
            --features "panic-unwind backtrace compiler-builtins-mem" >&2
        cp "$tools/std/$target/release/deps/"*.rlib "$library/"
        case $target in
            *-windows-gnu)
                for object in rsbegin rsend; do
                    RUSTC_BOOTSTRAP=1 rustc --target "$target" --crate-type lib --emit=obj -o "$library/$object.o" rtstartup/$object.rs
                done
                ;;
        esac
    )
    rm -rf "$tools/std"
    touch "$library/.complete"
}

for target in "${targets[@]}"; do
    if [ -d "$sysroot/lib/rustlib/$target/lib" ] && [ ! -e "$copy/lib/rustlib/$target/lib/.complete" ]; then
        rm -rf "$copy/lib/rustlib/$target"
        cp -a "$sysroot/lib/rustlib/$target" "$copy/lib/rustlib/"
        touch "$copy/lib/rustlib/$target/lib/.complete"
    fi
    build_std "$target"
done

# ---- C compilers

if [ "$macos" = 1 ] && [ ! -x "$cache/zig-$ZIG_VERSION/ziglang/zig" ]; then
    say "Fetching zig $ZIG_VERSION, the C compiler for macOS, from PyPI…"
    fresh=$(mktemp -d "$cache/zig.XXXXXX")
    printf 'ziglang==%s --hash=%s\n' "$ZIG_VERSION" "$ZIG_HASH" >"$fresh/wanted"
    python3 -m pip download --quiet --no-deps --require-hashes --requirement "$fresh/wanted" --dest "$fresh" >&2
    python3 -m zipfile -e "$fresh"/ziglang-*.whl "$fresh"
    rm "$fresh"/ziglang-*.whl
    chmod 755 "$fresh/ziglang/zig"
    rm -rf "$cache/zig-$ZIG_VERSION"
    mv "$fresh" "$cache/zig-$ZIG_VERSION"
fi
mkdir -p "$tools/no-sdk"

environment=$tools/environment.sh
cat >"$environment" <<END
# Made by packaging/cross/toolchain.sh. Sourced before cargo is called.
unset RUSTC RUSTUP_TOOLCHAIN LD_LIBRARY_PATH
export PATH='$copy/bin':"\$PATH"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
export ORIOLE_ZIG='$cache/zig-$ZIG_VERSION/ziglang/zig'
export CC_aarch64_apple_darwin='$here/zig-cc.sh' AR_aarch64_apple_darwin='$here/zig-ar.sh'
export CC_x86_64_apple_darwin='$here/zig-cc.sh' AR_x86_64_apple_darwin='$here/zig-ar.sh'
# Makes build scripts leave Apple's own tools, which are not here, uncalled.
export SDKROOT='$tools/no-sdk'
END
printf '%s\n' "$environment"
