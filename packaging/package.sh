# shellcheck shell=bash
# Sourced by the scripts that make packages: the version, the places of things, building, and getting what is missing.
#
# Works for bash with `set -euo pipefail`, also the old one of macOS. What it says goes to stderr; the names of what was made go to stdout.

# shellcheck disable=SC2034 # half of what is set here is for the scripts that source this one

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=packaging/packages.sh
. "$root/packaging/packages.sh"

# The name every system knows the program by: desktop entry, icons, application id of the window, bundle, keyring. The same as in
# src/ui/app.rs, or docks cannot match the window to its entry.
APPLICATION=im.oriole.Oriole

# One version for all packages: that of [workspace.package] in Cargo.toml.
version=$(sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
[ -n "$version" ] || die "Cargo.toml has no version."

# The day of the release: that of the last commit, so that building twice gives the same. Not for cargo to see, which would build much anew
# after each commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}

target_folder=${CARGO_TARGET_DIR:-$root/target}
# Where the finished packages go.
packages=$target_folder/packages

# read_options "$@" understands what all of these scripts understand: --yes, and --profile NAME for another profile than `packaging`.
yes=0
profile=packaging
read_options() {
    while [ "$#" -gt 0 ]; do
        case $1 in
            --yes) yes=1 ;;
            --profile)
                profile=${2:?--profile needs a name}
                shift
                ;;
            *) die "$1 is not understood; see the head of the script." ;;
        esac
        shift
    done
}

# need PURPOSE COMMAND=PACKAGE… installs, with consent, the packages of those commands that are missing.
need() {
    local purpose=$1 pair missing=()
    shift
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    has_apt || die "$purpose needs what Debian calls ${missing[*]}; this system does not install with apt, so get it by hand."
    say "$purpose needs packages that are not installed: ${missing[*]}"
    consent "$yes" "Install them now?" || die "It cannot be done without them."
    need_root "${missing[@]}"
    install_packages "${missing[@]}" || die "They could not be installed. The reason is above."
}

# profile_folder prints the folder that cargo names after the profile.
profile_folder() {
    if [ "$profile" = dev ]; then printf 'debug\n'; else printf '%s\n' "$profile"; fi
}

# build [ARGUMENTS FOR CARGO…] builds the program with the chosen profile.
build() {
    find_cargo
    # No paths of this machine in the program. Between the two flags is the sign that cargo wants there.
    CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$root=oriole"$'\x1f'"--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" \
        "${CARGO:-cargo}" build --profile "$profile" --locked --manifest-path "$root/Cargo.toml" --package oriole "$@" >&2
}

# size FILE prints its size in megabytes.
size() { wc -c <"$1" | awk '{printf "%.1f MB\n", $1 / 1000000}'; }

# done_with FILE… says what was made.
done_with() {
    local file
    for file in "$@"; do
        say "$file ($(size "$file"))"
        printf '%s\n' "$file"
    done
}
