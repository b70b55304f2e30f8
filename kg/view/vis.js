// The drawing by vis-network, for networks of up to some thousand entities. Knows points, lines and looks, no facts.

import { nearestStrand } from "./pick.js";

/** Lines above which the one under the pointer is looked up only on a click. */
const MANY_LINES = 2500;
const SLACK = [
  [0, 0],
  [0, -7],
  [0, 7],
  [-7, 0],
  [7, 0],
];

/** vis-network keeps things by name in plain objects: the letter before each name keeps `__proto__` and the like out of them. */
const inside = (id) => `i${id}`;
const outside = (id) => id.slice(1);

/** Returns a network in a container; scene.js says what every network can do and what it asks of its host. */
export function createVisNetwork(container, options, host) {
  const nodes = new vis.DataSet([]);
  const edges = new vis.DataSet([]);
  const known = { nodes: new Map(), edges: new Map() };
  const content = { nodes: new Map(), strands: new Map() };
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
        hover: false,
        selectable: false,
        selectConnectedEdges: false,
        hoverConnectedEdges: false,
      },
    },
  );
  const has = (id) => Object.hasOwn(network.body.nodes, inside(id));
  const getPosition = (id) => network.getPosition(inside(id));
  const canvasToDOM = (point) => network.canvasToDOM(point);

  const ctxRenderer =
    (id) =>
    ({ ctx, x, y }) => {
      const radius = content.nodes.get(id).r;
      return {
        drawNode: () => host.node(ctx, id, x, y, radius, network.getScale()),
        nodeDimensions: { width: radius * 2, height: radius * 2 },
      };
    };

  /** Paints once with the next frame, however often it is asked for. */
  const redraw = () => network.body.emitter.emit("_requestRedraw");

  function draw(drawn, strands, lookOf) {
    network.renderer.allowRedraw = false; // else it paints after each of the two changes
    content.nodes = new Map(drawn.map((node) => [node.id, node]));
    content.strands = strands;
    const points = drawn.map(({ id, x, y, r }) => [id, { id: inside(id), x, y, size: r }]);
    const shape = (style) => ({ ...style, shape: "custom", ctxRenderer: ctxRenderer(outside(style.id)) });
    sync(nodes, known.nodes, new Map(points), shape);
    const lines = [...strands.values()].map((strand) => [strand.id, edgeOf(strand, lookOf(strand))]);
    sync(edges, known.edges, new Map(lines), (style) => style);
    network.renderer.allowRedraw = true;
    network.body.emitter.emit("setSize"); // the page around it may have changed
    redraw();
  }

  function strandShape(id) {
    const edge = network.body.edges[inside(id)];
    const type = edge?.connected && edge.edgeType;
    if (!type?.fromPoint) return null;
    const via = edge.options.smooth?.enabled ? type.getViaNode() : null;
    return {
      from: canvasToDOM(type.fromPoint),
      via: via && canvasToDOM(via),
      to: canvasToDOM(type.toPoint),
      at: (part) => canvasToDOM(type.getPoint(part)),
    };
  }

  function getNodeAt(point, slack = false) {
    for (const [dx, dy] of slack ? SLACK : SLACK.slice(0, 1)) {
      const id = network.getNodeAt({ x: point.x + dx, y: point.y + dy });
      if (id !== undefined) return outside(id);
    }
    return undefined;
  }

  function getStrandAt(point, hovering = false) {
    if (content.strands.size <= MANY_LINES)
      return nearestStrand(content.strands.values(), strandShape, point, 9);
    const id = hovering ? undefined : network.getEdgeAt(point);
    return id === undefined ? undefined : content.strands.get(outside(id));
  }

  network.on("click", ({ pointer, event }) => host.tap(pointer.DOM, event.srcEvent?.shiftKey ?? false));
  network.on("doubleClick", ({ pointer }) => host.doubleTap(pointer.DOM));
  network.on("dragEnd", ({ nodes: moved }) => {
    if (moved.length) host.drop(outside(moved[0]), network.getPosition(moved[0]));
  });
  network.on("beforeDrawing", (context) => host.under(context));
  network.on("afterDrawing", (context) => host.over(context));
  return {
    draw,
    redraw,
    has,
    getPosition,
    getPositions: () => network.getPositions(),
    canvasToDOM,
    getScale: () => network.getScale(),
    getViewPosition: () => network.getViewPosition(),
    moveTo: (aim) => network.moveTo(aim),
    strandShape,
    getLightness: () => 1,
    strandsInSight: () => content.strands.values(),
    getNodeAt,
    getStrandAt,
    canvas: () => container.querySelector("canvas"),
  };
}

/** Returns a line as vis-network takes it. */
function edgeOf(strand, look) {
  const bent = strand.bend !== 0 && strand.from !== strand.to;
  return {
    id: inside(strand.id),
    from: inside(strand.from),
    to: inside(strand.to),
    width: look.width,
    dashes: look.dashes,
    color: { color: look.colour, opacity: look.alpha, inherit: false },
    arrows: look.arrow ? { to: { enabled: true, scaleFactor: 0.5 } } : "",
    smooth: bent && {
      enabled: true,
      type: strand.bend > 0 ? "curvedCW" : "curvedCCW",
      roundness: Math.min(0.6, Math.abs(strand.bend) * 0.2),
    },
    selfReference: { size: strand.loop, angle: Math.PI / 4, renderBehindTheNode: false },
  };
}

/** Sends only what changed, all at once. */
function sync(set, known, wanted, full) {
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
  if (gone.length) set.remove(gone.map(inside));
  if (changed.length) set.update(changed.map(full));
}
