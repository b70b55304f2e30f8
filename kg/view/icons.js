// Small drawings of kinds and of manners of saying, for lists and the legend.

import { s } from "./dom.js";
import { kindMark, lineMark, shapePath } from "./marks.js";

/** Returns a small drawing of a kind's mark. */
export function kindIcon(kind, theme) {
  const { shape, colour } = kindMark(kind, theme);
  const attributes = {
    class: "icon",
    viewBox: "-10 -10 20 20",
    width: 16,
    height: 16,
    "aria-hidden": "true",
  };
  return s("svg", attributes, s("path", { d: shapePath(shape, 0, 0, 6.6), fill: colour }));
}

/** Returns a small drawing of a manner of saying. */
export function lineIcon(mode, contested, theme) {
  const { colour, dash, width } = lineMark(mode, contested, theme);
  const look = { stroke: colour, "stroke-width": width + 0.4, "stroke-dasharray": dash?.join(" ") ?? "none" };
  const attributes = { class: "line", viewBox: "0 0 34 10", width: 34, height: 10, "aria-hidden": "true" };
  return s(
    "svg",
    attributes,
    s("line", { x1: 1, y1: 5, x2: 27, y2: 5, ...look }),
    s("path", { d: "M33 5L26 2V8Z", fill: colour }),
  );
}
