# shellcheck shell=bash
# Sourced, after package.sh, by the scripts that try a packaged program: a screen of their own without a monitor, and what to do with it.

# shellcheck disable=SC2034
SCREEN_NEEDS=(Xvfb=xvfb xdotool=xdotool import=imagemagick)

# start_screen opens a screen nobody else has and sets DISPLAY and screen_process.
start_screen() {
    local number
    number=$(mktemp)
    Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>"$number" >/dev/null 2>&1 &
    screen_process=$!
    until [ -s "$number" ]; do
        kill -0 "$screen_process" 2>/dev/null || die "Xvfb did not start."
        sleep 0.1
    done
    DISPLAY=:$(cat "$number")
    export DISPLAY
    rm -f "$number"
}

stop_screen() { [ -z "${screen_process:-}" ] || kill "$screen_process" 2>/dev/null || true; }

# window_of SECONDS prints the id of Oriole's window as soon as there is one.
window_of() {
    local left=$(($1 * 5)) found
    while [ "$left" -gt 0 ]; do
        found=$(xdotool search --onlyvisible --name '^(Oriole|黄鹂|.* [-—·] (Oriole|黄鹂))$' 2>/dev/null | tail -n1) || found=
        if [ -n "$found" ]; then
            printf '%s\n' "$found"
            return 0
        fi
        sleep 0.2
        left=$((left - 1))
    done
    return 1
}

# picture FILE SECONDS waits until something was painted (more than a few colours) and stays as it is, and keeps that as a PNG.
picture() {
    local file=$1 left=$2 colours now before=
    while [ "$left" -gt 0 ]; do
        import -silent -window root "$file"
        read -r colours now <<<"$(identify -format '%k %#' "$file")"
        if [ "$colours" -ge 200 ] && [ "$now" = "$before" ]; then return 0; fi
        before=$now
        sleep 1
        left=$((left - 1))
    done
    [ "$colours" -ge 200 ]
}

# ended PROCESS SECONDS waits until a process of this shell has ended.
ended() {
    local left=$(($2 * 5))
    while kill -0 "$1" 2>/dev/null; do
        [ "$left" -gt 0 ] || return 1
        sleep 0.2
        left=$((left - 1))
    done
}
