"""Builds OrioleEmoji.ttf: the drawings of Twemoji as a font of flat coloured layers (COLR version 0).

Why it exists: the text shaper draws COLR version 0 and bitmaps, not COLR version 1, and no package has today's emoji
in a font that is small and of that kind. Called by make-emoji.sh:

    python make-emoji.py FOLDER_OF_SVG_FILES VERSION OrioleEmoji.ttf

The drawings are named by their code points in hexadecimal, as Twemoji does: 1f44d-1f3fd.svg.
"""

import sys
from multiprocessing import Pool
from pathlib import Path

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Transform
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.roundingPen import RoundingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.svgLib.path import parse_path
from picosvg.svg import SVG

FAMILY = "Oriole Emoji"
COPYRIGHT = "Drawings: Twemoji, copyright Twitter, Inc and other contributors, CC-BY 4.0. Made into a font for Oriole."
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
EM = 512
# A drawing is a little larger than the letters beside it; ascent and descent are those of the bundled Latin face, so
# that a line with emoji stands where a line without stands.
SIDE, ADVANCE, BOTTOM = 560, 600, -96
ASCENT, DESCENT = 496, -124
PICTURE = "u_fe0f"
# What occurs inside of sequences and has no drawing of its own.
PARTS = [0x200D, 0xFE0F, 0x20E3, *map(ord, "#*0123456789"), *range(0xE0020, 0xE0080)]
NAMED = {"black": "000000", "white": "ffffff", "red": "ff0000", "green": "008000", "navy": "000080"}


def name_of(code):
    """The name of a glyph, from code points in hexadecimal without the sign that asks for a picture."""
    return "u_" + "_".join(part for part in code.split("-") if part != "fe0f")


def colour_of(shape):
    """Red, green, blue and opacity of a shape, from 0 to 255."""
    text = NAMED.get(shape.fill, shape.fill.lstrip("#"))
    if len(text) == 3:
        text = "".join(digit * 2 for digit in text)
    return (*(int(text[at : at + 2], 16) for at in (0, 2, 4)), round(255 * shape.opacity))


def drawing(path):
    """The name of a drawing and its layers: colours with outlines in font units."""
    svg = SVG.parse(str(path)).topicosvg()
    box = svg.view_box()
    scale = SIDE / max(box.w, box.h)
    left = (ADVANCE - SIDE) / 2
    place = Transform(scale, 0, 0, -scale, left - box.x * scale, BOTTOM + SIDE + box.y * scale)
    layers = []
    for shape in svg.shapes():
        if shape.fill == "none":
            continue
        outline = RecordingPen()
        pen = Cu2QuPen(RoundingPen(outline), max_err=0.7, reverse_direction=True)
        parse_path(shape.as_path().d, TransformPen(pen, place))
        if outline.value:
            layers.append((colour_of(shape), tuple(outline.value)))
    return path.stem, layers


def glyph(outline):
    pen = TTGlyphPen(None)
    recording = RecordingPen()
    recording.value = list(outline)
    recording.replay(pen)
    return pen.glyph(dropImpliedOnCurves=True)


def box():
    """What stands for an emoji that is newer than the font."""
    pen = TTGlyphPen(None)
    for inset, turn in ((40, 1), (70, -1)):
        low, high = BOTTOM + inset, BOTTOM + SIDE - inset
        left, right = inset + 60, ADVANCE - inset - 60
        corners = [(left, low), (left, high), (right, high), (right, low)][::turn]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def main(folder, version, target):
    empty = glyph(())
    glyphs = {".notdef": box()}
    widths = {".notdef": ADVANCE}
    codes, sequences, colours, colr, seen = {}, {}, {}, {}, {}

    for code in PARTS:
        name = name_of(f"{code:x}") if code != 0xFE0F else PICTURE
        glyphs[name], widths[name], codes[code] = empty, 0, name

    with Pool() as pool:
        drawings = sorted(pool.map(drawing, sorted(Path(folder).glob("*.svg")), chunksize=50))
    for stem, layers in drawings:
        name = name_of(stem)
        points = [int(part, 16) for part in stem.split("-") if part != "fe0f"]
        if any(0xE000 <= point <= 0xF8FF for point in points):
            continue
        glyphs[name], widths[name] = empty, ADVANCE
        if len(points) == 1:
            codes[points[0]] = name
        else:
            sequences[name] = points
        colr[name] = []
        for colour, outline in layers:
            if outline not in seen:
                seen[outline] = f"l{len(seen)}"
                glyphs[seen[outline]], widths[seen[outline]] = glyph(outline), ADVANCE
            colr[name].append((seen[outline], colours.setdefault(colour, len(colours))))

    missing = {p for points in sequences.values() for p in points if p not in codes}
    for code in sorted(missing):
        name = f"u_{code:x}"
        glyphs[name], widths[name], codes[code] = empty, 0, name

    # Without a space, shapers take signs that are not seen out of a text instead of giving them no width, and then the
    # text editor, which looks for them at the start of lines, ends the program.
    glyphs["space"], widths["space"], codes[0x20] = empty, round(0.28 * EM), "space"

    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(codes)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics({name: (widths[name], getattr(table[name], "xMin", 0)) for name in glyphs})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(
        sTypoAscender=ASCENT, sTypoDescender=DESCENT, sTypoLineGap=0, usWinAscent=ASCENT, usWinDescent=-DESCENT, fsType=0
    )
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable(
        {
            "copyright": COPYRIGHT,
            "familyName": FAMILY,
            "styleName": "Regular",
            "uniqueFontIdentifier": f"{FAMILY} {version}",
            "fullName": FAMILY,
            "version": f"Version {version}",
            "psName": FAMILY.replace(" ", ""),
            "licenseInfoURL": LICENCE,
        }
    )
    # First the sign that asks for a picture goes, then sequences become one drawing: so they match with it and without.
    signs = "".join(f"sub {name} {PICTURE} by {name};\n" for code, name in sorted(codes.items()) if name != PICTURE)
    joined = "".join(
        f"sub {' '.join(codes[point] for point in points)} by {name};\n" for name, points in sorted(sequences.items())
    )
    addOpenTypeFeaturesFromString(
        builder.font,
        "languagesystem DFLT dflt;\n"
        f"lookup signs {{\n{signs}}} signs;\nlookup joined {{\n{joined}}} joined;\n"
        "feature ccmp { lookup signs; lookup joined; } ccmp;\n",
    )
    builder.font["COLR"] = buildCOLR(colr, version=0, glyphMap=builder.font.getReverseGlyphMap())
    palette = [tuple(channel / 255 for channel in colour) for colour in colours]
    builder.font["CPAL"] = buildCPAL([palette])
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(target)
    print(f"{len(drawings)} drawings, {len(glyphs)} glyphs, {len(colours)} colours")


if __name__ == "__main__":
    main(*sys.argv[1:])
