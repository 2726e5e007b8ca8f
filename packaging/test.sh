#!/usr/bin/env bash
# Runs every test on a Debian or Ubuntu machine that has no more than Rust: installs what the tests talk to (asking first), among
# it the XMPP servers Prosody and ejabberd, and leaves none of it running or enabled.
#
#     packaging/test.sh [--yes] [ARGUMENTS FOR THE TESTS…]
#
# --yes or CI=true in the environment: install without asking. The arguments go to `cargo nextest run` where that is installed,
# else to `cargo test`. The tests start their own servers, on free ports of 127.0.0.1, and end them. Without a server this fails
# rather than leave tests out; those that need none run everywhere with `cargo test -p oriole-core -p oriole-ui`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=packaging/packages.sh
. "$here/packages.sh"

yes=0
arguments=()
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        *) arguments+=("$argument") ;;
    esac
done

needed=(
    prosody ejabberd erlang-base    # the servers, and what ejabberd runs on
    openssl                         # certificates for them
    python3-slixmpp                 # somebody with another client
    procps util-linux               # kill and setpriv, which start and end servers
    xvfb xdotool imagemagick dbus   # a screen without a monitor, hands and eyes for it, and a session bus
    "${WINDOW_PACKAGES[@]}"
)
if ! command -v cc >/dev/null; then
    needed+=(gcc libc6-dev)
fi

# Installed packages start their servers, unless this file says no.
policy=/usr/sbin/policy-rc.d
own_policy=0

keep_services_down() {
    if [ ! -e "$policy" ]; then
        own_policy=1
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
}

drop_policy() {
    if [ "$own_policy" = 1 ]; then
        own_policy=0
        as_root rm -f "$policy"
    fi
}

# disable_services PACKAGE… for those that were not here before: a server that somebody runs on this machine is left alone.
disable_services() {
    local package units=()
    for package in "$@"; do
        case $package in
            prosody) units+=(prosody.service) ;;
            ejabberd) units+=(ejabberd.service) ;;
            erlang-base) units+=(epmd.socket epmd.service) ;;
        esac
    done
    if [ "${#units[@]}" -eq 0 ] || ! command -v systemctl >/dev/null; then
        return 0
    fi
    local unit
    for unit in "${units[@]}"; do
        if systemctl is-enabled --quiet "$unit" 2>/dev/null; then
            as_root systemctl disable --quiet "$unit"
        fi
        # Only where systemd runs can a unit be running, and only where another policy let it start.
        if [ -d /run/systemd/system ] && systemctl is-active --quiet "$unit"; then
            as_root systemctl stop "$unit"
        fi
    done
}

if has_apt; then
    mapfile -t missing < <(missing_packages "${needed[@]}")
    if [ "${#missing[@]}" -gt 0 ]; then
        say "The tests need packages that are not installed: ${missing[*]}"
        consent "$yes" "Install them now? No service is left running." || die "Without them the tests cannot run."
        need_root "${missing[@]}"
        trap drop_policy EXIT
        keep_services_down
        installed=1
        install_packages "${missing[@]}" || installed=0
        drop_policy
        # Also after a failure: what did get installed should not start with the machine.
        disable_services "${missing[@]}"
        [ "$installed" = 1 ] || die "These packages could not be installed, so the tests cannot run: ${missing[*]}. The reason is above."
    fi
else
    say "This system does not install its software with apt, so nothing is installed here."
fi

/usr/bin/python3 -c 'import slixmpp' 2>/dev/null ||
    die "Python's slixmpp is missing, and the tests are not run without it. On Debian and Ubuntu it is the package python3-slixmpp."
for program in prosody prosodyctl ejabberdctl erl openssl setpriv kill Xvfb xdotool import dbus-daemon cc; do
    PATH="$PATH:/usr/sbin:/sbin" type -P "$program" >/dev/null ||
        die "The program $program is missing, and the tests are not run without it. On Debian and Ubuntu these packages have all that is needed: ${needed[*]}"
done

find_cargo
cargo=${CARGO:-cargo}
cd "$here/.."
if "$cargo" nextest --version >/dev/null 2>&1; then
    "$cargo" nextest run --workspace --locked "${arguments[@]}"
    # What nextest leaves out: the examples in the documentation.
    "$cargo" test --workspace --locked --doc
else
    "$cargo" test --workspace --locked "${arguments[@]}"
fi
