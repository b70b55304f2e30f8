// Paints content on a canvas, a slice at a time, so that no frame waits for a big picture. Knows flat lists, looks and a camera.

import { onDrawing, sightOf } from "./camera.js";
import { BENT, PLACES, ROUND, arrival } from "./curves.js";

/** Lines and discs painted between two chances to pause. */
const LINES_A_SLICE = 300;
const DISCS_A_SLICE = 250;
/** Scales below which dashes and arrows would be specks. */
const DASHED_FROM = 0.45;
const ARROWS_FROM = 0.25;
/** Pixels that a plain line is wide at least, and one that is dashed for a reason. */
const THINNEST = 0.25;
const THINNEST_DASHED = 0.6;
/** Share of the ground that lines may cover when all is seen from afar, and the scales between which that is given up. */
const INK = 0.55;
const [AFAR, NEAR] = [0.12, 0.4];
const FAINTEST = 0.05;
/** Part of an arrow's length that the line itself leaves out. */
const SHAFT = 0.8;

/** Turns a canvas to the units of the drawing; `ratio` is the canvas's pixels to one of the screen. */
export function turn(context, camera, ratio) {
  const scale = camera.scale * ratio;
  const corner = onDrawing(camera, { x: 0, y: 0 });
  context.setTransform(scale, 0, 0, scale, -corner.x * scale, -corner.y * scale);
}

/** Paints all of the content that a camera sees, lines before discs; a generator that pauses after each slice. */
export function* paintContent(context, content, camera, ratio, host) {
  host.under(context);
  turn(context, camera, ratio);
  const { left, top, right, bottom } = sightOf(camera, 40);
  const light = lightness(content, camera.scale);
  const seen = content.looks.map(() => []);
  content.lines.tree.search(left, top, right, bottom, (i) => {
    if (!content.lifted?.lines.has(i)) seen[content.look[i]].push(i);
  });
  for (const [number, lines] of seen.entries()) {
    for (let from = 0; from < lines.length; from += LINES_A_SLICE) {
      turn(context, camera, ratio);
      strokeLines(
        context,
        content,
        content.looks[number],
        lines.slice(from, from + LINES_A_SLICE),
        camera.scale,
        ratio,
        light,
      );
      yield;
    }
  }
  const discs = [];
  content.nodes.tree.search(left, top, right, bottom, (i) => {
    if (!content.lifted?.nodes.has(i)) discs.push(i);
  });
  discs.sort((a, b) => a - b);
  for (let from = 0; from < discs.length; from += DISCS_A_SLICE) {
    turn(context, camera, ratio);
    paintDiscs(context, content, discs.slice(from, from + DISCS_A_SLICE), camera.scale, host);
    yield;
  }
}

/** Paints what is held by hand, above the rest. */
export function paintLifted(context, content, camera, ratio, host) {
  if (!content.lifted) return;
  turn(context, camera, ratio);
  for (const i of content.lifted.lines)
    strokeLines(context, content, content.looks[content.look[i]], [i], camera.scale, ratio);
  paintDiscs(context, content, [...content.lifted.nodes], camera.scale, host);
}

/** Returns how much fainter lines are at a scale so that a crowd of them, seen from afar, is no blot. */
export function lightness(content, scale) {
  const bounds = content.nodes.tree.bounds;
  if (!bounds || scale >= NEAR) return 1;
  const ground = Math.max(1, (bounds.right - bounds.left) * (bounds.bottom - bounds.top));
  const ink = (content.lines.length * Math.max(1.5, THINNEST / scale)) / ground;
  const afar = Math.max(FAINTEST, Math.min(1, INK / ink));
  return scale <= AFAR ? afar : afar + ((1 - afar) * (scale - AFAR)) / (NEAR - AFAR);
}

function paintDiscs(context, { nodes }, discs, scale, host) {
  for (const i of discs) {
    const { id, x, y, r } = nodes.list[i];
    host.node(context, id, x, y, r, scale);
  }
}

/**
 * Strokes lines of one look. Hairs, up to a pixel wide, cost least as one path; wider lines as a path each, since a browser
 * works out the outline of a whole path, which takes four times as long for hundreds of crossing lines.
 */
function strokeLines(context, { lines }, look, numbers, scale, ratio, light = 1) {
  const { ways, kinds } = lines;
  const arrow = look.arrow && scale >= ARROWS_FROM ? 7.5 + 3 * look.width : 0;
  const heads = [];
  const hairs = look.width * scale * ratio <= 1;
  context.globalAlpha = look.alpha * light ** look.yields;
  context.strokeStyle = look.colour;
  context.lineWidth = Math.max(look.width, (look.dashes ? THINNEST_DASHED : THINNEST) / scale);
  context.setLineDash(look.dashes && scale >= DASHED_FROM ? look.dashes : []);
  if (hairs) context.beginPath();
  for (const i of numbers) {
    if (!hairs) context.beginPath();
    const head = traceLine(context, ways, i * PLACES, kinds[i], arrow);
    if (arrow) heads.push(head);
    if (!hairs) context.stroke();
  }
  if (hairs) context.stroke();
  context.setLineDash([]);
  if (heads.length) fillHeads(context, heads, arrow, look.colour);
  context.globalAlpha = 1;
}

/** Traces a line, short of its arrow where it has one, and returns the tip of that: [x, y, angle]. */
function traceLine(context, ways, at, kind, arrow) {
  if (kind === ROUND) {
    const [x, y, radius, first, last] = ways.subarray(at, at + 5);
    context.moveTo(x + radius * Math.cos(first), y + radius * Math.sin(first));
    context.arc(x, y, radius, first, last);
    return [x + radius * Math.cos(last), y + radius * Math.sin(last), arrival(ways, at, kind)];
  }
  const [x, y] = [ways[at + 4], ways[at + 5]];
  const angle = arrow ? arrival(ways, at, kind) : 0;
  const [endX, endY] = [x - Math.cos(angle) * arrow * SHAFT, y - Math.sin(angle) * arrow * SHAFT];
  context.moveTo(ways[at], ways[at + 1]);
  if (kind === BENT) context.quadraticCurveTo(ways[at + 2], ways[at + 3], endX, endY);
  else context.lineTo(endX, endY);
  return [x, y, angle];
}

function fillHeads(context, heads, length, colour) {
  context.fillStyle = colour;
  context.beginPath();
  for (const [x, y, angle] of heads) {
    const [cos, sin] = [Math.cos(angle) * length, Math.sin(angle) * length];
    context.moveTo(x, y);
    context.lineTo(x - cos - 0.3 * sin, y - sin + 0.3 * cos);
    context.lineTo(x - 0.85 * cos, y - 0.85 * sin);
    context.lineTo(x - cos + 0.3 * sin, y - sin - 0.3 * cos);
    context.closePath();
  }
  context.fill();
}
