// Where the drawing must move so that some of it is seen: boxes of the drawing and free room on the screen. Pure geometry.

const NEAREST = 1.15;
/** Scale from which names can be read all around, and up to which the drawing comes nearer to show some entities. */
export const READABLE = 0.3;
const CLOSE = 0.9;

/** Returns the frame around points {x, y}: left, top, right, bottom; null where there is none. */
export function frameOfPoints(points) {
  if (!points.length) return null;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const least = (all) => all.reduce((a, b) => Math.min(a, b));
  const most = (all) => all.reduce((a, b) => Math.max(a, b));
  return { left: least(xs), top: least(ys), right: most(xs), bottom: most(ys) };
}

/**
 * Returns the aim {position, scale, offset} that shows a frame of the drawing in the room of the screen, as near as may be
 * up to `nearest`. `room` is {width, height} of the screen and its margins left, top, right, bottom, in pixels.
 */
export function aimAt(frame, room, nearest = NEAREST) {
  const wide = Math.max(60, room.width - room.left - room.right);
  const high = Math.max(60, room.height - room.top - room.bottom);
  const [across, down] = [frame.right - frame.left, frame.bottom - frame.top];
  return {
    position: { x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2 },
    scale: Math.min(nearest, wide / Math.max(1, across), high / Math.max(1, down)),
    offset: { x: (room.left - room.right) / 2, y: (room.top - room.bottom) / 2 },
  };
}

/**
 * Returns the aim that brings a frame of the drawing into the room of the screen, null where it is there already and can be
 * read. `view` is {x, y, scale}: the point of the drawing in the middle of the screen, and its pixels a unit.
 * It moves only as far as needed; it goes farther away where the frame is too large, and nearer from where all is specks.
 */
export function aimToSee(frame, room, view) {
  const best = aimAt(frame, room, Math.max(CLOSE, view.scale));
  if (view.scale < READABLE && best.scale > view.scale * 1.2) return aimAt(frame, room, CLOSE);
  if (best.scale < view.scale) return best;
  const half = [room.width / view.scale / 2, room.height / view.scale / 2];
  const free = {
    left: view.x - half[0] + room.left / view.scale,
    right: view.x + half[0] - room.right / view.scale,
    top: view.y - half[1] + room.top / view.scale,
    bottom: view.y + half[1] - room.bottom / view.scale,
  };
  const push = (low, high, from, to) => Math.min(0, low - from) + Math.max(0, high - to);
  const dx = push(frame.left, frame.right, free.left, free.right);
  const dy = push(frame.top, frame.bottom, free.top, free.bottom);
  return dx || dy ? { position: { x: view.x + dx, y: view.y + dy }, scale: view.scale } : null;
}
