#!/usr/bin/env bash
# Checks on Linux what is for Windows and macOS. Run it before each release, and after changes to what only these systems compile.
#
#     packaging/check-all.sh [--yes] [--clippy]
#
# 1. makes a toolchain for both, once (packaging/cross/toolchain.sh: two minutes and 1.5 GB in ~/.cache/oriole-cross)
# 2. cargo clippy for Windows and for macOS on Apple's processors
# 3. builds the Windows program and runs core's tests under wine
# 4. starts that program under wine, without a window and with one, on a screen of its own; keeps target/checks/windows.png to look at
#
# --clippy stops after 2. Installing what is missing is asked for first (--yes or CI=true: it is not). Not seen by this: whether the program
# links and runs on macOS, and anything that wine does otherwise than Windows.
set -euo pipefail

# shellcheck source=packaging/package.sh
. "$(dirname "${BASH_SOURCE[0]}")/package.sh"
# shellcheck source=packaging/cross/screen.sh
. "$root/packaging/cross/screen.sh"
# shellcheck source=packaging/cross/wine.sh
. "$root/packaging/cross/wine.sh"

only_clippy=0
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        --clippy) only_clippy=1 ;;
        *) die "$argument is not understood; see the head of the script." ;;
    esac
done
windows=x86_64-pc-windows-gnu
macos=aarch64-apple-darwin

if [ "$yes" = 1 ]; then agree=--yes; else agree=; fi
environment=$("$root/packaging/cross/toolchain.sh" $agree "$windows" "$macos")
# shellcheck source=/dev/null
. "$environment"
cd "$root"

for target in "$windows" "$macos"; do
    say "== clippy for $target"
    cargo clippy --workspace --all-targets --locked --target "$target" -- -D warnings
done
if [ "$only_clippy" = 1 ]; then
    exit 0
fi

need "Trying the Windows program" "${WINE_NEEDS[@]}" "${SCREEN_NEEDS[@]}"
work=$(mktemp -d)
finish() {
    end_wine
    stop_screen
    rm -rf "$work"
}
trap finish EXIT

say "== core's tests under wine"
start_screen
wine_prefix "$work/wine"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
cargo test --package oriole-core --locked --target "$windows"

say "== the Windows program under wine"
cargo build --package oriole --locked --target "$windows"
program=$target_folder/$windows/debug/oriole.exe
wine "$program" --version
printf '{"id": 1, "do": "account.list"}\n{"id": 2, "do": "quit"}\n' | wine "$program" --demo --headless >"$work/replies"
grep -q '"accounts"' "$work/replies" || die "The program without a window did not answer: $(cat "$work/replies")"

checks=$target_folder/checks
mkdir -p "$checks"
wine "$program" --demo 2>"$work/log" &
started=$!
window_of 60 >/dev/null || die "No window came up: $(cat "$work/log")"
picture "$checks/windows.png" 60 || die "The window stays empty: see $checks/windows.png"
close_program "$started"
say "Passed. Look at $checks/windows.png."
