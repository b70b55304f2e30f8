// What a canvas draws, in flat lists: discs, the ways of lines, their looks, and trees to find both. Pure.

import { BENT, PLACES, boxOfWay, trace } from "./curves.js";
import { createQuadtree } from "./quadtree.js";

/** Units between the end of a line and the disc it leads to. */
const GAP = 1;

/** Returns content from discs {id, x, y, r}, strands by id, and `lookOf(strand)`; keeps of the content before what is the same. */
export function contentOf(drawn, strands, lookOf, before = null) {
  const nodes = before && sameNodes(before.nodes, drawn) ? before.nodes : nodesOf(drawn);
  const kept = before && nodes === before.nodes && strands === before.strands;
  const lines = kept ? before.lines : linesOf(nodes, [...strands.values()]);
  return { nodes, strands, lines, ...looksOf(lines.list, lookOf) };
}

function sameNodes(known, drawn) {
  return (
    known.list.length === drawn.length &&
    drawn.every(({ id, x, y, r }, i) => {
      const other = known.list[i];
      return other.id === id && other.x === x && other.y === y && other.r === r;
    })
  );
}

function nodesOf(drawn) {
  const boxes = new Float32Array(drawn.length * 4);
  drawn.forEach(({ x, y, r }, i) => boxes.set([x - r, y - r, x + r, y + r], i * 4));
  return {
    list: drawn,
    index: new Map(drawn.map(({ id }, i) => [id, i])),
    tree: createQuadtree(boxes),
  };
}

function linesOf(nodes, list) {
  const lines = {
    list,
    index: new Map(list.map(({ id }, i) => [id, i])),
    ways: new Float32Array(list.length * PLACES),
    kinds: new Uint8Array(list.length),
    boxes: new Float32Array(list.length * 4),
    tree: null,
    length: 0,
  };
  for (let i = 0; i < list.length; i += 1) layLine(nodes, lines, i);
  lines.tree = createQuadtree(lines.boxes);
  lines.length = lengthOf(lines);
  return lines;
}

function lengthOf({ boxes }) {
  let sum = 0;
  for (let at = 0; at < boxes.length; at += 4)
    sum += Math.hypot(boxes[at + 2] - boxes[at], boxes[at + 3] - boxes[at + 1]);
  return sum;
}

/** Works out the way of a line anew from where its ends stand. */
export function layLine(nodes, lines, i) {
  const { from, to, bend, loop } = lines.list[i];
  const [a, b] = [nodes.list[nodes.index.get(from)], nodes.list[nodes.index.get(to)]];
  lines.kinds[i] = trace(lines.ways, i * PLACES, a, b, { bend, loop, gap: GAP });
  boxOfWay(lines.ways, i * PLACES, lines.kinds[i], lines.boxes, i * 4);
}

/** Returns {looks, look}: each look once, the faintest first, and the number of each line's look. */
function looksOf(list, lookOf) {
  const each = list.map(lookOf);
  const looks = [...new Set(each)].sort((a, b) => a.alpha - b.alpha);
  const number = new Map(looks.map((look, i) => [look, i]));
  return { looks, look: Uint16Array.from(each, (look) => number.get(look)) };
}

/** Returns the frame around all discs and lines, or null where there is none. */
export function boundsOf({ nodes, lines }) {
  const [a, b] = [nodes.tree.bounds, lines.tree.bounds];
  if (!a || !b) return a;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** Returns the control point of a bent line, null of any other. */
export function viaOf({ ways, kinds }, i) {
  return kinds[i] === BENT ? { x: ways[i * PLACES + 2], y: ways[i * PLACES + 3] } : null;
}
