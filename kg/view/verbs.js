// What stands on lines: the verb of each; where those of one pair find no room, one label for all. Knows no canvas.

import { clip, placesOnLine, steady, wrap } from "./labels.js";
import { mannersOf, modeOf, verbOf } from "./model.js";
import { countFacts, say } from "./words.js";

const VERBS_AT_MOST = 160;
/** Scale from which verbs stand on lines that nobody chose. */
const VERBS_FROM = 0.45;
/** Letters of one line of a label. */
const LETTERS = 30;
/** Verbs that the label of several lines names. */
const NAMED = 2;
/** Pixels between a line and a label beside it. */
const BESIDE = 3;

/**
 * Returns labels to place for the lines in sight: one for each line alone, or for each pair the labels of its lines (`parts`)
 * with what stands there `instead` where not all of them find a place: the pair's verbs, or just how many facts there are.
 * `sizeOf(lines)` gives the size of text. A label tells by `facts` what it stands for, by id, and by `pair` between whom.
 */
export function verbItems({ network, strandShape }, model, view, sizeOf) {
  const { front, state, hover } = view;
  const near = network.getScale() >= VERBS_FROM;
  if (!front && !(state.verbs && near)) return [];
  const pairs = new Map();
  let count = 0;
  for (const strand of network.strandsInSight()) {
    const lines = front ? strand.lines.filter((line) => front.lines.has(line.id)) : strand.lines;
    const inFront = Boolean(front) && lines.length > 0;
    if (front && !inFront && !(near && strand.id === hover.strand)) continue;
    const shape = strandShape(strand.id);
    if (!shape) continue;
    const key = [strand.from, strand.to].sort().join(" ");
    if (!pairs.has(key)) pairs.set(key, []);
    pairs.get(key).push({ strand, shape, inFront, lines: inFront ? lines : strand.lines });
    count += 1;
    if (count === VERBS_AT_MOST) break;
  }
  const context = { model, lang: state.lang, first: Boolean(state.fact || state.pair.length), sizeOf };
  return [...pairs.values()].map((rows) => pairItem(context, rows));
}

/** Returns what to place for the lines of one pair, a row {strand, shape, inFront, lines} for each that is drawn. */
function pairItem(context, rows) {
  const parts = rows.map((row) => lineItem(context, row, rowTexts(context, row.lines)));
  const turn = turnOf(context, rows);
  return { turn, parts: parts.every(Boolean) ? parts : [], instead: (placed) => joinedItems(context, rows, placed) };
}

/** Gives other labels for the lines of one pair, as lists, the best first; `placed` are those that would find a place. */
function* joinedItems(context, rows, placed) {
  const count = rows.reduce((sum, row) => sum + row.lines.length, 0);
  if (placed.length > 1) {
    const rowOf = (item) => rows.find((row) => row.strand.id === item.id);
    const last = rowOf(placed.at(-1));
    const left = rows.filter((row) => row === last || placed.every((item) => rowOf(item) !== row));
    const joined = joinedItem(context, left, last, NAMED);
    if (joined) yield [...placed.slice(0, -1), joined];
  }
  const middle = rows[Math.floor((rows.length - 1) / 2)];
  const besides = rows.some((row) => row.inFront) ? [0, BESIDE] : [0];
  for (const beside of besides)
    for (const most of count > 1 ? [NAMED, 1, 0] : [1]) {
      const joined = joinedItem(context, rows, middle, most, beside);
      if (joined) yield [joined];
    }
}

/** Returns one label on a row, or beside it, for the lines of several, with at most so many verbs. */
function joinedItem(context, rows, row, most, beside = 0) {
  const lines = rows.flatMap((each) => each.lines);
  const inFront = rows.some((each) => each.inFront);
  return lineItem(context, { ...row, lines, inFront }, rowTexts(context, lines, most), beside);
}

function turnOf({ first }, rows) {
  if (!rows.some((row) => row.inFront)) return 3;
  return first ? -1 : 1;
}

/** Returns the label of one row, null where nobody chose its line and that is too short. */
function lineItem({ sizeOf }, { strand, shape, inFront, lines }, text, beside = 0) {
  const { w, h } = sizeOf(text);
  const { from, to } = shape;
  const length = strand.from === strand.to ? w * 2 : Math.hypot(to.x - from.x, to.y - from.y);
  const room = Math.abs(to.x - from.x) > Math.abs(to.y - from.y) ? w * 1.15 : h * 3;
  if (!inFront && length < room) return null;
  const modes = new Set(lines.map(modeOf));
  const contested = lines.some((line) => line.contested);
  return {
    id: strand.id,
    verb: true,
    facts: lines.map((line) => line.id),
    pair: [strand.from, strand.to],
    lines: text,
    places: placesOnLine(shape.at, { w, h }, beside),
    alpha: 1,
    tone: contested ? "contested" : modes.size === 1 ? modeOf(lines[0]) : "asserted",
  };
}

function rowTexts({ model, lang }, lines, most = NAMED) {
  if (lines.length === 1) return wrap(steady(oneText(model, lines[0], lang)), LETTERS);
  return most ? manyTexts(model, lines, lang, most) : [countFacts(lang, lines.length)];
}

/** Returns what stands on a line: its verb, with the status where it is not plainly asserted. */
function oneText(model, line, lang) {
  const manners = mannerWords(line, lang);
  const verb = verbOf(model, line.property, lang);
  return manners ? `${verb} · ${manners}` : verb;
}

/** Returns how a fact is said in words, "" where it is plainly asserted. */
export function mannerWords(fact, lang) {
  const manners = mannersOf(fact);
  return manners.every((mode) => mode === "asserted") ? "" : manners.map((mode) => say(lang, mode)).join(", ");
}

/**
 * Returns what stands on several lines, in one row or two: the verbs of most of them, each with its status and how often it
 * occurs, and how many lines are left: `loses to · linked to (alleged) ×3 +2`. It names at most so many verbs.
 */
export function manyTexts(model, lines, lang, most = NAMED) {
  const counts = new Map();
  for (const line of lines) {
    const manners = mannerWords(line, lang);
    const text = verbOf(model, line.property, lang) + (manners && ` (${manners})`);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const named = [...counts].sort((a, b) => b[1] - a[1]).slice(0, most);
  const rest = lines.length - named.reduce((sum, [, count]) => sum + count, 0);
  const texts = named.map(([text, count]) => (count > 1 ? `${clipped(text)} ×${count}` : clipped(text)));
  if (rest) texts.push(`${texts.pop()} +${rest}`);
  const all = texts.join(" · ");
  return all.length <= LETTERS ? [all] : texts;
}

function clipped(text) {
  return clip(steady(text), LETTERS);
}
