// The way a line takes between two discs: straight, bent, or round back to the disc it starts from. Pure geometry.

export const [STRAIGHT, BENT, ROUND] = [0, 1, 2];

/** Numbers that describe one line in a flat list. */
export const PLACES = 6;

/** How far from the disc a loop's middle lies, in radii of the loop. */
const LOOP_REACH = 0.75;

/**
 * Writes a line's way into a flat list at a place and returns its kind.
 *
 * STRAIGHT and BENT: begin x, y, control x, y, end x, y. ROUND: middle x, y, radius, first and last angle, nothing.
 * `a` and `b` are discs {x, y, r}; `gap` is how far before the other disc the line ends; `loop` is the radius of a loop.
 */
export function trace(ways, at, a, b, { bend, loop, gap }) {
  if (a === b) return traceLoop(ways, at, a, loop);
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const sag = Math.sign(bend) * Math.min(0.6, Math.abs(bend) * 0.2);
  const [cx, cy] = [(a.x + b.x) / 2 + dy * sag, (a.y + b.y) / 2 - dx * sag];
  const [ex, ey] = [b.x - cx, b.y - cy];
  const reach = Math.hypot(ex, ey);
  const back = reach > 0 ? Math.min(1, (b.r + gap) / reach) : 0;
  ways[at] = a.x;
  ways[at + 1] = a.y;
  ways[at + 2] = cx;
  ways[at + 3] = cy;
  ways[at + 4] = b.x - ex * back;
  ways[at + 5] = b.y - ey * back;
  return bend ? BENT : STRAIGHT;
}

function traceLoop(ways, at, disc, loop) {
  const away = disc.r + loop * LOOP_REACH;
  const cos = (away * away + loop * loop - disc.r * disc.r) / (2 * away * loop);
  const half = Math.acos(Math.max(-1, Math.min(1, cos)));
  const home = (3 / 4) * Math.PI;
  ways[at] = disc.x + away * Math.SQRT1_2;
  ways[at + 1] = disc.y - away * Math.SQRT1_2;
  ways[at + 2] = loop;
  ways[at + 3] = home + half;
  ways[at + 4] = home - half + 2 * Math.PI;
  return ROUND;
}

/** Returns the point of a line at a part of its way from 0 to 1. */
export function pointAlong(ways, at, kind, part) {
  if (kind === ROUND) {
    const angle = ways[at + 3] + (ways[at + 4] - ways[at + 3]) * part;
    return { x: ways[at] + ways[at + 2] * Math.cos(angle), y: ways[at + 1] + ways[at + 2] * Math.sin(angle) };
  }
  const rest = 1 - part;
  if (kind === STRAIGHT)
    return { x: rest * ways[at] + part * ways[at + 4], y: rest * ways[at + 1] + part * ways[at + 5] };
  const [first, middle, last] = [rest * rest, 2 * rest * part, part * part];
  return {
    x: first * ways[at] + middle * ways[at + 2] + last * ways[at + 4],
    y: first * ways[at + 1] + middle * ways[at + 3] + last * ways[at + 5],
  };
}

/** Returns the direction in which a line arrives, as an angle. */
export function arrival(ways, at, kind) {
  if (kind === ROUND) return ways[at + 4] + Math.PI / 2;
  return Math.atan2(ways[at + 5] - ways[at + 3], ways[at + 4] - ways[at + 2]);
}

/** Writes the box around a line into a flat list: left, top, right, bottom. */
export function boxOfWay(ways, at, kind, boxes, to) {
  const round = kind === ROUND;
  const xs = round ? [ways[at] - ways[at + 2], ways[at] + ways[at + 2]] : [ways[at], ways[at + 4]];
  const ys = round
    ? [ways[at + 1] - ways[at + 2], ways[at + 1] + ways[at + 2]]
    : [ways[at + 1], ways[at + 5]];
  if (kind === BENT) {
    xs.push(ways[at + 2]);
    ys.push(ways[at + 3]);
  }
  boxes[to] = Math.min(...xs);
  boxes[to + 1] = Math.min(...ys);
  boxes[to + 2] = Math.max(...xs);
  boxes[to + 3] = Math.max(...ys);
}
