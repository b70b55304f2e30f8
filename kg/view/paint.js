// Names of entities and verbs on lines, painted over the drawing at one size on the screen, whatever the zoom.

import { createBoard, placeLabels, placesByDisc, wrap } from "./labels.js";
import { GROUND, lineMark, radiusOf } from "./marks.js";
import { modeOf, nameOf, sentenceOf, verbOf } from "./model.js";
import { say } from "./words.js";

const FACE = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';
export const NAME_FONT = { size: 12.5, line: 14.5, weight: 500 };
const BOLD_FONT = { ...NAME_FONT, weight: 700 };
export const VERB_FONT = { size: 10.5, line: 12.5, weight: 400 };
const NAMES_AT_MOST = 260;
const VERBS_AT_MOST = 160;
/** Discs around which labels are set, those of hubs first, and the radius in pixels from which a disc counts. */
const DISCS_AT_MOST = 2500;
const DISC_FROM = 1;
/** Pixels beyond the screen in which a disc may still have its name on it. */
const BEYOND = 60;
/** Pixels of ground for each name where all is seen from afar, and the scales between which more and more are named. */
const GROUND_FOR_NAME = 12_000;
const [FEW_NAMES, ALL_NAMES] = [0.16, 0.32];
/** Scale from which verbs stand on lines that nobody chose. */
const VERBS_FROM = 0.45;

const widths = new Map();

function measure(context, lines, font) {
  context.font = `${font.weight} ${font.size}px ${FACE}`;
  const key = `${context.font}|${lines.join("\n")}`;
  if (!widths.has(key)) {
    if (widths.size > 5000) widths.clear();
    widths.set(key, Math.max(...lines.map((line) => context.measureText(line).width)));
  }
  return widths.get(key) + 4;
}

/** Returns text that cannot turn the direction of what stands beside it. */
function steady(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "");
}

/** Paints names and verbs and returns where they stand: [{node or verb, box, lines, tone, faded}]. What stands in front comes first. */
export function paintLabels(context, scene, model, view) {
  const { network } = scene;
  const { clientWidth: width, clientHeight: height } = scene.container;
  const ratio = context.canvas.width / width;
  const board = createBoard(width, height);
  for (const box of scene.covers()) board.put(box);
  const scale = network.getScale();
  const discs = discsInSight(scene, model, view, scale);
  for (const disc of discs.filter(({ r }) => r >= DISC_FROM))
    board.put({
      x: disc.x - disc.r,
      y: disc.y - disc.r,
      w: 2 * disc.r,
      h: 2 * disc.r,
      owner: disc.id,
      degree: model.nodes.get(disc.id).degree,
    });
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const wanted = [
    ...nameItems(context, model, view, discs, namesAtMost(discs.length, width * height, scale)),
    ...verbItems(context, scene, model, view, scale),
  ];
  const placed = placeLabels(
    wanted.sort((a, b) => a.turn - b.turn),
    board,
  );
  for (const item of placed) if (item.verb) paint(context, item, VERB_FONT, view.theme);
  for (const item of placed) if (!item.verb) paint(context, item, NAME_FONT, view.theme);
  paintHover(context, scene, model, view);
  context.restore();
  view.size = { width, height };
  return placed.map(({ id, verb, box, lines, tone, alpha }) => ({
    node: verb ? undefined : id,
    verb,
    box,
    lines,
    tone,
    faded: alpha < 1,
  }));
}

/** Returns what may be named or be in the way of names, the best connected first. */
function discsInSight({ drawn, pointOf, container }, model, view, scale) {
  const { clientWidth, clientHeight } = container;
  const found = [];
  for (const { id, degree } of view.byDegree) {
    const r = radiusOf(degree) * 1.15 * scale;
    const most = r < DISC_FROM ? NAMES_AT_MOST : DISCS_AT_MOST;
    if ((found.length >= most && !weighs(id, view)) || !drawn(id)) continue;
    const { x, y } = pointOf(id);
    const [left, top, right, bottom] = [
      -BEYOND - r,
      -BEYOND - r,
      clientWidth + BEYOND + r,
      clientHeight + BEYOND + r,
    ];
    if (x > left && y > top && x < right && y < bottom) found.push({ id, x, y, r });
  }
  return found;
}

/** Says whether an entity is named before hubs are. */
function weighs(id, { state, front, hover }) {
  return front?.nodes.has(id) || id === state.node || id === hover.node || state.path.includes(id);
}

/** Returns how many hubs are named: few in a crowd seen from afar, where names would hide its shape. */
function namesAtMost(count, ground, scale) {
  const few = Math.ceil(ground / GROUND_FOR_NAME);
  if (count < NAMES_AT_MOST || few >= NAMES_AT_MOST) return NAMES_AT_MOST;
  const near = Math.max(0, Math.min(1, (scale - FEW_NAMES) / (ALL_NAMES - FEW_NAMES)));
  return Math.round(few + (NAMES_AT_MOST - few) * near);
}

function nameItems(context, model, view, discs, most) {
  const { state, front, hover } = view;
  const weight = (id) => {
    if (id === state.node || state.path.includes(id)) return 4e6;
    if (id === hover.node) return 3e6;
    return (front?.nodes.has(id) ? 1e6 : 0) + model.nodes.get(id).degree;
  };
  const items = discs.map((disc) => ({ ...disc, weight: weight(disc.id) }));
  items.sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const named = items.slice(0, NAMES_AT_MOST).filter(({ weight }, i) => i < most || weight >= 1e6);
  return named.map((disc) => {
    const lines = wrap(steady(nameOf(model, disc.id, state.lang)) || "…", 22);
    const bold = disc.id === state.node;
    const size = {
      w: measure(context, lines, bold ? BOLD_FONT : NAME_FONT),
      h: lines.length * NAME_FONT.line,
    };
    const faded = front && !front.nodes.has(disc.id);
    return {
      id: disc.id,
      lines,
      turn: faded ? 2 : 0,
      alpha: faded ? 0.28 : 1,
      tone: "ink",
      covers: disc.weight >= 3e6 ? Infinity : disc.weight >= 1e6 ? 4 : model.nodes.get(disc.id).degree / 4,
      places: placesByDisc({ ...disc, ...size }),
      bold,
    };
  });
}

function verbItems(context, scene, model, view, scale) {
  const { front, state, hover } = view;
  if (!state.verbs && !front) return [];
  const rows = [];
  if (!front && scale < VERBS_FROM) return [];
  for (const strand of scene.network.strandsInSight()) {
    const inFront = front && strand.lines.some((line) => front.lines.has(line.id));
    if (front && !inFront && strand.id !== hover.strand) continue;
    if (!inFront && scale < VERBS_FROM) continue;
    const shape = scene.strandShape(strand.id);
    if (shape) rows.push({ strand, shape, inFront });
    if (rows.length === VERBS_AT_MOST) break;
  }
  return rows
    .map(({ strand, shape, inFront }) => verbItem(context, model, view, strand, shape, inFront))
    .filter(Boolean);
}

/** Returns what stands on a line: its verb, with the status where it is not plainly asserted; the count on a bundle. */
function lineText(model, strand, lang) {
  if (strand.lines.length > 1) return say(lang, "factsCount", strand.lines.length);
  const [line] = strand.lines;
  const mode = modeOf(line);
  const verb = verbOf(model, line.property, lang);
  return mode === "asserted" ? verb : `${verb} · ${say(lang, mode)}`;
}

function verbItem(context, model, view, strand, shape, inFront) {
  const lines = wrap(steady(lineText(model, strand, view.state.lang)), 30);
  const w = measure(context, lines, VERB_FONT);
  const h = lines.length * VERB_FONT.line;
  const { from, to } = shape;
  const length = strand.from === strand.to ? w * 2 : Math.hypot(to.x - from.x, to.y - from.y);
  const room = Math.abs(to.x - from.x) > Math.abs(to.y - from.y) ? w * 1.15 : h * 3;
  if (!inFront && length < room) return null;
  const places = [0.5, 0.42, 0.58, 0.34, 0.66].map((part) => {
    const { x, y } = shape.at(part);
    return { x: x - w / 2, y: y - h / 2, w, h };
  });
  const [line] = strand.lines;
  const contested = strand.lines.some((each) => each.contested);
  const tone = contested ? "contested" : strand.lines.length > 1 ? "asserted" : modeOf(line);
  return { id: strand.id, verb: true, lines, places, turn: inFront ? 1 : 3, alpha: 1, tone };
}

/** Returns the colour of a label: of names, of plain verbs, or of a manner of saying. */
export function toneColour(tone, theme) {
  if (tone === "ink") return GROUND[theme].ink;
  return tone === "asserted" ? GROUND[theme].soft : lineMark(tone, tone === "contested", theme).colour;
}

function paint(context, { lines, box, tone, alpha, bold }, font, theme) {
  context.font = `${bold ? 700 : font.weight} ${font.size}px ${FACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.globalAlpha = alpha;
  context.strokeStyle = GROUND[theme].back;
  context.fillStyle = toneColour(tone, theme);
  lines.forEach((line, i) => {
    const y = box.y + font.line * (i + 0.5);
    context.strokeText(line, box.x + box.w / 2, y);
    context.fillText(line, box.x + box.w / 2, y);
  });
  context.globalAlpha = 1;
}

/** Paints the whole sentence of the line under the pointer beside it. */
function paintHover(context, scene, model, view) {
  const strand = view.strands.get(view.hover.strand);
  const shape = strand && !view.hover.node && scene.strandShape(strand.id);
  if (!shape) return;
  const { lang } = view.state;
  const text =
    strand.lines.length > 1
      ? say(lang, "factsCount", strand.lines.length)
      : sentenceOf(model, strand.lines[0], lang);
  const lines = wrap(steady(text), 48);
  const w = measure(context, lines, NAME_FONT) + 14;
  const h = lines.length * NAME_FONT.line + 10;
  const middle = shape.at(0.5);
  const { clientWidth, clientHeight } = scene.container;
  const x = Math.max(4, Math.min(clientWidth - w - 4, middle.x - w / 2));
  const y = Math.max(4, Math.min(clientHeight - h - 4, middle.y - h - 12));
  context.fillStyle = GROUND[view.theme].ink;
  context.globalAlpha = 0.94;
  context.fillRect(x, y, w, h);
  context.globalAlpha = 1;
  context.fillStyle = GROUND[view.theme].back;
  context.font = `${NAME_FONT.weight} ${NAME_FONT.size}px ${FACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  lines.forEach((line, i) => context.fillText(line, x + w / 2, y + 5 + NAME_FONT.line * (i + 0.5)));
}
