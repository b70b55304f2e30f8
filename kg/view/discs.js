// Entities and the ground they stand on, painted on a canvas that is already turned to the drawing's own units.

import { GROUND, communityColour, kindMark, traceShape } from "./marks.js";
import { pinOf } from "./state.js";

export const FADED = 0.16;
/** Pixels below which a shape cannot be told from a dot. */
const DOT = 2;
/** Half the side in pixels of the smallest dot. */
const SPECK = 0.6;

/** Returns the radius of the ring around a chosen entity. */
export function ringOf(radius) {
  return radius * 1.45 + 4;
}

/** Fills a canvas with the colour of the ground. */
export function paintGround(context, theme) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = GROUND[theme].back;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

/** Paints an entity at a point, as large as `radius`; `view` has what stands in front, the state and the theme. */
export function paintNode(context, node, x, y, radius, scale, view) {
  const { state, theme, front } = view;
  const mark = kindMark(node.kind, theme);
  const colour =
    state.communities && node.community !== undefined ? communityColour(node.community, theme) : mark.colour;
  context.globalAlpha = !front || front.nodes.has(node.id) ? 1 : FADED;
  if (state.node === node.id || state.path.includes(node.id)) {
    traceShape(context, "circle", x, y, ringOf(radius));
    context.strokeStyle = GROUND[theme].ring;
    context.lineWidth = Math.max(2, 1.5 / scale);
    context.stroke();
  }
  context.fillStyle = colour;
  if (radius * scale < DOT) {
    const half = Math.max(radius, SPECK / scale);
    context.fillRect(x - half, y - half, 2 * half, 2 * half);
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
