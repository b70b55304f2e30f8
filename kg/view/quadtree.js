// A tree over boxes that finds those near a point or within a frame without looking at all of them. Pure.

const LEAF = 12;
const DEEPEST = 24;

/**
 * Returns a tree over boxes given as a flat list [left, top, right, bottom, …]: `search(left, top, right, bottom, visit)` calls
 * `visit(number)` for each box that touches the frame, `bounds` is the frame around all, null where there is no box.
 *
 * Boxes are parted into four by their middles; each part keeps the frame around its own boxes, so that a long box stands
 * with its neighbours and not at the root.
 */
export function createQuadtree(boxes) {
  const count = boxes.length / 4;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const root = count ? grow(boxes, order, 0, count, 0) : null;
  return {
    bounds: root && { left: root.left, top: root.top, right: root.right, bottom: root.bottom },
    search(left, top, right, bottom, visit) {
      const waiting = root ? [root] : [];
      while (waiting.length) {
        const part = waiting.pop();
        if (part.left > right || part.right < left || part.top > bottom || part.bottom < top) continue;
        if (part.parts) waiting.push(...part.parts);
        else
          for (let i = part.from; i < part.until; i += 1) {
            const at = order[i] * 4;
            if (
              boxes[at] <= right &&
              boxes[at + 2] >= left &&
              boxes[at + 1] <= bottom &&
              boxes[at + 3] >= top
            )
              visit(order[i]);
          }
      }
    },
  };
}

/** Returns the part of the tree for the boxes that stand in `order` from one place until before another, and sorts them there. */
function grow(boxes, order, from, until, depth) {
  const part = frameAround(boxes, order, from, until);
  if (until - from <= LEAF || depth === DEEPEST) return part;
  const { across, down } = part;
  const quarters = [[], [], [], []];
  for (let i = from; i < until; i += 1) {
    const at = order[i] * 4;
    const quarter =
      (boxes[at] + boxes[at + 2] > across ? 1 : 0) + (boxes[at + 1] + boxes[at + 3] > down ? 2 : 0);
    quarters[quarter].push(order[i]);
  }
  if (quarters.some((quarter) => quarter.length === until - from)) return part;
  part.parts = [];
  let start = from;
  for (const quarter of quarters) {
    if (!quarter.length) continue;
    order.set(quarter, start);
    part.parts.push(grow(boxes, order, start, start + quarter.length, depth + 1));
    start += quarter.length;
  }
  return part;
}

/** Returns the frame around boxes, with the double of the middle of their middles: {left, top, right, bottom, across, down}. */
function frameAround(boxes, order, from, until) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = from; i < until; i += 1) {
    const at = order[i] * 4;
    left = Math.min(left, boxes[at]);
    top = Math.min(top, boxes[at + 1]);
    right = Math.max(right, boxes[at + 2]);
    bottom = Math.max(bottom, boxes[at + 3]);
    const [x, y] = [boxes[at] + boxes[at + 2], boxes[at + 1] + boxes[at + 3]];
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return {
    left,
    top,
    right,
    bottom,
    across: (west + east) / 2,
    down: (north + south) / 2,
    from,
    until,
    parts: null,
  };
}
