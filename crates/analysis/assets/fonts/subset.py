"""Cut Liberation Sans 2.1.5 down to the characters plots use, and rename it."""
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE, TARGET = sys.argv[1], sys.argv[2]
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
GREEK = [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA), 0x3D1, 0x3D5, 0x3D6]
OTHER = [ord(c) for c in "–—‘’“”†‡•…‰′″ℓ™←↑→↓↔⇒∂∆∏∑−∕∙√∞∫≈≠≡≤≥◊ħ⟨⟩∈∼∝∇"]
FACES = {
    "Regular": LATIN + GREEK + OTHER,
    "Italic": LATIN[:95 + 96] + GREEK + OTHER,
    "Bold": LATIN[:95 + 96] + GREEK + OTHER,
    "BoldItalic": LATIN[:95 + 96],
}
for face, characters in FACES.items():
    font = TTFont(f"{SOURCE}/LiberationSans-{face}.ttf", recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True,
                             name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], drop_tables=subset.Options().drop_tables + ["kern", "GPOS", "GSUB", "GDEF", "FFTM", "DSIG"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = record.toUnicode().replace("Liberation Sans", "Photopeak Sans").replace("LiberationSans", "PhotopeakSans")
    missing = [chr(c) for c in characters if c not in font.getBestCmap()]
    font.save(f"{TARGET}/PhotopeakSans-{face}.ttf")
    print(face, len(font.getBestCmap()), "characters; not in the source:", "".join(missing), [str(r) for r in font["name"].names][:6])
