// What stands on lines and by discs, and where the drawing moves so that something is seen.
import assert from "node:assert/strict";
import { test } from "node:test";

const at = (name) => import(new URL(`../../kg/view/${name}.js`, import.meta.url));
const sizeOf = (lines) => ({ w: 6 * Math.max(...lines.map((line) => line.length)), h: 12 * lines.length });
const VERBS = ["loses to", "linked to", "stands against", "is accused over", "defeats"];

/** Returns a model of verbs p0, p1 …, each said as VERBS has it. */
const model = { properties: new Map(VERBS.map((verb, i) => [`p${i}`, { en: verb, es: `¿${verb}?` }])) };
const fact = (i, more = {}) => ({
  id: `f${i}`,
  subject: "a",
  object: "b",
  property: `p${i}`,
  status: "asserted",
  contested: false,
  evidence: [0],
  rule: "",
  ...more,
});

test("verbs: one label for several lines names two verbs, their status and number, and counts the rest", async () => {
  const { manyTexts } = await at("verbs");
  const all = [fact(0), fact(1, { status: "alleged" }), { ...fact(0), id: "x" }, fact(2), fact(3)];
  assert.deepEqual(manyTexts(model, all, "en"), ["loses to ×2", "linked to (alleged) +2"]);
  assert.deepEqual(manyTexts(model, all, "en", 1), ["loses to ×2 +3"]);
  assert.deepEqual(manyTexts(model, [fact(0), fact(4)], "en"), ["loses to · defeats"]);
  assert.deepEqual(manyTexts(model, [fact(0), fact(4)], "es"), ["¿loses to? · ¿defeats?"]);
  const long = { properties: new Map([["p0", { en: "W".repeat(90) }]]) };
  assert.ok(manyTexts(long, [fact(0)], "en").every((text) => text.length <= 30));
});

/** Returns the labels placed for lines between two points, bent apart as they are drawn; `taken` are boxes in their way. */
async function labelled(lines, a, b, { front = null, taken = [] } = {}) {
  const [{ verbItems }, { createBoard, placeLabels }] = [await at("verbs"), await at("labels")];
  const [{ strands }, curves] = [await at("strands"), await at("curves")];
  const drawn = strands(lines);
  const shapeOf = (id) => {
    const strand = drawn.find((each) => each.id === id);
    const ends = strand.from === "a" ? [a, b] : [b, a];
    const way = new Float64Array(curves.PLACES);
    const kind = curves.trace(way, 0, ...ends, { bend: strand.bend, loop: 0, gap: 1 });
    return { from: ends[0], via: null, to: ends[1], at: (part) => curves.pointAlong(way, 0, kind, part) };
  };
  const network = { getScale: () => 1, strandsInSight: () => drawn };
  const state = { verbs: true, lang: "en", fact: "", pair: [] };
  const scene = { network, strandShape: shapeOf };
  const board = createBoard(900, 900);
  for (const box of taken) board.put(box);
  return placeLabels(verbItems(scene, model, { front, state, hover: {} }, sizeOf), board);
}

const disc = (x, y) => ({ x, y, r: 8 });

test("verbs: parallel lines have a label each where there is room, and none lies on another", async () => {
  const { overlaps } = await at("labels");
  const lines = [0, 1, 2].map((i) => fact(i));
  const placed = await labelled(lines, disc(100, 200), disc(700, 240));
  assert.deepEqual(
    placed.map((label) => label.facts),
    [["f0"], ["f1"], ["f2"]],
  );
  for (const [i, { box }] of placed.entries())
    for (const other of placed.slice(0, i)) assert.ok(!overlaps(box, other.box));
});

test("verbs: where labels of parallel lines would overlap, no fact is without one", async () => {
  const lines = [0, 1, 2, 3, 4].map((i) => fact(i));
  const said = (placed) => placed.flatMap((label) => label.facts).sort();
  const front = { lines: new Set(lines.map((line) => line.id)), nodes: new Set(["a", "b"]) };
  for (const length of [40, 70, 110, 160, 260]) {
    const flat = await labelled(lines, disc(300, 300), disc(300 + length, 300), { front });
    assert.deepEqual(said(flat), ["f0", "f1", "f2", "f3", "f4"], `${length} across`);
    const steep = await labelled(lines, disc(300, 300), disc(310, 300 + length), { front });
    assert.deepEqual(said(steep), ["f0", "f1", "f2", "f3", "f4"], `${length} down`);
  }
});

test("verbs: the label that stands for those without room still lets the others have theirs", async () => {
  const lines = [0, 1, 2, 3].map((i) => fact(i));
  const open = await labelled(lines, disc(100, 300), disc(420, 340));
  assert.equal(open.length, 4);
  const lowest = open.map(({ box }) => box).sort((one, other) => other.y - one.y)[0];
  const taken = [{ x: 0, y: lowest.y - 12, w: 900, h: 300, owner: "in the way" }];
  const placed = await labelled(lines, disc(100, 300), disc(420, 340), { taken });
  assert.ok(placed.length >= 2 && placed.length < 4);
  assert.deepEqual(placed.flatMap((label) => label.facts).sort(), ["f0", "f1", "f2", "f3"]);
});

test("verbs: of lines of which only some stand in front only those are named", async () => {
  const lines = [0, 1, 2].map((i) => fact(i));
  const front = { lines: new Set(["f1"]), nodes: new Set() };
  const placed = await labelled(lines, disc(100, 300), disc(420, 340), { front });
  assert.deepEqual(
    placed.map((label) => label.facts),
    [["f1"]],
  );
});

test("labels: a name stands where few lines lie under it", async () => {
  const { crosses, offLinesFirst, placesByDisc } = await at("labels");
  const box = { x: 10, y: 10, w: 20, h: 10 };
  assert.ok(crosses(box, { x: 0, y: 0 }, { x: 40, y: 30 }));
  assert.ok(!crosses(box, { x: 0, y: 0 }, { x: 40, y: 5 }));
  assert.ok(!crosses(box, { x: 0, y: 15 }, { x: 8, y: 15 }));
  assert.ok(!crosses(box, { x: 35, y: 0 }, { x: 35, y: 40 }));
  const from = { x: 300, y: 300 };
  const places = placesByDisc({ ...from, r: 6, w: 60, h: 14 });
  assert.equal(offLinesFirst(places, from, [])[0], 0);
  const below = { x: 300, y: 500 };
  const first = offLinesFirst(places, from, [below]);
  assert.ok(!crosses(places[first[0]], from, below));
  assert.deepEqual(
    [...first].sort((a, b) => a - b),
    places.map((_, i) => i),
  );
});

test("labels: a name of three rows is cut only where three do not hold it", async () => {
  const { wrap } = await at("labels");
  const name = "three opposition municipalities of metropolitan Caracas";
  assert.ok(wrap(name, 22)[1].endsWith("…"));
  assert.equal(wrap(name, 22, 3).join(" "), name);
  for (const text of [name, "Long ".repeat(100), "W".repeat(100), "a b", ""]) {
    const lines = wrap(text, 22, 3);
    assert.ok(lines.length <= 3);
    for (const line of lines) assert.ok(line.length <= 23);
  }
});

const ROOM = { width: 800, height: 600, left: 60, right: 60, top: 50, bottom: 50 };
/** Returns the frame of a room in units of the drawing for a view. */
const free = ({ x, y, scale }) => ({
  left: x + (ROOM.left - ROOM.width / 2) / scale,
  right: x + (ROOM.width / 2 - ROOM.right) / scale,
  top: y + (ROOM.top - ROOM.height / 2) / scale,
  bottom: y + (ROOM.height / 2 - ROOM.bottom) / scale,
});
const holds = (outer, inner) =>
  outer.left <= inner.left + 1e-6 &&
  outer.top <= inner.top + 1e-6 &&
  outer.right >= inner.right - 1e-6 &&
  outer.bottom >= inner.bottom - 1e-6;
const viewOf = ({ position, scale, offset = { x: 0, y: 0 } }) => ({
  x: position.x - offset.x / scale,
  y: position.y - offset.y / scale,
  scale,
});

test("sight: what is seen stays, what is not comes by the shortest way, what is too large is seen from farther away", async () => {
  const { aimToSee, frameOfPoints } = await at("sight");
  assert.equal(frameOfPoints([]), null);
  const frame = (...points) => frameOfPoints(points.map(([x, y]) => ({ x, y })));
  const view = { x: 0, y: 0, scale: 1 };
  assert.equal(aimToSee(frame([-300, 0], [300, 200]), ROOM, view), null);
  const beside = frame([300, 0], [440, 100]);
  const moved = aimToSee(beside, ROOM, view);
  assert.deepEqual([moved.position, moved.scale], [{ x: 100, y: 0 }, 1]);
  assert.ok(holds(free(viewOf(moved)), beside));
  const large = frame([-900, -100], [1500, 900]);
  const away = aimToSee(large, ROOM, view);
  assert.ok(away.scale < 1 && holds(free(viewOf(away)), large));
});

test("sight: from where all is specks the drawing comes nearer, and then stays", async () => {
  const { aimToSee } = await at("sight");
  const frame = { left: 1000, top: 1000, right: 1300, bottom: 1200 };
  const aim = aimToSee(frame, ROOM, { x: 900, y: 900, scale: 0.05 });
  assert.ok(aim.scale > 0.5 && holds(free(viewOf(aim)), frame));
  assert.equal(aimToSee(frame, ROOM, viewOf(aim)), null);
  const wide = { left: -9000, top: -9000, right: 9000, bottom: 9000 };
  const whole = aimToSee(wide, ROOM, { x: 0, y: 0, scale: 0.02 });
  assert.ok(holds(free(viewOf(whole)), wide));
  assert.equal(aimToSee(wide, ROOM, viewOf(whole)), null);
});

test("glide: the way begins where the drawing is and ends at its aim, growing by equal factors", async () => {
  const { between } = await at("glide");
  const [from, to] = [
    { position: { x: 0, y: 10 }, scale: 0.25 },
    { position: { x: 40, y: 0 }, scale: 4 },
  ];
  assert.deepEqual(between(from, to, 0), from);
  assert.deepEqual(between(from, to, 1), to);
  assert.deepEqual(between(from, to, 0.5), { position: { x: 20, y: 5 }, scale: 1 });
});

test("places: what was opened from an entity stands around it, not around the best connected one", async () => {
  const { placesOf } = await at("places");
  const node = (id, degree) => [id, { id, x: 0, y: 0, degree, kind: "Person" }];
  const tie = (subject, object) => ({ subject, object });
  const nodes = new Map([node("hub", 99), node("small", 2), node("new", 2)]);
  const around = new Map([["new", [tie("new", "hub"), tie("small", "new")]]]);
  const model = { nodes, around, opening: { open: { hub: [0, 0], small: [2000, 0] } } };
  const far = (places, id) => Math.hypot(places.get("new")[0] - places.get(id)[0], places.get("new")[1]);
  assert.ok(far(placesOf(model, ["hub", "small", "new"]), "hub") < 400);
  const opened = placesOf(model, ["hub", "small", "small", "new"]);
  assert.ok(far(opened, "small") < 400);
  assert.deepEqual(opened.get("small"), [2000, 0]);
});
