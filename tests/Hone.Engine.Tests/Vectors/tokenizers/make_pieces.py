"""Makes pieces.json: how the `regex` module cuts tricky texts with the expressions of published tokenizers.

    pip install regex
    python3 make_pieces.py

The module sees code points, as the engines of the published tokenizers do, and knows nothing of Hone's scanners.
Made with regex 2026.5.9 (Unicode 17). Running the script twice gives the same bytes. Strings are lists of UTF-16
lengths, so that the file stays readable: each case is a text and, per expression, the lengths of its pieces.
"""

import json
import pathlib
import random

import regex

HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
EXPRESSIONS = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "qwen2": HEAD + r"\p{N}" + TAIL,
    "llama3": HEAD + r"\p{N}{1,3}" + TAIL,
    "words": r"\w+|[^\w\s]+",
}

# Characters of every class the expressions tell apart, in and beyond the first plane, and those that look like one
# class and are of another: marks, joiners, superscripts, Roman numerals, circled letters, spaces of many widths.
FRAGMENTS = [
    "a", "Zz", "I've", "DON'T", "they'LL", "'s", "'S", "'\u017f", "'re", "'rE", "'v", "'", "''", "1", "23", "4567", " ", "  ", "   ",
    "\t", "\n", "\r\n", "\n\n", " \n", "\n ", "\v", "\f", "\u0085", "\u00a0", "\u2003", "\u2028", "\u3000", "\u200b", "\u200d", "\ufeff",
    "!", "?!", ".", "...", "_", "#", "$", "\u20ac", "+", "\u00ac", "\u00ab", "(", "\u3002", "\u00e9", "e\u0301", "\u0301", "\u0939\u093f\u0928",
    "\u0e01\u0e33", "\u6f22\u5b57", "\u3042", "\ud55c", "\u0663\u0664", "\u00bd", "\u00b2", "\u2168", "\u24b6", "\u3007", "\u02b0", "\u01c5",
    "\U0001d400\U0001d401", "\U0001d7cf\U0001d7d0", "\U00020000", "\U0001f600", "\U0001f468\u200d\U0001f469", "\U0001f1e9\U0001f1ea",
    "\U00010107", "\U00010140", "\U0001e900", "\U0001f130", "\U000e0100", "\U0010fffd", "\x00", "\x1c", "\x7f", "<|", "|>", "\u202e", "\u2066",
]

CHOSEN = [
    "", " ", "  ", "\n", " \n", "\n ", "  \n\n  x", "x  y", "x \n y", "x\t\ty", "a\u00a0\u00a0b", "tail   ", "tail \n", "tail\n  ",
    "I'm you're he's we'd they'll I've can't", "I'M YOU'RE HE'S WE'D THEY'LL I'VE CAN'T", "'\u017f'\u017fx", "'k'\u212a",
    "3.14159 2,718 1000000 12 1", "\U0001d7cf\U0001d7d0\U0001d7d1\U0001d7d2 \u0663\u0664\u0665\u0666 \u00bd\u00bc\u2168\u2169\u00b2",
    "\U0001d400\U0001d401\U00020000\u6f22", "\U0001f468\u200d\U0001f469\u200d\U0001f467!", "\u0939\u093f\u0928\u094d\u0926\u0940 \u0e01\u0e33\u0e25\u0e31\u0e07",
    "e\u0301e\u0301 \u0301 \u0301x", "if (x == 1) {\r\n    return -1; // done\r\n}\r\n\r\n", "$\\frac{1}{2}$ = \\boxed{0.5}\n#### 1/2",
    "\u3000\u6f22\u5b57\u3000\u3000\u6f22", "_a_b __init__ a_1", "\u202eabc\u202c \u2066x\u2069", "\x00a\x00 \x00", "\ufeffabc", "a\u200bb",
]


def lengths(pieces):
    return [len(piece.encode("utf-16-le")) // 2 for piece in pieces]


def main():
    random.seed(20)
    texts = CHOSEN + ["".join(random.choices(FRAGMENTS, k=random.randint(1, 10))) for _ in range(400)]
    compiled = {name: regex.compile(expression) for name, expression in EXPRESSIONS.items()}
    lines = []
    for text in texts:
        case = {"text": text}
        for name, expression in compiled.items():
            pieces = [match.group() for match in expression.finditer(text)]
            if name == "words":
                case[name] = pieces
            else:
                assert "".join(pieces) == text, (name, text)
                case[name] = lengths(pieces)
        lines.append("  " + json.dumps(case))
    target = pathlib.Path(__file__).resolve().parent / "pieces.json"
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="ascii")


main()
