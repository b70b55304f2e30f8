// What our own canvas computes: cameras, the ways of lines, content in flat lists, painting in slices.
import assert from "node:assert/strict";
import { test } from "node:test";

const at = (name) => import(new URL(`../../kg/view/${name}.js`, import.meta.url));
const near = (a, b, by = 1e-6) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);
const LOOK = { colour: "#000", width: 1.5, alpha: 0.85, dashes: false, arrow: true, yields: 1 };
const strand = (id, from, to, more = {}) => [id, { id, from, to, lines: [{}], bend: 0, loop: 15, ...more }];

test("camera: points go to the screen and back, and what is under the pointer stays there while zooming", async () => {
  const { onDrawing, onScreen, zoomed, panned, aimed, sightOf } = await at("camera");
  const camera = { x: 40, y: -7, scale: 0.5, width: 700, height: 600 };
  const point = { x: 123, y: 456 };
  const there = onDrawing(camera, point);
  near(onScreen(camera, there).x, 123);
  near(onScreen(camera, there).y, 456);
  const closer = zoomed(camera, point, 3);
  near(closer.scale, 1.5);
  near(onScreen(closer, there).x, 123);
  near(onScreen(closer, there).y, 456);
  assert.ok(zoomed(camera, point, 1e9).scale < 100);
  assert.ok(zoomed(camera, point, 1e-9).scale > 0);
  near(onScreen(panned(camera, 10, -4), there).x, 133);
  near(onScreen(panned(camera, 10, -4), there).y, 452);
  const aim = aimed(camera, { position: { x: 9, y: 9 }, scale: 2, offset: { x: 0, y: -50 } });
  assert.deepEqual(onScreen(aim, { x: 9, y: 9 }), { x: 350, y: 250 });
  assert.deepEqual(aimed(camera, { scale: 2 }), { ...camera, scale: 2 });
  assert.deepEqual(sightOf(camera), { left: -660, top: -607, right: 740, bottom: 593 });
});

test("curves: a line ends at the other disc, parallel ones bend to their own sides, a loop comes back", async () => {
  const { BENT, ROUND, STRAIGHT, arrival, boxOfWay, pointAlong, trace } = await at("curves");
  const [a, b] = [
    { x: 0, y: 0, r: 5 },
    { x: 100, y: 0, r: 10 },
  ];
  const ways = new Float64Array(6);
  assert.equal(trace(ways, 0, a, b, { bend: 0, loop: 0, gap: 1 }), STRAIGHT);
  near(pointAlong(ways, 0, STRAIGHT, 1).x, 89);
  near(arrival(ways, 0, STRAIGHT), 0);
  const middles = [1, -1, 3].map((bend) => {
    assert.equal(trace(ways, 0, a, b, { bend, loop: 0, gap: 1 }), BENT);
    const end = pointAlong(ways, 0, BENT, 1);
    near(Math.hypot(end.x - b.x, end.y - b.y), 11);
    return pointAlong(ways, 0, BENT, 0.5).y;
  });
  assert.ok(middles[0] < -5 && middles[1] > 5 && middles[2] < middles[0]);
  trace(ways, 0, b, a, { bend: 1, loop: 0, gap: 1 });
  assert.ok(pointAlong(ways, 0, BENT, 0.5).y > 5);
  assert.equal(trace(ways, 0, a, a, { bend: 0, loop: 12, gap: 1 }), ROUND);
  for (const part of [0, 1]) {
    const end = pointAlong(ways, 0, ROUND, part);
    near(Math.hypot(end.x, end.y), 5, 1e-6);
  }
  assert.ok(Math.hypot(...Object.values(pointAlong(ways, 0, ROUND, 0.5))) > 20);
  for (const [bend, other] of [
    [0, b],
    [2, b],
    [0, a],
  ]) {
    const box = new Float64Array(4);
    const kind = trace(ways, 0, a, other, { bend, loop: 12, gap: 1 });
    boxOfWay(ways, 0, kind, box, 0);
    for (let i = 0; i <= 20; i += 1) {
      const { x, y } = pointAlong(ways, 0, kind, i / 20);
      assert.ok(x >= box[0] - 1e-9 && x <= box[2] + 1e-9 && y >= box[1] - 1e-9 && y <= box[3] + 1e-9);
    }
  }
});

test("curves: discs on each other give a line without a number that is none", async () => {
  const { trace } = await at("curves");
  const ways = new Float64Array(6);
  for (const other of [
    { x: 0, y: 0, r: 5 },
    { x: 3, y: 0, r: 5 },
  ]) {
    trace(ways, 0, { x: 0, y: 0, r: 5 }, other, { bend: 1, loop: 9, gap: 1 });
    assert.ok(ways.every(Number.isFinite));
  }
});

test("content: what stays the same is kept, what moves is worked out anew", async () => {
  const { boundsOf, contentOf } = await at("content");
  const discs = [
    { id: "a", x: 0, y: 0, r: 5 },
    { id: "b", x: 50, y: 20, r: 5 },
  ];
  const strands = new Map([strand("1", "a", "b"), strand("2", "b", "b")]);
  const first = contentOf(discs, strands, () => LOOK);
  const bounds = boundsOf(first);
  assert.ok(bounds.left === -5 && bounds.right > 55);
  const faint = { ...LOOK, alpha: 0.16 };
  const second = contentOf(
    discs.map((disc) => ({ ...disc })),
    strands,
    ({ id }) => (id === "1" ? LOOK : faint),
    first,
  );
  assert.equal(second.lines, first.lines);
  assert.equal(second.nodes, first.nodes);
  assert.deepEqual(second.looks, [faint, LOOK]);
  assert.deepEqual([...second.look], [1, 0]);
  const moved = contentOf([discs[0], { ...discs[1], x: 80 }], strands, () => LOOK, second);
  assert.notEqual(moved.lines, first.lines);
  assert.ok(moved.lines.ways[4] > first.lines.ways[4] + 20);
  const nothing = contentOf([], new Map(), () => LOOK);
  assert.equal(boundsOf(nothing), null);
});

/** Returns a stand-in for a canvas that counts what is called. */
function paper() {
  const calls = {};
  const count = (name) => () => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  const context = new Proxy(
    {},
    { get: (_, name) => (name === "calls" ? calls : count(name)), set: () => true },
  );
  return context;
}

async function painted(count, camera, look = LOOK) {
  const [{ paintContent }, { contentOf }] = [await at("brush"), await at("content")];
  const discs = Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    x: (i % 100) * 50,
    y: Math.floor(i / 100) * 50,
    r: 5,
  }));
  const strands = new Map(discs.slice(1).map(({ id }) => strand(`s${id}`, id, `${id - 1}`)));
  const context = paper();
  const names = [];
  const host = { under: () => {}, node: (_, id) => names.push(id) };
  const slices = [
    ...paintContent(
      context,
      contentOf(discs, strands, () => look),
      camera,
      1,
      host,
    ),
  ];
  return { calls: context.calls, names, slices: slices.length };
}

test("brush: everything in sight is painted, in slices, and nothing that is out of sight", async () => {
  const far = { x: 2500, y: 1000, scale: 0.1, width: 900, height: 700 };
  const all = await painted(4000, far);
  assert.equal(all.names.length, 4000);
  assert.equal(all.calls.moveTo, 3999);
  assert.ok(all.slices >= 10);
  const close = await painted(4000, { ...far, scale: 1, width: 300, height: 300 });
  assert.ok(close.names.length > 20 && close.names.length < 120);
});

test("brush: hairs share a path, wider lines have one each, arrows and dashes only where they can be seen", async () => {
  const camera = { x: 500, y: 50, scale: 0.1, width: 900, height: 700 };
  const hairs = await painted(100, camera);
  assert.ok(hairs.calls.stroke < 5);
  assert.equal(hairs.calls.fill, undefined);
  const wide = await painted(100, { ...camera, x: 2500, scale: 1.2, width: 9000 });
  assert.equal(wide.calls.stroke, 99);
  assert.ok(wide.calls.fill >= 1);
});

test("brush: lines that yield grow faint in a crowd seen from afar, and are themselves again close by", async () => {
  const [{ lightness }, { contentOf }] = [await at("brush"), await at("content")];
  const discs = Array.from({ length: 60 }, (_, i) => ({
    id: `${i}`,
    x: (i * 7919) % 1000,
    y: (i * 104729) % 1000,
    r: 5,
  }));
  const pairs = discs.flatMap((a) =>
    discs.filter((b) => a.id < b.id).map((b) => strand(`${a.id} ${b.id}`, a.id, b.id)),
  );
  const crowd = contentOf(discs, new Map(pairs), () => LOOK);
  assert.ok(lightness(crowd, 0.05) < 0.3);
  assert.equal(lightness(crowd, 1), 1);
  const few = contentOf(discs, new Map(pairs.slice(0, 20)), () => LOOK);
  assert.equal(lightness(few, 0.3), 1);
});
