#!/usr/bin/env bash
# Stands in for Apple's C compiler when the code is checked for macOS on Linux: passes C on to zig, without the options zig does not
# know. Objective-C needs Apple's headers, so its objects are empty: enough for `cargo check`, of no use for linking a program.
set -euo pipefail

: "${ORIOLE_ZIG:?is set by the file that packaging/cross/toolchain.sh names}"

system=aarch64-macos.11.0-none
arguments=()
output=
objective=0
skip=0
before=
for argument in "$@"; do
    if [ "$before" = -o ]; then output=$argument; fi
    before=$argument
    if [ "$skip" = 1 ]; then
        # What follows -arch or -target.
        case $argument in x86_64*) system=x86_64-macos.11.0-none ;; esac
        skip=0
        continue
    fi
    case $argument in
        -arch | -isysroot | -target) skip=1 ;;
        --target=x86_64*) system=x86_64-macos.11.0-none ;;
        --target=* | -mmacosx-version-min=* | -mmacos-version-min=* | -fembed-bitcode* | -gdwarf*) ;;
        *.m)
            objective=1
            arguments+=("$argument")
            ;;
        *) arguments+=("$argument") ;;
    esac
done

if [ "$objective" = 1 ] && [ -n "$output" ]; then
    exec "$ORIOLE_ZIG" cc -target "$system" -x c -c -o "$output" /dev/null
fi
exec "$ORIOLE_ZIG" cc -target "$system" "${arguments[@]}"
