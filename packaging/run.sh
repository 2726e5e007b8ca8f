#!/usr/bin/env bash
# Builds and starts Oriole on a Debian or Ubuntu machine that has no more than Rust: installs the system packages it lacks (asking
# first), makes a release build and runs it.
#
#     packaging/run.sh [--yes] [ARGUMENTS FOR ORIOLE…]
#
# --yes or CI=true in the environment: install without asking. On other systems it says what is needed and builds all the same.
# Standard input and output are Oriole's, so this also works for `--headless`, which needs none of the packages of the window.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=packaging/packages.sh
. "$here/packages.sh"

yes=0
headless=0
arguments=()
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        --headless) headless=1 arguments+=("$argument") ;;
        *) arguments+=("$argument") ;;
    esac
done

needed=()
if [ "$headless" = 0 ]; then
    needed+=("${WINDOW_PACKAGES[@]}")
fi
# SQLite and ring are compiled from C.
if ! command -v cc >/dev/null; then
    needed+=(gcc libc6-dev)
fi

if has_apt; then
    mapfile -t missing < <(missing_packages "${needed[@]}")
    if [ "${#missing[@]}" -gt 0 ]; then
        say "Oriole needs packages that are not installed: ${missing[*]}"
        if consent "$yes" "Install them now?"; then
            need_root "${missing[@]}"
            install_packages "${missing[@]}" || die "They could not be installed. Without them Oriole may not start; the reason is above."
        else
            say "Going on without them; Oriole may not start."
        fi
    fi
elif [ "${#needed[@]}" -gt 0 ]; then
    say "This system does not install its software with apt, so nothing is installed here. Oriole needs what Debian calls"
    say "    ${needed[*]}"
    say "that is, the libraries of X11 or Wayland, xkbcommon, fontconfig and a font with Chinese characters. Building it needs a C compiler."
fi

find_cargo
manifest=$here/../Cargo.toml
"${CARGO:-cargo}" build --release --locked --manifest-path "$manifest" --package oriole >&2
exec "${CARGO:-cargo}" run --quiet --release --locked --manifest-path "$manifest" --package oriole -- "${arguments[@]}"
