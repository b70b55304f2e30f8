// Lines as they are drawn: parallel ones kept apart, many between two entities as one bundle. Pure.

const BUNDLE_ABOVE = 6;

/** Returns lines grouped so that each group is drawn as one: single lines with their bend, bundles where there are many. */
export function strands(lines) {
  const pairs = new Map();
  for (const line of lines) {
    const key =
      line.subject < line.object ? `${line.subject} ${line.object}` : `${line.object} ${line.subject}`;
    if (!pairs.has(key)) pairs.set(key, []);
    pairs.get(key).push(line);
  }
  const found = [];
  for (const [key, siblings] of pairs) {
    const { subject, object } = siblings[0];
    if (siblings.length > BUNDLE_ABOVE) {
      found.push({ id: `bundle ${key}`, from: subject, to: object, lines: siblings, bend: 0, turn: 0 });
      continue;
    }
    siblings.forEach((line, i) => {
      const place = i - (siblings.length - 1) / 2;
      const bend = line.subject <= line.object ? place : -place;
      found.push({ id: line.id, from: line.subject, to: line.object, lines: [line], bend, turn: i });
    });
  }
  return found;
}
