// Makes CanonicalTables.cs of the engine and normalization.json beside this script; see ../README.md.
//
//     node make_normalization.mjs
//
// Everything is asked of the runtime's own String.prototype.normalize, so the tables and the vectors have the Unicode
// version of the Node that runs it (17.0 for those in git). Running it twice gives the same bytes.

import { writeFileSync } from "node:fs";

const SURROGATES = [0xd800, 0xdfff];
const HANGUL = [0xac00, 0xd7a3];
const text = (...points) => String.fromCodePoint(...points);
const points = (string) => [...string].map((c) => c.codePointAt(0));
const hex = (point) => point.toString(16).toUpperCase();
const within = (point, [low, high]) => point >= low && point <= high;
const nfd = (string) => string.normalize("NFD");
const nfc = (string) => string.normalize("NFC");

const all = [];
for (let point = 0; point < 0x110000; point++) {
  if (!within(point, SURROGATES)) all.push(point);
}

// Decompositions. One that composition makes again is written `C:A.B`, its last step; any other `C!A.B...`, in full.
const decompositions = [];
for (const point of all) {
  const full = points(nfd(text(point)));
  if (within(point, HANGUL) || (full.length === 1 && full[0] === point)) continue;
  if (nfc(text(point)) !== text(point)) {
    decompositions.push(`${hex(point)}!${full.map(hex).join(".")}`);
    continue;
  }
  const first = points(nfc(text(...full.slice(0, -1))));
  const last = full.at(-1);
  if (first.length !== 1 || nfc(text(first[0], last)) !== text(point)) throw new Error(`U+${hex(point)} is no pair`);
  decompositions.push(`${hex(point)}:${hex(first[0])}.${hex(last)}`);
}

// Combining classes, by order alone: marks of a lower class move in front of marks of a higher one. U+0334 has the
// lowest class and U+0345 the highest, so a character that passes neither is a starter.
const LOWEST = 0x334;
const HIGHEST = 0x345;
const swaps = (left, right) => left !== right && nfd(text(left, right)) === text(right, left);
const undecomposed = (point) => nfd(text(point)) === text(point);
const marks = all.filter(
  (point) => point >= 0x300 && undecomposed(point) && (swaps(point, LOWEST) || swaps(HIGHEST, point)));
const representatives = [];
for (const mark of marks) {
  if (!representatives.some((known) => !swaps(known, mark) && !swaps(mark, known))) representatives.push(mark);
}
representatives.sort((left, right) => (swaps(left, right) ? 1 : -1));
const orders = new Map(
  marks.map((mark) => [mark, 1 + representatives.findIndex((known) => !swaps(known, mark) && !swaps(mark, known))]));

const ranges = [];
for (const mark of marks) {
  const last = ranges.at(-1);
  if (last && last.end + 1 === mark && last.order === orders.get(mark)) last.end = mark;
  else ranges.push({ start: mark, end: mark, order: orders.get(mark) });
}
const classes = ranges.map(({ start, end, order }) =>
  `${hex(start)}${end > start ? "-" + hex(end) : ""}=${order}`);

function wrap(items) {
  const lines = [""];
  for (const item of items) {
    if (lines.at(-1).length + item.length + 1 > 108) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) ? " " : "") + item;
  }
  return lines.map((line) => "        " + line).join("\n");
}

writeFileSync(new URL("../../../../src/Hone.Engine/Tokenizer/Normalizing/CanonicalTables.cs", import.meta.url), `\
namespace Hone.Engine.Tokenization.Normalizing;

/// <summary>
/// What Unicode ${process.versions.unicode} says of canonical equivalence, Hangul syllables apart. Made by make_normalization.mjs among the
/// tests' vectors; do not edit.
/// </summary>
internal static class CanonicalTables
{
    /// <summary>
    /// Code points in hexadecimal: \`C:A.B\` where A and B compose to C; \`C!A...\` where C always falls apart, in full.
    /// </summary>
    internal const string Decompositions = """
${wrap(decompositions)}
        """;

    /// <summary>
    /// \`first-last=order\` of the characters that are no starters; orders compare as combining classes do.
    /// </summary>
    internal const string Orders = """
${wrap(classes)}
        """;
}
`);

// Vectors: random strings of letters, marks of many classes, jamo, syllables and everything that has a decomposition.
let state = 20n;
function random(below) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number(state >> 33n) % below;
}
const composed = decompositions.map((entry) => parseInt(entry, 16));
const bases = [0x41, 0x61, 0x65, 0x69, 0x6f, 0x75, 0x1100, 0x1112, 0x1161, 0x1175, 0x11a8, 0x11c2, 0xac00, 0xac01, 0xd788];
const pools = [bases, marks, composed, composed.flatMap((point) => points(nfd(text(point)))), [0x300, 0x301, 0x323, 0x327, 0x345]];
const vectors = [];
for (let round = 0; round < 600; round++) {
  const string = text(...Array.from({ length: 1 + random(9) }, () => {
    const pool = pools[random(pools.length)];
    return pool[random(pool.length)];
  }));
  vectors.push([string, nfc(string)].map((value) => points(value).map(hex).join(" ")));
}
writeFileSync(new URL("normalization.json", import.meta.url),
  `[\n${vectors.map((pair) => "  " + JSON.stringify(pair)).join(",\n")}\n]\n`);
console.log(`${decompositions.length} decompositions, ${marks.length} marks in ${representatives.length} classes`);
