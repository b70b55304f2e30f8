// The drawing of what is visible, whichever renderer paints it: looks, labels, taps. Knows the model and marks, no panels.

import { createCanvasNetwork } from "./canvas.js";
import { FADED, paintGround, paintNode } from "./discs.js";
import { lineMark, radiusOf } from "./marks.js";
import { modeOf } from "./model.js";
import { paintLabels } from "./paint.js";
import { frameOf, placesOf } from "./places.js";
import { pinOf } from "./state.js";
import { strands } from "./strands.js";
import { createVisNetwork } from "./vis.js";

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
      const node = nodeAt(point);
      if (node !== undefined) return on.select(node, shift);
      const strand = network.getStrandAt(point);
      if (!strand) return on.nothing();
      return strand.lines.length > 1 ? on.pair(strand.from, strand.to) : on.line(strand.lines[0].id);
    },
    doubleTap(point) {
      const node = nodeAt(point);
      if (node !== undefined) on.open(node);
    },
    drop: (id, point) => on.pin(id, view.frame.take(point)),
  });
  const looks = new Map();

  const drawn = (id) => network.has(id);
  const strandShape = (id) => network.strandShape(id);
  const pointOf = (id) => network.canvasToDOM(network.getPosition(id));

  /** Returns the boxes of what lies over the drawing, in which no label may stand. */
  function covers() {
    const frame = container.getBoundingClientRect();
    return [...container.parentElement.querySelectorAll("#corner button, #caption")].map((element) => {
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
    network.draw(wanted.map(discOf), view.strands, lookOf);
  }

  /** Returns a strand with the radius that a loop of its own would have. */
  function looped(strand) {
    return { ...strand, loop: radiusOf(model.nodes.get(strand.from).degree) * 0.9 + 6 + strand.turn * 6 };
  }

  /** Shows all that is drawn above what covers the lower `covered` pixels. */
  function fit(covered = 0) {
    const points = [...view.shown.nodes].filter(drawn).map((id) => network.getPosition(id));
    if (!points.length || !container.clientWidth) return;
    const ends = (key) =>
      points.reduce(
        ([low, high], point) => [Math.min(low, point[key]), Math.max(high, point[key])],
        [Infinity, -Infinity],
      );
    const [[left, right], [top, bottom]] = [ends("x"), ends("y")];
    const wide = Math.max(60, container.clientWidth - 130);
    const high = Math.max(60, container.clientHeight - covered - 110);
    const scale = Math.min(1.15, wide / Math.max(1, right - left), high / Math.max(1, bottom - top));
    network.moveTo({
      position: { x: (left + right) / 2, y: (top + bottom) / 2 },
      scale,
      offset: { x: 0, y: -covered / 2 },
    });
  }

  /** Moves only as far as needed to see an entity above what covers the lower `covered` pixels. */
  function reveal(id, covered = 0) {
    if (!view.shown.nodes.has(id)) return;
    const { x, y } = pointOf(id);
    const seen =
      x > 60 && y > 60 && x < container.clientWidth - 60 && y < container.clientHeight - covered - 40;
    if (!seen)
      network.moveTo({
        position: network.getPosition(id),
        scale: Math.max(network.getScale(), 0.6),
        offset: { x: 0, y: -covered / 2 },
      });
  }

  function nodeAt(point) {
    const node = network.getNodeAt(point, true);
    if (node !== undefined) return node;
    return view.labels?.find(
      ({ box }) =>
        point.x >= box.x && point.x <= box.x + box.w && point.y >= box.y && point.y <= box.y + box.h,
    )?.node;
  }

  function hover(node, strand) {
    if (node === view.hover.node && strand === view.hover.strand) return;
    view.hover = { node, strand };
    container.classList.toggle("pointing", node !== undefined || strand !== undefined);
    network.redraw();
  }

  container.addEventListener("mousemove", ({ offsetX: x, offsetY: y, buttons }) => {
    if (buttons) return;
    const node = network.getNodeAt({ x, y });
    hover(node, node === undefined ? network.getStrandAt({ x, y }, true)?.id : undefined);
  });
  container.addEventListener("mouseleave", () => hover(undefined, undefined));
  return {
    show,
    fit,
    reveal,
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

function sameItems(a, b) {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
