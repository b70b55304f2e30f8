// The tree that finds boxes, against looking at all of them.
import assert from "node:assert/strict";
import { test } from "node:test";

const { createQuadtree } = await import(new URL("../../kg/view/quadtree.js", import.meta.url));

/** Returns numbers that look like chance and are always the same. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

function someBoxes(count, next) {
  const boxes = new Float32Array(count * 4);
  for (let i = 0; i < count; i += 1) {
    const [x, y] = [next() * 1000, next() * 600];
    const long = i % 9 === 0 ? 700 : 12;
    boxes.set([x, y, x + next() * long, y + next() * long], i * 4);
  }
  return boxes;
}

function found(tree, frame) {
  const numbers = [];
  tree.search(...frame, (i) => numbers.push(i));
  return numbers.sort((a, b) => a - b);
}

function touching(boxes, [left, top, right, bottom]) {
  return Array.from({ length: boxes.length / 4 }, (_, i) => i).filter(
    (i) =>
      boxes[i * 4] <= right &&
      boxes[i * 4 + 2] >= left &&
      boxes[i * 4 + 1] <= bottom &&
      boxes[i * 4 + 3] >= top,
  );
}

test("quadtree: a frame meets the same boxes as looking at all of them, each once", () => {
  const next = numbers(11);
  for (const count of [1, 12, 13, 500, 4000]) {
    const boxes = someBoxes(count, next);
    const tree = createQuadtree(boxes);
    for (let i = 0; i < 40; i += 1) {
      const [x, y] = [next() * 1100 - 50, next() * 700 - 50];
      const frame = [x, y, x + next() * 300, y + next() * 200];
      assert.deepEqual(found(tree, frame), touching(boxes, frame));
    }
    const all = [-1e6, -1e6, 1e6, 1e6];
    assert.equal(found(tree, all).length, count);
  }
});

test("quadtree: the frame around all boxes is known, and there is none around nothing", () => {
  const tree = createQuadtree(Float32Array.from([0, 1, 5, 6, -3, 2, 4, 9]));
  assert.deepEqual(tree.bounds, { left: -3, top: 1, right: 5, bottom: 9 });
  const empty = createQuadtree(new Float32Array(0));
  assert.equal(empty.bounds, null);
  assert.deepEqual(found(empty, [-9, -9, 9, 9]), []);
});

test("quadtree: thousands of boxes on one point neither hang nor hide each other", () => {
  const boxes = new Float32Array(3000 * 4).fill(7);
  const tree = createQuadtree(boxes);
  assert.equal(found(tree, [7, 7, 7, 7]).length, 3000);
  assert.equal(found(tree, [8, 8, 9, 9]).length, 0);
});

test("quadtree: a search for a point leaves most boxes alone", () => {
  const next = numbers(5);
  const boxes = someBoxes(20_000, next);
  let reads = 0;
  const counted = new Proxy(boxes, {
    get(target, key) {
      if (key !== "length") reads += 1;
      return target[key];
    },
  });
  const tree = createQuadtree(counted);
  reads = 0;
  found(tree, [500, 300, 500, 300]);
  assert.ok(reads < 20_000, `${reads} numbers read of 80,000`);
});
