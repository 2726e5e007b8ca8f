#!/bin/sh
# Builds OrioleEmoji.ttf anew from the drawings of Twemoji, which come with the crate twemoji-assets. Takes some minutes.
# Needs cargo and python3 with venv; everything else is fetched into a folder that is removed at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
twemoji=17.0.2
crate=1.5.1+$twemoji
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet fonttools==4.68.0 picosvg==0.23.0

cat >"$work/Cargo.toml" <<END
[package]
name = "drawings"
version = "0.0.0"
edition = "2024"
[lib]
path = "lib.rs"
[dependencies]
twemoji-assets = "=$crate"
[workspace]
END
: >"$work/lib.rs"
cd "$work"
cargo vendor --quiet --versioned-dirs >/dev/null
"$work/python/bin/python" "$here/make-emoji.py" "$work/vendor/twemoji-assets-$crate/assets/svg" "${twemoji%.*}" "$here/OrioleEmoji.ttf"
