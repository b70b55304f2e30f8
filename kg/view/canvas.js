// The drawing by our own canvas, for networks of thousands of entities. Knows points, lines and looks, no facts.

import { lightness, paintLifted } from "./brush.js";
import { aimed, onDrawing, onScreen, panned, sightOf, zoomed } from "./camera.js";
import { contentOf, layLine, viaOf } from "./content.js";
import { PLACES, pointAlong } from "./curves.js";
import { distanceToLine } from "./pick.js";
import { createPlate } from "./plate.js";
import { createPointer } from "./pointer.js";

/** Milliseconds of a frame given to painting what is not there yet: little while hands move, much where all has changed. */
const BUDGET = { moving: 1, resting: 10, changed: 25, first: 60 };
/** Milliseconds after the last move until the picture is at rest. */
const REST = 90;
/** Pixels beside a line or a small disc that still count as on it. */
const LINE_REACH = 9;
const DISC_REACH = 7;

/** Returns a network in a container; scene.js says what every network can do and what it asks of its host. */
export function createCanvasNetwork(container, _, host) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas.style, {
    position: "absolute",
    inset: "0",
    width: "100%",
    height: "100%",
    touchAction: "none",
  });
  container.append(canvas);
  const context = canvas.getContext("2d", { alpha: false });
  const plate = createPlate(host);
  let camera = { x: 0, y: 0, scale: 1, width: container.clientWidth, height: container.clientHeight };
  let content = contentOf([], new Map(), () => null);
  let version = 0;
  let ratio = 1;
  let request = 0;
  let moved = -Infinity;
  let held = null;

  const discOf = (id) => content.nodes.list[content.nodes.index.get(id)];
  const redraw = () => {
    request ||= requestAnimationFrame(paint);
  };
  const look = (next) => {
    camera = next;
    moved = performance.now();
    redraw();
  };

  function measure() {
    ratio = Math.max(1, devicePixelRatio);
    const { clientWidth: width, clientHeight: height } = container;
    camera = { ...camera, width, height };
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
  }

  function budget(now) {
    if (plate.version() === null) return BUDGET.first;
    if (plate.version() !== version && !held) return BUDGET.changed;
    return now - moved < REST ? BUDGET.moving : BUDGET.resting;
  }

  function paint(now, milliseconds = budget(now)) {
    request = 0;
    measure();
    if (!camera.width || !camera.height) return;
    const scene = { content, version, camera, ratio };
    const done = plate.advance(scene, performance.now() + milliseconds);
    host.under(context);
    plate.copy(context, scene);
    paintLifted(context, content, camera, ratio, host);
    host.over(context);
    if (!done) redraw();
  }

  function draw(drawn, strands, lookOf) {
    content = contentOf(drawn, strands, lookOf, content.lifted ? null : content);
    version += 1;
    if (held) lift();
    redraw();
  }

  function getNodeAt(point, slack = false) {
    const { x, y } = onDrawing(camera, point);
    const reach = (slack ? DISC_REACH : 0) / camera.scale;
    let [best, least] = [undefined, reach];
    content.nodes.tree.search(x - reach, y - reach, x + reach, y + reach, (i) => {
      const disc = content.nodes.list[i];
      const gap = Math.hypot(disc.x - x, disc.y - y) - disc.r;
      if (gap <= least) [best, least] = [disc.id, gap];
    });
    return best;
  }

  function getStrandAt(point) {
    const { x, y } = onDrawing(camera, point);
    const reach = LINE_REACH / camera.scale;
    let [best, least] = [undefined, LINE_REACH];
    content.lines.tree.search(x - reach, y - reach, x + reach, y + reach, (i) => {
      const strand = content.lines.list[i];
      const distance = distanceToLine(point, shapeOf(i), strand.from === strand.to);
      if (distance < least) [best, least] = [strand, distance];
    });
    return best;
  }

  function shapeOf(i) {
    const { ways, kinds } = content.lines;
    const at = (part) => onScreen(camera, pointAlong(ways, i * PLACES, kinds[i], part));
    const via = viaOf(content.lines, i);
    return { from: at(0), via: via && onScreen(camera, via), to: at(1), at };
  }

  function strandsInSight() {
    const { left, top, right, bottom } = sightOf(camera);
    const found = [];
    content.lines.tree.search(left, top, right, bottom, (i) => found.push(content.lines.list[i]));
    return found;
  }

  /** Takes what is held and its lines off the plate, to be painted by themselves while a hand carries them. */
  function lift() {
    const number = content.nodes.index.get(held.id);
    if (number === undefined) {
      held = null;
      return;
    }
    const lines = content.lines.list.flatMap(({ from, to }, i) =>
      from === held.id || to === held.id ? [i] : [],
    );
    const list = content.nodes.list.map((disc, i) => (i === number ? { ...disc } : disc));
    const lifted = { nodes: new Set([number]), lines: new Set(lines) };
    content = { ...content, nodes: { ...content.nodes, list }, lifted };
    version += 1;
    carry();
  }

  function carry() {
    Object.assign(discOf(held.id), { x: held.x, y: held.y });
    for (const i of content.lifted.lines) layLine(content.nodes, content.lines, i);
    redraw();
  }

  createPointer(canvas, {
    tap: host.tap,
    doubleTap: host.doubleTap,
    pan: (dx, dy) => look(panned(camera, dx, dy)),
    zoom: (point, factor) => look(zoomed(camera, point, factor)),
    grab(point) {
      const id = getNodeAt(point, true);
      if (id === undefined) return false;
      const [there, { x, y }] = [onDrawing(camera, point), discOf(id)];
      held = { id, x, y, dx: x - there.x, dy: y - there.y };
      lift();
      return true;
    },
    carry(point) {
      if (!held) return;
      const { x, y } = onDrawing(camera, point);
      Object.assign(held, { x: x + held.dx, y: y + held.dy });
      carry();
    },
    drop() {
      if (!held) return;
      const { id, x, y } = held;
      held = null;
      host.drop(id, { x, y });
    },
  });
  new ResizeObserver(() => paint(performance.now())).observe(container);
  return {
    draw,
    redraw,
    has: (id) => content.nodes.index.has(id),
    getPosition: (id) => ({ x: discOf(id).x, y: discOf(id).y }),
    getPositions: () => Object.fromEntries(content.nodes.list.map(({ id, x, y }) => [`i${id}`, { x, y }])),
    canvasToDOM: (point) => onScreen(camera, point),
    getScale: () => camera.scale,
    getViewPosition: () => ({ x: camera.x, y: camera.y }),
    moveTo: (aim) => look(aimed(camera, aim)),
    strandShape: (id) => (content.lines.index.has(id) ? shapeOf(content.lines.index.get(id)) : null),
    strandsInSight,
    getLightness: () => lightness(content, camera.scale),
    getNodeAt,
    getStrandAt,
    /** Says whether all that the camera shows is painted. */
    isAtRest: () => request === 0,
    canvas() {
      paint(performance.now(), Infinity);
      return canvas;
    },
  };
}
