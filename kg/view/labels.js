// Setting labels so that none overlaps another, a foreign disc or the edge of the picture. Pure geometry in screen pixels.

const CELL = 64;

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
    found.push(
      [x - r, down],
      [x + r - w, down],
      [x - r, up],
      [x + r - w, up],
      [right, y],
      [left, y],
      [right, y - h],
      [left, y - h],
    );
  }
  return found.map(([px, py]) => ({ x: px, y: py, w, h }));
}

/**
 * Places labels, the first first, and returns those that found a place: [{...item, box}].
 * Items are {id, places: [boxes], covers}; an item may lie over its own disc, and at need over those of a degree below `covers`.
 */
export function placeLabels(items, board) {
  const placed = [];
  for (const item of items) {
    const box =
      item.places.find((place) => board.fits(place, item.id)) ??
      item.places.find((place) => board.fits(place, item.id, item.covers));
    if (!box) continue;
    board.put({ ...box, owner: `label of ${item.id}` });
    placed.push({ ...item, box });
  }
  return placed;
}

/** Returns text in at most two lines of about `width` letters, of like length; what does not fit ends in an ellipsis. */
export function wrap(text, width) {
  const clean = text.slice(0, 400).replace(/\s+/g, " ").trim();
  if (clean.length <= width) return [clean];
  const breaks = [...clean.matchAll(/[ \-–/]/g)]
    .map(({ index }) => index + 1)
    .filter((at) => at <= width + 1);
  if (!breaks.length) return [`${clean.slice(0, width - 1)}…`];
  const middle = clean.length / 2;
  const fits = breaks.filter((at) => clean.length - at <= width);
  const at = fits.length
    ? fits.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a))
    : breaks.at(-1);
  const rest = clean.slice(at).trim();
  return [clean.slice(0, at).trim(), rest.length > width ? `${rest.slice(0, width - 1).trim()}…` : rest];
}
