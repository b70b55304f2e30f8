// Setting labels so that none overlaps another, a foreign disc or the edge of the picture. Pure geometry in screen pixels.

const CELL = 64;
/** Parts of a line's way at which a label may stand, best first. */
const SPOTS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73];
/** How many places further down the list a place comes for each line that lies under it. */
const LINE_COST = 10;

/** Returns an empty board: `fits(box, owner, covers)`, `put(box)`; boxes are {x, y, w, h} with `owner` and, for discs, `degree`. */
export function createBoard(width, height) {
  const cells = new Map();
  const each = (box, visit) => {
    for (let i = Math.floor(box.x / CELL); i <= Math.floor((box.x + box.w) / CELL); i += 1) {
      for (let j = Math.floor(box.y / CELL); j <= Math.floor((box.y + box.h) / CELL); j += 1) {
        if (visit(i * 4096 + j)) return true;
      }
    }
    return false;
  };
  return {
    fits(box, owner, covers = 0) {
      if (box.x < 2 || box.y < 2 || box.x + box.w > width - 2 || box.y + box.h > height - 2) return false;
      return !each(box, (key) =>
        (cells.get(key) ?? []).some(
          (other) => other.owner !== owner && !(other.degree < covers) && overlaps(box, other),
        ),
      );
    },
    put(box) {
      each(box, (key) => {
        if (!cells.has(key)) cells.set(key, []);
        cells.get(key).push(box);
        return false;
      });
    },
  };
}

/** Says whether two boxes share a point. */
export function overlaps(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Returns the places for a label of size w × h by a disc, best first: below, above, beside, then askew, then a little farther. */
export function placesByDisc({ x, y, r, w, h }) {
  const found = [];
  for (const gap of [3, 9]) {
    const [down, up] = [y + r + gap, y - r - gap - h];
    const [right, left] = [x + r + gap + 2, x - r - gap - 2 - w];
    found.push([x - w / 2, down], [x - w / 2, up], [right, y - h / 2], [left, y - h / 2]);
    const off = 0.75 * r + gap;
    found.push([x + off, y + off], [x - off - w, y + off], [x + off, y - off - h], [x - off - w, y - off - h]);
    found.push(
      [right, y + gap],
      [left, y + gap],
      [right, y - gap - h],
      [left, y - gap - h],
      [x - r, down],
      [x + r - w, down],
      [x - r, up],
      [x + r - w, up],
    );
  }
  return found.map(([px, py]) => ({ x: px, y: py, w, h }));
}

/**
 * Places labels, the first first, and returns those that found a place: [{...item, box}].
 * Items are {id, places: [boxes], covers}; an item may lie over its own disc, and at need over those of a degree below `covers`.
 * An item may also be a group {parts, instead}: its parts where all of them find a place, else the first of the choices that
 * fit, which `instead(those parts that find one)` gives one after another: lists of items.
 */
export function placeLabels(items, board) {
  const placed = [];
  for (const item of items) {
    for (const choice of choicesOf(item, board)) {
      const found = placeThose(choice, board);
      if (found.length < choice.length) continue;
      for (const each of found) board.put({ ...each.box, owner: `label of ${each.id}` });
      placed.push(...found);
      break;
    }
  }
  return placed;
}

function* choicesOf(item, board) {
  if (!item.parts) return yield [item];
  if (item.parts.length) yield item.parts;
  yield* item.instead(placeThose(item.parts, board));
}

/** Returns those of some items that find a place, with their boxes, none on another. */
function placeThose(items, board) {
  const found = [];
  for (const item of items) {
    const free = (place) => found.every(({ box }) => !overlaps(place, box));
    const box =
      item.places.find((place) => free(place) && board.fits(place, item.id)) ??
      item.places.find((place) => free(place) && board.fits(place, item.id, item.covers));
    if (box) found.push({ ...item, box });
  }
  return found;
}

/**
 * Returns the places for a label of size w × h on a line with points `at(part)`: along its middle, then, at need, beside it.
 * `beside` is how far a place off the line is moved from it, 0 for none.
 */
export function placesOnLine(at, { w, h }, beside = 0) {
  const centred = ({ x, y }) => ({ x: x - w / 2, y: y - h / 2, w, h });
  const on = SPOTS.map((part) => centred(at(part)));
  if (!beside) return on;
  const off = SPOTS.flatMap((part) => {
    const [before, here, after] = [at(part - 0.05), at(part), at(part + 0.05)];
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    const [nx, ny] = [(before.y - after.y) / length, (after.x - before.x) / length];
    const reach = (Math.abs(nx) * w + Math.abs(ny) * h) / 2 + beside;
    return [reach, -reach].map((by) => centred({ x: here.x + nx * by, y: here.y + ny * by }));
  });
  return [...on, ...off];
}

/** Returns the numbers of places, those first under which few of the lines from a disc's middle to other points lie. */
export function offLinesFirst(places, from, points) {
  const costs = places.map((box, i) => i + LINE_COST * points.filter((to) => crosses(box, from, to)).length);
  return costs.map((_, i) => i).sort((a, b) => costs[a] - costs[b]);
}

/** Says whether the segment from a to b touches a box. */
export function crosses({ x, y, w, h }, a, b) {
  let [enter, leave] = [0, 1];
  for (const [start, end, low, size] of [
    [a.x, b.x, x, w],
    [a.y, b.y, y, h],
  ]) {
    const step = end - start;
    if (Math.abs(step) < 1e-9) {
      if (start < low || start > low + size) return false;
      continue;
    }
    const [one, other] = [(low - start) / step, (low + size - start) / step];
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  }
  return enter <= leave;
}

/** Returns text that cannot turn the direction of what stands beside it. */
export function steady(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "");
}

/** Returns text cut to so many letters. */
export function clip(text, letters) {
  return text.length > letters ? `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…` : text;
}

/** Returns text in at most so many lines of about `width` letters, of like length; what does not fit ends in an ellipsis. */
export function wrap(text, width, most = 2) {
  const clean = text.slice(0, 400).replace(/\s+/g, " ").trim();
  if (clean.length <= width) return [clean];
  const breaks = [...clean.matchAll(/[ \-–/]/g)]
    .map(({ index }) => index + 1)
    .filter((at) => at <= width + 1);
  if (!breaks.length) return [`${clean.slice(0, width - 1)}…`];
  const nearest = (all, aim) => all.reduce((a, b) => (Math.abs(b - aim) < Math.abs(a - aim) ? b : a));
  const fits = breaks.filter((at) => clean.length - at <= width);
  if (!fits.length && most > 2) {
    const at = nearest(breaks, clean.length / most);
    return [clean.slice(0, at).trim(), ...wrap(clean.slice(at), width, most - 1)];
  }
  const at = fits.length ? nearest(fits, clean.length / 2) : breaks.at(-1);
  const rest = clean.slice(at).trim();
  return [clean.slice(0, at).trim(), rest.length > width ? `${rest.slice(0, width - 1).trim()}…` : rest];
}
