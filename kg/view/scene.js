// The drawing of what is visible, whichever renderer paints it: looks, labels, taps. Knows the model and marks, no panels.

import { createCanvasNetwork } from "./canvas.js";
import { FADED, paintGround, paintNode } from "./discs.js";
import { createGlide } from "./glide.js";
import { lineMark, radiusOf } from "./marks.js";
import { modeOf } from "./model.js";
import { paintLabels } from "./paint.js";
import { frameOf, placesOf } from "./places.js";
import { READABLE, aimAt, aimToSee, frameOfPoints } from "./sight.js";
import { pinOf } from "./state.js";
import { strands } from "./strands.js";
import { createVisNetwork } from "./vis.js";

/** Milliseconds and pixels within which a click is the second of a double click. */
const AGAIN = { within: 450, near: 24 };
/** Pixels kept free for names at both sides. */
const SIDE = 65;

const THEN_OPACITY = { certain: 1, possible: 0.6, undated: 0.35 };

/*
 * A network, by vis-network or by our own canvas, paints discs and lines and knows where they are:
 *   draw(discs, strands, lookOf)   discs [{id, x, y, r}], strands by id, lookOf(strand) {colour, width, alpha, dashes, arrow,
 *                                  yields: how readily the line grows faint in a crowd, from 0 to 1}
 *   redraw, has(id), getPosition(id), getPositions(), getScale(), getViewPosition(), canvas()
 *   moveTo({position, scale, offset}), canvasToDOM(point of the drawing)
 *   strandShape(id)                {from, via or null, to, at(part)} in pixels of the screen, or null
 *   strandsInSight()               the strands of which something may be on the screen
 *   getLightness()                 by how much lines that yield to a crowd are fainter now, from 0 to 1
 *   getNodeAt(point, slack)        the entity at a point of the screen, or with slack one close by; undefined for none
 *   getStrandAt(point, hovering)   the strand there or close by; while hovering it may give none where looking costs too much
 * Its host paints and listens: under(context), node(context, id, x, y, radius, scale), over(context) in order of painting;
 *   tap(point, shift), doubleTap(point), drop(id, point of the drawing).
 */

/** Returns the scene in a container; `on` has the listeners select(node), line(fact), pair(a, b), nothing(), open(node), pin(node, point). */
export function createScene(container, model, { renderer, options }, on) {
  const frames = { whole: frameOf(model, container, true), some: frameOf(model, container) };
  const view = {
    frame: frames.some,
    theme: "light",
    shown: { nodes: new Set(), lines: [], then: null },
    front: null,
    state: null,
    hover: {},
    strands: new Map(),
    ties: new Map(),
    byDegree: [],
  };
  const create = renderer === "canvas" ? createCanvasNetwork : createVisNetwork;
  const network = create(container, options, {
    under: (context) => paintGround(context, view.theme),
    node: (context, id, x, y, radius, scale) =>
      paintNode(context, model.nodes.get(id), x, y, radius, scale, view),
    over(context) {
      view.labels = view.state
        ? paintLabels(context, { network, strandShape, drawn, pointOf, covers, container }, model, view)
        : [];
    },
    tap(point, shift) {
      if (isAgain(point)) return; // what the first of two clicks chose may have moved the drawing
      const node = nodeAt(point);
      lastTap = { ...point, node, when: performance.now() };
      if (node !== undefined) return on.select(node, shift);
      const { facts, pair } = linesAt(point);
      if (!facts) return on.nothing();
      return facts.length > 1 ? on.pair(...pair) : on.line(facts[0].id);
    },
    doubleTap(point) {
      const node = isAgain(point) ? lastTap.node : nodeAt(point);
      lastTap = null;
      if (node !== undefined) on.open(node);
    },
    drop: (id, point) => on.pin(id, view.frame.take(point)),
  });
  const { glide, goal } = createGlide(network, container);
  const looks = new Map();

  let lastTap = null;
  let lifted = 0;
  const isAgain = ({ x, y }) =>
    lastTap && performance.now() - lastTap.when < AGAIN.within && Math.hypot(x - lastTap.x, y - lastTap.y) < AGAIN.near;
  const drawn = (id) => network.has(id);
  const strandShape = (id) => network.strandShape(id);
  const pointOf = (id) => network.canvasToDOM(network.getPosition(id));

  /** Returns the boxes of what lies over the drawing, in which no label may stand. */
  function covers() {
    const frame = container.getBoundingClientRect();
    return [...container.parentElement.querySelectorAll("#corner button, #caption, #aside")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x - frame.x, y: y - frame.y, w: width, h: height, owner: element };
    });
  }

  function discOf(node) {
    const { x, y } = view.frame.put(
      pinOf(view.state, node.id) ?? view.places.get(node.id) ?? [node.x, node.y],
    );
    return { id: node.id, x, y, r: radiusOf(node.degree) };
  }

  /** Returns the look of a strand; strands that look alike get the same object. */
  function lookOf(strand) {
    const [line] = strand.lines;
    const bundle = strand.lines.length > 1;
    const contested = strand.lines.some((each) => each.contested);
    const mode = bundle ? "asserted" : modeOf(line);
    const front = !view.front || strand.lines.some((each) => view.front.lines.has(each.id));
    const then = bundle ? undefined : view.shown.then?.get(line.id);
    const key = `${mode} ${contested} ${front} ${then} ${strand.lines.length}`;
    if (!looks.has(key)) {
      const mark = lineMark(mode, contested, view.theme);
      looks.set(key, {
        colour: mark.colour,
        width: bundle
          ? Math.min(9, 2 + Math.log2(strand.lines.length))
          : mark.width * (view.front && front ? 1.5 : 1),
        alpha: (front ? 0.85 : FADED) * (then ? THEN_OPACITY[then] : 1),
        dashes: mark.dash ?? false,
        arrow: !bundle,
        yields: view.front && front ? 0 : mark.dash ? 0.5 : 1,
      });
    }
    return looks.get(key);
  }

  function show(shown, front, state, theme) {
    if (state.open !== view.state?.open || !view.places) view.places = placesOf(model, state.open);
    view.frame = state.open === null ? frames.whole : frames.some;
    const sameLines = sameItems(shown.lines, view.shown.lines);
    Object.assign(view, { shown, front, state, theme });
    looks.clear();
    if (!sameLines) view.strands = new Map(strands(shown.lines).map((strand) => [strand.id, looped(strand)]));
    const wanted = [...model.nodes.values()].filter((node) => shown.nodes.has(node.id));
    view.byDegree = [...wanted].sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1));
    view.ties = tiesOfAll(shown.lines.filter((line) => !front || front.lines.has(line.id)));
    network.draw(wanted.map(discOf), view.strands, lookOf);
  }

  /** Returns a strand with the radius that a loop of its own would have. */
  function looped(strand) {
    return { ...strand, loop: radiusOf(model.nodes.get(strand.from).degree) * 0.9 + 6 + strand.turn * 6 };
  }

  /** Returns the screen and its margins: for names, for buttons that reach far across, for what covers the lower pixels. */
  function room(covered = 0) {
    const { clientWidth: width, clientHeight: height } = container;
    const corner = container.parentElement.querySelector("#corner");
    const across = corner && corner.clientWidth > width * 0.5;
    const top = across ? corner.offsetTop + corner.clientHeight + 24 : 55;
    return { width, height, left: SIDE, right: SIDE, top, bottom: covered + 55 };
  }

  const frameOfThose = (ids) => frameOfPoints([...ids].filter(drawn).map((id) => network.getPosition(id)));

  /** Shows all that is drawn above what covers the lower `covered` pixels. */
  function fit(covered = 0, atOnce = undefined) {
    const frame = frameOfThose(view.shown.nodes);
    lifted = covered;
    if (frame && container.clientWidth) glide(aimAt(frame, room(covered)), atOnce);
  }

  /** Brings some entities into view above what covers the lower `covered` pixels; where they are seen, nothing moves. */
  function bring(ids, covered = 0) {
    const frame = frameOfThose(ids);
    const { position, scale } = goal();
    const aim = frame && aimToSee(frame, room(covered), { ...position, scale });
    if (aim) lifted = covered;
    if (aim) glide(aim);
  }

  /** Moves to an entity that is not in view above what covers the lower `covered` pixels. */
  function reveal(id, covered = 0) {
    if (!drawn(id)) return;
    const { x, y } = pointOf(id);
    const free = room(covered);
    const seen = x > SIDE && y > free.top && x < free.width - SIDE && y < free.height - free.bottom;
    if (seen) return;
    const offset = { x: 0, y: (free.top - free.bottom) / 2 };
    lifted = covered;
    glide({ position: network.getPosition(id), scale: Math.max(goal().scale, 0.6), offset });
  }

  /** Lets the drawing down again where it was lifted above what covered the lower pixels. */
  function sink() {
    const was = lifted;
    lifted = 0;
    if (was && goal().scale < READABLE) fit();
    else if (was) glide({ offset: { x: 0, y: was / 2 } });
  }

  function nodeAt(point) {
    const node = network.getNodeAt(point, true);
    return node !== undefined ? node : labelAt(point)?.node;
  }

  function labelAt({ x, y }) {
    const on = ({ box }) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
    return view.labels?.find(on);
  }

  /** Returns {strand: id, facts, pair} of the lines that a label there stands for, else of those that are near; {} for none. */
  function linesAt(point, hovering = false) {
    const label = labelAt(point);
    if (label?.verb) {
      const facts = label.facts.map((id) => model.facts.get(id));
      return { strand: label.strand, facts, pair: label.pair };
    }
    const strand = network.getStrandAt(point, hovering);
    return strand ? { strand: strand.id, facts: strand.lines, pair: [strand.from, strand.to] } : {};
  }

  function hover(node, { strand, facts } = {}) {
    const { hover: before } = view;
    if (node === before.node && strand === before.strand && facts?.length === before.facts?.length) return;
    view.hover = { node, strand, facts };
    container.classList.toggle("pointing", node !== undefined || strand !== undefined);
    network.redraw();
  }

  container.addEventListener("mousemove", ({ offsetX: x, offsetY: y, buttons }) => {
    if (buttons) return;
    const node = network.getNodeAt({ x, y });
    hover(node, node === undefined ? linesAt({ x, y }, true) : undefined);
  });
  container.addEventListener("mouseleave", () => hover(undefined));
  return {
    show,
    fit,
    bring,
    reveal,
    sink,
    zoom: (factor) => glide({ scale: goal().scale * factor }),
    drawn,
    pointOf,
    strandShape,
    strandAt: (point) => network.getStrandAt(point),
    styleOf: (id) => lookOf(view.strands.get(id)),
    network,
    view,
    canvas: () => network.canvas(),
  };
}

/** Returns a map from each entity to {others}, those to which lines lead from it, each once. */
function tiesOfAll(lines) {
  const found = new Map();
  const tie = (a, b) => {
    if (!found.has(a)) found.set(a, new Set());
    found.get(a).add(b);
  };
  for (const { subject, object } of lines) {
    tie(subject, object);
    tie(object, subject);
  }
  return new Map([...found].map(([id, others]) => [id, { others: [...others].filter((other) => other !== id) }]));
}

function sameItems(a, b) {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
