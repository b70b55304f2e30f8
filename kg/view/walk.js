// Walking along lines: neighbourhoods and shortest paths. A line is anything with `subject` and `object`.

/** Returns a map from each entity to the lines at it. */
function linesByEnd(lines) {
  const found = new Map();
  const add = (id, line) => {
    if (!found.has(id)) found.set(id, []);
    found.get(id).push(line);
  };
  for (const line of lines) {
    add(line.subject, line);
    if (line.object !== line.subject) add(line.object, line);
  }
  return found;
}

/** Returns the other end of a line. */
export function otherEnd(line, id) {
  return line.subject === id ? line.object : line.subject;
}

/** Returns a map from every entity within `steps` of the start to its distance. */
export function within(lines, start, steps) {
  const at = linesByEnd(lines);
  const distance = new Map([[start, 0]]);
  let edge = [start];
  for (let step = 1; step <= steps; step += 1) {
    const next = [];
    for (const id of edge) {
      for (const line of at.get(id) ?? []) {
        const other = otherEnd(line, id);
        if (distance.has(other)) continue;
        distance.set(other, step);
        next.push(other);
      }
    }
    edge = next;
  }
  return distance;
}

/**
 * Returns a shortest path as [{from, to, lines}], each step with every line between its ends; [] where the ends are one
 * entity, null where there is none. Among equals it avoids hubs, since "both are in Venezuela" explains little.
 */
export function shortestPath(lines, start, end) {
  if (start === end) return [];
  const at = linesByEnd(lines);
  const before = new Map([[start, null]]);
  let edge = [start];
  while (edge.length && !before.has(end)) {
    const next = new Map();
    edge.sort((a, b) => at.get(a)?.length - at.get(b)?.length || (a < b ? -1 : 1));
    for (const id of edge) {
      for (const line of at.get(id) ?? []) {
        const other = otherEnd(line, id);
        if (!before.has(other) && !next.has(other)) next.set(other, id);
      }
    }
    for (const [id, from] of next) before.set(id, from);
    edge = [...next.keys()];
  }
  if (!before.has(end)) return null;
  const steps = [];
  for (let to = end; before.get(to) !== null; to = before.get(to)) {
    const from = before.get(to);
    steps.unshift({ from, to, lines: at.get(from).filter((line) => otherEnd(line, from) === to) });
  }
  return steps;
}
