// The drawing: vis-network with positions that are given, fed with what is visible. Knows the model and marks, no panels.

import { modeOf } from "./model.js";
import { GROUND, communityColour, kindMark, lineMark, radiusOf, traceShape } from "./marks.js";
import { paintLabels } from "./paint.js";
import { nearestStrand } from "./pick.js";
import { frameOf, placesOf } from "./places.js";
import { pinOf } from "./state.js";
import { strands } from "./strands.js";

const FADED = 0.16;
const MANY_LINES = 2500;
/** Pixels below which a shape cannot be told from a dot. */
const DOT = 2;
const THEN_OPACITY = { certain: 1, possible: 0.6, undated: 0.35 };

/** vis-network keeps things by name in plain objects: the letter before each name keeps `__proto__` and the like out of them. */
const inside = (id) => `i${id}`;
const outside = (id) => id.slice(1);

/** Returns the scene in a container; `on` has the listeners select(node), line(fact), pair(a, b), nothing(), open(node), pin(node, point). */
export function createScene(container, model, options, on) {
  const nodes = new vis.DataSet([]);
  const edges = new vis.DataSet([]);
  const frame = frameOf(model, container);
  const view = {
    theme: "light",
    shown: { nodes: new Set(), lines: [], then: null },
    front: null,
    state: null,
    hover: {},
    strands: new Map(),
  };
  const network = new vis.Network(
    container,
    { nodes, edges },
    {
      ...options,
      autoResize: true,
      nodes: { chosen: false, shape: "custom" },
      edges: { ...options.edges, chosen: false, arrowStrikethrough: false },
      interaction: {
        ...options.interaction,
        selectable: false,
        selectConnectedEdges: false,
        hoverConnectedEdges: false,
      },
    },
  );
  const styles = { nodes: new Map(), edges: new Map() };

  const drawn = (id) => Object.hasOwn(network.body.nodes, inside(id));
  const place = (id) => network.getPosition(inside(id));
  const pointOf = (id) => network.canvasToDOM(place(id));

  /** Returns a drawn line in screen pixels, {from, via or null, to, at(part)}, or null where it is not drawn yet. */
  function strandShape(id) {
    const edge = network.body.edges[inside(id)];
    const type = edge?.connected && edge.edgeType;
    if (!type?.fromPoint) return null;
    const via = edge.options.smooth?.enabled ? type.getViaNode() : null;
    const dom = (point) => network.canvasToDOM(point);
    return {
      from: dom(type.fromPoint),
      via: via && dom(via),
      to: dom(type.toPoint),
      at: (part) => dom(type.getPoint(part)),
    };
  }

  /** Returns the boxes of what lies over the drawing, in which no label may stand. */
  function covers() {
    const frame = container.getBoundingClientRect();
    return [...container.parentElement.querySelectorAll("#corner button, #caption")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x - frame.x, y: y - frame.y, w: width, h: height, owner: element };
    });
  }

  function drawNode(id) {
    return ({ ctx, x, y }) => {
      const node = model.nodes.get(id);
      const radius = radiusOf(node.degree);
      return {
        drawNode: () => paintNode(ctx, node, x, y, radius, view),
        nodeDimensions: { width: radius * 2, height: radius * 2 },
      };
    };
  }

  function nodeStyle(node) {
    const { x, y } = frame.put(pinOf(view.state, node.id) ?? view.places.get(node.id) ?? [node.x, node.y]);
    return { id: inside(node.id), x, y, size: radiusOf(node.degree) };
  }

  function edgeStyle(strand) {
    const bundle = strand.lines.length > 1;
    const line = strand.lines[0];
    const mark = bundle
      ? lineMark(
          "asserted",
          strand.lines.some((each) => each.contested),
          view.theme,
        )
      : lineMark(modeOf(line), line.contested, view.theme);
    const front = !view.front || strand.lines.some((each) => view.front.lines.has(each.id));
    const then = view.shown.then?.get(line.id);
    const opacity = (front ? 0.85 : FADED) * (then && !bundle ? THEN_OPACITY[then] : 1);
    const width = bundle
      ? Math.min(9, 2 + Math.log2(strand.lines.length))
      : mark.width * (view.front && front ? 1.5 : 1);
    return {
      id: inside(strand.id),
      from: inside(strand.from),
      to: inside(strand.to),
      width,
      dashes: mark.dash ?? false,
      color: { color: mark.colour, opacity, inherit: false },
      arrows: bundle ? "" : { to: { enabled: true, scaleFactor: 0.5 } },
      smooth:
        strand.bend && strand.from !== strand.to
          ? {
              enabled: true,
              type: strand.bend > 0 ? "curvedCW" : "curvedCCW",
              roundness: Math.min(0.6, Math.abs(strand.bend) * 0.2),
            }
          : false,
      selfReference: {
        size: radiusOf(model.nodes.get(strand.from).degree) * 0.9 + 6 + strand.turn * 6,
        angle: Math.PI / 4,
        renderBehindTheNode: false,
      },
    };
  }

  /** Sends only what changed, all at once. */
  function sync(set, known, wanted) {
    const changed = [];
    const gone = [];
    for (const [id, style] of wanted) {
      const text = JSON.stringify(style);
      if (known.get(id) === text) continue;
      known.set(id, text);
      changed.push(style);
    }
    for (const id of known.keys()) if (!wanted.has(id)) gone.push(id);
    for (const id of gone) known.delete(id);
    if (gone.length) set.remove(gone);
    if (changed.length)
      set.update(
        set === nodes
          ? changed.map((style) => ({ ...style, shape: "custom", ctxRenderer: drawNode(outside(style.id)) }))
          : changed,
      );
  }

  function show(shown, front, state, theme) {
    if (state.open !== view.state?.open || !view.places) view.places = placesOf(model, state.open);
    Object.assign(view, { shown, front, state, theme });
    const wanted = [...model.nodes.values()].filter((node) => shown.nodes.has(node.id));
    view.strands = new Map(strands(shown.lines).map((strand) => [strand.id, strand]));
    sync(nodes, styles.nodes, new Map(wanted.map((node) => [inside(node.id), nodeStyle(node)])));
    sync(
      edges,
      styles.edges,
      new Map([...view.strands.values()].map((strand) => [inside(strand.id), edgeStyle(strand)])),
    );
    network.redraw();
  }

  /** Shows all that is drawn above what covers the lower `covered` pixels. */
  function fit(covered = 0) {
    const points = [...view.shown.nodes].filter(drawn).map(place);
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
        position: place(id),
        scale: Math.max(network.getScale(), 0.6),
        offset: { x: 0, y: -covered / 2 },
      });
  }

  function strandAt(point) {
    if (view.strands.size <= MANY_LINES) return nearestStrand(view.strands.values(), strandShape, point, 9);
    const id = network.getEdgeAt(point);
    return id === undefined ? undefined : view.strands.get(outside(id));
  }

  function nodeAt(point) {
    for (const [dx, dy] of [
      [0, 0],
      [0, -7],
      [0, 7],
      [-7, 0],
      [7, 0],
    ]) {
      const id = network.getNodeAt({ x: point.x + dx, y: point.y + dy });
      if (id !== undefined) return outside(id);
    }
    return view.labels?.find(
      ({ box }) =>
        point.x >= box.x && point.x <= box.x + box.w && point.y >= box.y && point.y <= box.y + box.h,
    )?.node;
  }

  network.on("click", ({ pointer, event }) => {
    const node = nodeAt(pointer.DOM);
    if (node !== undefined) return on.select(node, event.srcEvent?.shiftKey ?? false);
    const strand = strandAt(pointer.DOM);
    if (!strand) return on.nothing();
    return strand.lines.length > 1 ? on.pair(strand.from, strand.to) : on.line(strand.lines[0].id);
  });
  network.on("doubleClick", ({ pointer }) => {
    const node = nodeAt(pointer.DOM);
    if (node !== undefined) on.open(node);
  });
  network.on("dragEnd", ({ nodes: moved }) => {
    if (!moved.length) return;
    on.pin(outside(moved[0]), frame.take(network.getPosition(moved[0])));
  });
  const hover = (change) => {
    Object.assign(view.hover, change);
    container.classList.toggle("pointing", Boolean(view.hover.node || view.hover.strand));
    network.redraw();
  };
  network.on("hoverNode", ({ node }) => hover({ node: outside(node) }));
  network.on("blurNode", () => hover({ node: undefined }));
  container.addEventListener("mousemove", ({ offsetX, offsetY, buttons }) => {
    if (buttons || view.strands.size > MANY_LINES) return;
    const strand = strandAt({ x: offsetX, y: offsetY })?.id;
    if (strand !== view.hover.strand) hover({ strand });
  });
  network.on("beforeDrawing", (context) => {
    view.scale = network.getScale();
    paintGround(context, view.theme);
  });
  network.on("afterDrawing", (context) => {
    view.labels = view.state
      ? paintLabels(context, { network, drawn, pointOf, strandShape, covers, container }, model, view)
      : [];
  });
  return {
    show,
    fit,
    reveal,
    drawn,
    pointOf,
    strandShape,
    strandAt,
    styleOf: (id) => edges.get(inside(id)),
    network,
    view,
    canvas: () => container.querySelector("canvas"),
  };
}

function paintGround(context, theme) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = GROUND[theme].back;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

function paintNode(context, node, x, y, radius, view) {
  const { state, theme, front } = view;
  const mark = kindMark(node.kind, theme);
  const colour =
    state.communities && node.community !== undefined ? communityColour(node.community, theme) : mark.colour;
  context.globalAlpha = !front || front.nodes.has(node.id) ? 1 : FADED;
  if (state.node === node.id || state.path.includes(node.id)) {
    traceShape(context, "circle", x, y, radius * 1.45 + 4);
    context.strokeStyle = GROUND[theme].ring;
    context.lineWidth = 2;
    context.stroke();
  }
  context.fillStyle = colour;
  if (radius * view.scale < DOT) {
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    context.globalAlpha = 1;
    return;
  }
  traceShape(context, mark.shape, x, y, radius);
  context.fill();
  context.strokeStyle = GROUND[theme].back;
  context.lineWidth = 1.5;
  context.stroke();
  if (pinOf(state, node.id)) {
    traceShape(context, "circle", x, y, 2.5);
    context.fillStyle = GROUND[theme].back;
    context.fill();
  }
  context.globalAlpha = 1;
}
