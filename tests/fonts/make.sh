#!/bin/sh
# Builds the test fonts anew: Noto Sans CJK SC, Regular and Bold, cut down to the characters of the Chinese locale and of
# sample.txt, and DejaVu Sans, cut down to the letters of Hebrew and Arabic.
# Needs python3 with venv, and Debian's packages fonts-noto-cjk and fonts-dejavu-core.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
locale=$here/../../resources/locales/zh-CN
source=/usr/share/fonts/opentype/noto
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet fonttools==4.68.0
cat "$here/sample.txt" >"$work/characters"
find "$locale" -name '*.ftl' -exec cat {} + >>"$work/characters"

for weight in Regular Bold; do
    # In the collection, the faces are in the order JP, KR, SC, TC, HK.
    "$work/python/bin/pyftsubset" "$source/NotoSansCJK-$weight.ttc" --font-number=2 --text-file="$work/characters" \
        --layout-features= --no-recalc-timestamp --no-hinting --desubroutinize --name-IDs='*' --output-file="$here/NotoSansCJKsc-$weight.otf"
done

"$work/python/bin/pyftsubset" /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf --no-hinting --no-recalc-timestamp --name-IDs='*' \
    --unicodes=U+05D0-05EA,U+060C,U+061B,U+061F,U+0621-063A,U+0641-064A --layout-features=init,medi,fina,isol,rlig,ccmp \
    --drop-tables+=FFTM --output-file="$here/DejaVuSans-rtl.ttf"
