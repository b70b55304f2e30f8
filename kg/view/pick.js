// Which line lies nearest to a point on the screen. Pure geometry.

const PARTS = 14;

/** Returns the distance from a point to the segment from a to b. */
export function distanceToSegment(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / length : 0;
  const part = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - a.x - part * dx, point.y - a.y - part * dy);
}

/** Returns the distance from a point to a drawn line {from, via, to, at(part)}; bent lines are taken in small parts. */
export function distanceToLine(point, shape, round) {
  if (!shape.via && !round) return distanceToSegment(point, shape.from, shape.to);
  let least = Infinity;
  let before = shape.at(0);
  for (let i = 1; i <= PARTS; i += 1) {
    const next = shape.at(i / PARTS);
    least = Math.min(least, distanceToSegment(point, before, next));
    before = next;
  }
  return least;
}

/** Returns the nearest of the strands within reach of a point, or undefined. `shapeOf(id)` may give null. */
export function nearestStrand(strands, shapeOf, point, reach) {
  let best;
  let least = reach;
  for (const strand of strands) {
    const shape = shapeOf(strand.id);
    if (!shape) continue;
    const distance = distanceToLine(point, shape, strand.from === strand.to);
    if (distance < least) [best, least] = [strand, distance];
  }
  return best;
}
