// Where the entities stand that are shown: the points given, or around those that are open already. Pure.

const APART = [150, 84];

/**
 * Returns a map from entity to [x, y]. Entities opened later stand in the first free place by a neighbour: by the one after
 * whose second mention they come, since that was opened for its neighbours, else by the best connected.
 */
export function placesOf(model, open) {
  const places = new Map();
  if (open === null) {
    for (const node of model.nodes.values()) places.set(node.id, [node.x, node.y]);
    return places;
  }
  const given = model.opening.open ?? {};
  for (const id of open) if (Object.hasOwn(given, id)) places.set(id, given[id]);
  const middle = middleOf(places);
  const seen = new Set();
  let opened = null;
  for (const id of open) {
    if (seen.has(id)) opened = id;
    seen.add(id);
    if (places.has(id) || !model.nodes.has(id)) continue;
    const anchor = isTied(model, id, opened) ? (places.get(opened) ?? null) : anchorOf(model, places, id);
    places.set(id, freePlace(places, anchor, middle));
  }
  return places;
}

function isTied(model, id, other) {
  return (model.around.get(id) ?? []).some(({ subject, object }) => subject === other || object === other);
}

function middleOf(places) {
  let [x, y] = [0, 0];
  for (const [px, py] of places.values()) [x, y] = [x + px / places.size, y + py / places.size];
  return [x, y];
}

/** Returns the point of the entity's best connected neighbour that has one. */
function anchorOf(model, places, id) {
  let best = null;
  for (const line of model.around.get(id) ?? []) {
    const other = line.subject === id ? line.object : line.subject;
    if (places.has(other) && (best === null || model.nodes.get(other).degree > model.nodes.get(best).degree))
      best = other;
  }
  return best === null ? null : places.get(best);
}

function freePlace(places, anchor, middle) {
  const [ax, ay] = anchor ?? middle;
  const outward = Math.atan2(ay - middle[1], ax - middle[0]);
  for (let ring = 1; ring < 60; ring += 1) {
    const spots = 6 * ring;
    for (let i = 0; i < spots; i += 1) {
      const turn = outward + (i % 2 ? 1 : -1) * Math.ceil(i / 2) * ((2 * Math.PI) / spots);
      const spot = [
        Math.round(ax + Math.cos(turn) * ring * 120),
        Math.round(ay + Math.sin(turn) * ring * 90),
      ];
      if (isFree(places, spot)) return spot;
    }
  }
  return [ax, ay];
}

function isFree(places, [x, y]) {
  for (const [px, py] of places.values()) {
    if (((px - x) / APART[0]) ** 2 + ((py - y) / APART[1]) ** 2 < 1) return false;
  }
  return true;
}

/**
 * Returns how given points become points of the drawing and back: on an upright screen across becomes down, and either way
 * the drawing is stretched a little to fill the screen: the one that shows everything (`whole`), or the one at the opening.
 */
export function frameOf(model, { clientWidth, clientHeight }, whole = !model.opening.open) {
  const upright = clientWidth < clientHeight * 0.85;
  const given = whole ? null : Object.values(model.opening.open);
  const points =
    given ??
    [...model.nodes.values()].filter((node) => !model.aside.has(node.kind)).map((node) => [node.x, node.y]);
  const size = (axis) => points.reduce((most, point) => Math.max(most, 2 * Math.abs(point[axis])), 400);
  const [wide, high] = upright ? [size(1), size(0)] : [size(0), size(1)];
  const need = Math.max(100, clientWidth - 130) / Math.max(100, clientHeight - 110) / (wide / high);
  const [sx, sy] = need > 1 ? [Math.min(1.5, need), 1] : [1, Math.min(1.5, 1 / need)];
  return {
    put: ([x, y]) => (upright ? { x: y * sx, y: x * sy } : { x: x * sx, y: y * sy }),
    take: ({ x, y }) => (upright ? [y / sy, x / sx] : [x / sx, y / sy]),
  };
}
