// Names of entities and verbs on lines, painted over the drawing at one size on the screen, whatever the zoom.

import { ringOf } from "./discs.js";
import { clip, createBoard, offLinesFirst, placeLabels, placesByDisc, steady, wrap } from "./labels.js";
import { GROUND, lineMark, radiusOf } from "./marks.js";
import { nameOf, sentenceOf } from "./model.js";
import { mannerWords, verbItems } from "./verbs.js";
import { say } from "./words.js";

const FACE = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';
export const NAME_FONT = { size: 12.5, line: 14.5, weight: 500 };
const BOLD_FONT = { ...NAME_FONT, weight: 700 };
export const VERB_FONT = { size: 10.5, line: 12.5, weight: 400 };
const NAMES_AT_MOST = 260;
/** Letters of one row of a name. */
const NAME_LETTERS = 22;
/** Discs around which labels are set, those of hubs first, and the radius in pixels from which a disc counts. */
const DISCS_AT_MOST = 2500;
const DISC_FROM = 1;
/** Pixels beyond the screen in which a disc may still have its name on it. */
const BEYOND = 60;
/** Pixels of ground for each name where all is seen from afar, and the scales between which more and more are named. */
const GROUND_FOR_NAME = 12_000;
const [FEW_NAMES, ALL_NAMES] = [0.16, 0.32];

/** Lines of an entity that its name keeps off. */
const TIES_AT_MOST = 24;
/** Facts that are spelled out where one points at several. */
const SENTENCES = 6;
/** How much of a line a label on it hides. */
export const PLATE = 0.9;

const widths = new Map();

function measure(context, lines, font) {
  const key = `${font.weight} ${font.size} ${lines.join("\n")}`;
  if (!widths.has(key)) {
    if (widths.size > 5000) widths.clear();
    context.font = `${font.weight} ${font.size}px ${FACE}`;
    widths.set(key, Math.max(...lines.map((line) => context.measureText(line).width)));
  }
  return widths.get(key) + 4;
}

/**
 * Paints names and verbs and returns where they stand, what stands in front first: [{box, lines, tone, faded}] with `node`
 * for a name, and for what stands on lines `verb`, `strand`, `pair` and `facts` (ids).
 */
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
      degree: view.front && !view.front.nodes.has(disc.id) ? -1 : model.nodes.get(disc.id).degree,
    });
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const most = namesAtMost(discs.length, width * height, scale);
  const sizeOf = (lines) => ({ w: measure(context, lines, VERB_FONT), h: lines.length * VERB_FONT.line });
  const wanted = [
    ...nameItems(context, scene, model, view, discs, most),
    ...verbItems(scene, model, view, sizeOf),
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
  return placed.map(({ id, verb, facts, pair, box, lines, tone, alpha }) => ({
    node: verb ? undefined : id,
    strand: verb ? id : undefined,
    verb,
    facts,
    pair,
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

function nameItems(context, scene, model, view, discs, most) {
  const { state, front, hover } = view;
  const weight = (id) => {
    if (id === state.node || state.path.includes(id)) return 4e6;
    if (id === hover.node) return 3e6;
    return (front?.nodes.has(id) ? 1e6 : 0) + model.nodes.get(id).degree;
  };
  const items = discs.map((disc) => ({ ...disc, weight: weight(disc.id) }));
  items.sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const named = items.slice(0, NAMES_AT_MOST).filter(({ weight }, i) => i < most || weight >= 1e6);
  return named.map((disc) => nameItem(context, scene, model, view, disc));
}

/** Returns the name to place by a disc; a long one in three rows where there is room, else in two. */
function nameItem(context, scene, model, view, disc) {
  const name = steady(nameOf(model, disc.id, view.state.lang)) || "…";
  const [whole, short] = [wrap(name, NAME_LETTERS, 3), wrap(name, NAME_LETTERS)];
  const item = (lines) => rowsItem(context, scene, model, view, disc, lines);
  if (whole.length === short.length) return item(short);
  const full = item(whole);
  return { turn: full.turn, parts: [full], instead: () => [[item(short)]] };
}

function rowsItem(context, scene, model, view, disc, lines) {
  const { id, weight } = disc;
  const { state, front } = view;
  const { degree } = model.nodes.get(id);
  const bold = id === state.node;
  const faded = front && !front.nodes.has(id);
  const w = measure(context, lines, bold ? BOLD_FONT : NAME_FONT);
  const ringed = bold || state.path.includes(id);
  const r = ringed ? ringOf(radiusOf(degree)) * scene.network.getScale() : disc.r;
  const places = placesByDisc({ ...disc, r, w, h: lines.length * NAME_FONT.line });
  return {
    id,
    lines,
    turn: faded ? 2 : 0,
    alpha: faded ? 0.28 : 1,
    tone: "ink",
    covers: weight >= 3e6 ? Infinity : weight >= 1e6 ? 4 : degree / 4,
    places: faded ? places : offLines(scene, view, { ...disc, r, w }, places),
    bold,
  };
}

/** Returns places with those first that few lines of the entity lie under, of those in front where some are. */
function offLines({ drawn, pointOf }, view, { id, x, y, r, w }, places) {
  const key = `${places.length} ${r} ${w}`;
  const ties = view.ties.get(id) ?? { others: [] };
  if (ties.key !== key || ties.places !== view.places) { // else it only moved across the screen
    const points = ties.others.slice(0, TIES_AT_MOST).filter(drawn).map(pointOf);
    Object.assign(ties, { key, places: view.places, order: offLinesFirst(places, { x, y }, points) });
  }
  return ties.order.map((i) => places[i]);
}

/** Returns the colour of a label: of names, of plain verbs, or of a manner of saying. */
export function toneColour(tone, theme) {
  if (tone === "ink") return GROUND[theme].ink;
  return tone === "asserted" ? GROUND[theme].soft : lineMark(tone, tone === "contested", theme).colour;
}

function paint(context, { lines, box, tone, alpha, bold, verb }, font, theme) {
  context.font = `${bold ? 700 : font.weight} ${font.size}px ${FACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  if (verb) paintBox(context, box, GROUND[theme].back, PLATE);
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

/** Paints the whole sentence of the line under the pointer beside it; of several lines the first sentences. */
function paintHover(context, scene, model, view) {
  const { strand: id, facts, node } = view.hover;
  const shape = facts && node === undefined && view.strands.has(id) && scene.strandShape(id);
  if (!shape) return;
  const lines = sentences(model, facts, view.state.lang);
  const w = measure(context, lines, NAME_FONT) + 14;
  const h = lines.length * NAME_FONT.line + 10;
  const middle = shape.at(0.5);
  const { clientWidth, clientHeight } = scene.container;
  const x = Math.max(4, Math.min(clientWidth - w - 4, middle.x - w / 2));
  const y = Math.max(4, Math.min(clientHeight - h - 4, middle.y - h - 12));
  paintBox(context, { x, y, w, h }, GROUND[view.theme].ink, 0.94);
  context.fillStyle = GROUND[view.theme].back;
  context.font = `${NAME_FONT.weight} ${NAME_FONT.size}px ${FACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  lines.forEach((line, i) => context.fillText(line, x + w / 2, y + 5 + NAME_FONT.line * (i + 0.5)));
}

/** Returns what a fact says, with its status where it is not plainly asserted. */
function toldText(model, fact, lang) {
  const manners = mannerWords(fact, lang);
  return sentenceOf(model, fact, lang) + (manners && ` (${manners})`);
}

/** Returns what facts say, a row or two for one fact, a row for each of several. */
function sentences(model, facts, lang) {
  const text = (fact) => steady(toldText(model, fact, lang));
  if (facts.length === 1) return wrap(text(facts[0]), 48);
  const rows = facts.slice(0, SENTENCES).map((fact) => clip(text(fact), 64));
  return facts.length > SENTENCES ? [...rows, say(lang, "more", facts.length - SENTENCES)] : rows;
}

function paintBox(context, { x, y, w, h }, colour, alpha) {
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, w, h, 4);
  context.fill();
  context.globalAlpha = 1;
}
