# shellcheck shell=bash
# Sourced by run.sh and test.sh: which Debian packages are missing, and how to install them with the person's consent.
#
# Works for bash with `set -euo pipefail`. All that it says goes to stderr, since the standard output of run.sh may belong to a
# program that reads it.

# What the window needs at run time. None of it is linked: the program opens these libraries by name when it starts, so a missing
# one is not noticed while building. The window is drawn by the processor unless there is a
# graphics card with a Vulkan driver of its own, so none is needed here.
# shellcheck disable=SC2034 # used by the scripts that source this one
WINDOW_PACKAGES=(
    libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6                      # X11
    libwayland-client0                                                  # Wayland
    libxkbcommon0 libxkbcommon-x11-0                                    # keyboard, on both
    fontconfig fonts-noto-cjk                                           # where fonts are, and one with Chinese, Japanese and Korean
)

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

# missing_packages NAME… prints those that are not installed, one a line.
missing_packages() {
    local package status
    for package in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=
        # One package may be there for several architectures; the status words then follow each other without a space.
        [[ $status == *installed* && $status != *not-installed* ]] || printf '%s\n' "$package"
    done
}

# as_root COMMAND… runs it as root, through sudo where that is needed.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -- "$@"; fi
}

# need_root NAME… ends the script where these packages could not be installed for lack of rights.
need_root() {
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
        die "Only root may install them, and there is no sudo. As root: apt-get install --no-install-recommends $*"
}

# consent YES QUESTION asks on the terminal, unless YES is 1 or this is CI. The answer is read from the terminal itself: the
# standard input may be meant for the program that is started afterwards.
consent() {
    local yes=$1 question=$2 answer
    if [ "$yes" = 1 ] || [ "${CI:-}" = true ]; then
        return 0
    fi
    if ! { true </dev/tty; } 2>/dev/null; then
        die "There is no terminal to ask on. Call this again with --yes to agree, or install the packages by hand."
    fi
    printf '%s [Y/n] ' "$question" >/dev/tty
    read -r answer </dev/tty || answer=n
    case $answer in
        '' | [Yy] | [Yy][Ee][Ss]) return 0 ;;
        *) return 1 ;;
    esac
}

# install_packages NAME… installs them and nothing that they merely recommend. Fails if apt does.
install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || say "The package lists could not be renewed; going on with those at hand."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2
}

# The folder rustup installs into is not yet on the path of the shell it was called from.
find_cargo() {
    if ! command -v "${CARGO:-cargo}" >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    command -v "${CARGO:-cargo}" >/dev/null || die "Rust is missing. Get it from https://rustup.rs, then call this again."
}
