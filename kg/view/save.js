// Files and prints of what is shown: PNG, SVG, CSV, Turtle, paper.

import { download } from "./dom.js";
import { csvOf, originOf, turtleOf } from "./export.js";
import { clip } from "./labels.js";
import { GROUND, radiusOf } from "./marks.js";
import { modeOf } from "./model.js";
import { svgOf } from "./svg.js";

/** Returns what the screen shows of the scene as plain shapes in its pixels. */
function pictureOf(scene, model, caption) {
  const { view } = scene;
  const inside = ({ x, y }) => x > -50 && y > -50 && x < view.size.width + 50 && y < view.size.height + 50;
  return {
    ...view.size,
    theme: view.theme,
    title: model.title,
    origin: caption,
    nodes: nodeShapes(scene, model).filter(inside),
    lines: lineShapes(scene),
    labels: view.labels ?? [],
  };
}

function nodeShapes({ view, network, drawn, pointOf }, model) {
  const scale = network.getScale();
  return [...view.shown.nodes].filter(drawn).map((id) => {
    const node = model.nodes.get(id);
    return {
      ...pointOf(id),
      r: Math.max(0.6, radiusOf(node.degree) * scale),
      kind: node.kind,
      alpha: !view.front || view.front.nodes.has(id) ? 1 : 0.2,
      community: view.state.communities ? node.community : undefined,
    };
  });
}

function lineShapes({ view, network, strandShape, styleOf }) {
  const [scale, light] = [network.getScale(), network.getLightness()];
  return [...network.strandsInSight()].flatMap((strand) => {
    const shape = strandShape(strand.id);
    if (!shape || strand.from === strand.to || isOutside(shape, view.size)) return [];
    const style = styleOf(strand.id);
    return [
      {
        points: [shape.from, shape.via, shape.to],
        mode: modeOf(strand.lines[0]),
        contested: strand.lines.some((line) => line.contested),
        width: Math.max(style.width * scale, 0.25 + 0.25 * style.width * light),
        alpha: style.alpha * light ** style.yields,
        arrow: style.arrow && scale > 0.25,
      },
    ];
  });
}

/** Says whether a line lies wholly on one side of the screen. */
function isOutside({ from, via, to }, { width, height }) {
  const points = [from, via ?? from, to];
  const all = (test) => points.every(test);
  return (
    all(({ x }) => x < 0) || all(({ x }) => x > width) || all(({ y }) => y < 0) || all(({ y }) => y > height)
  );
}

/** Returns the canvas with title and origin below it. */
function captioned(scene, model, caption) {
  const source = scene.canvas();
  const { back, ink, soft } = GROUND[scene.view.theme];
  const ratio = source.width / source.clientWidth;
  const copy = document.createElement("canvas");
  copy.width = source.width;
  copy.height = source.height + 48 * ratio;
  const context = copy.getContext("2d");
  context.fillStyle = back;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(source, 0, 0);
  context.scale(ratio, ratio);
  context.fillStyle = ink;
  context.font = "700 14px Helvetica, Arial, sans-serif";
  context.fillText(clip(model.title, source.clientWidth / 7.5), 12, source.clientHeight + 18);
  context.fillStyle = soft;
  context.font = "11px Helvetica, Arial, sans-serif";
  context.fillText(clip(caption, source.clientWidth / 5.4), 12, source.clientHeight + 36);
  return copy;
}

/** Returns the ways to save: {png, svg, csv, turtle}. `current()` gives {scene, model, facts, lang, caption}. */
export function createSaver(current) {
  const name = (suffix) =>
    `${
      current()
        .model.title.normalize("NFKD")
        .replace(/[^\w]+/g, "-")
        .replace(/^-|-$/g, "")
        .toLowerCase()
        .slice(0, 60) || "network"
    }.${suffix}`;
  const text = (suffix, type, content) =>
    download(name(suffix), new Blob([content], { type: `${type};charset=utf-8` }));
  return {
    png() {
      const { scene, model, caption } = current();
      captioned(scene, model, caption).toBlob((blob) => download(name("png"), blob));
    },
    svg() {
      const { scene, model, caption } = current();
      text("svg", "image/svg+xml", svgOf(pictureOf(scene, model, caption)));
    },
    csv: () => text("csv", "text/csv", csvOf(current().model, current().facts, current().lang)),
    turtle: () => text("ttl", "text/turtle", turtleOf(current().model, current().facts)),
  };
}

/** Puts the drawing as SVG on the page for the time of printing, since a canvas would be stretched. */
export function printAsSvg(holder, current) {
  addEventListener("beforeprint", () => {
    const { scene, model, facts, caption } = current();
    const picture = { ...pictureOf(scene, model, `${caption} — ${originOf(model, facts)}`), theme: "light" };
    const parsed = new DOMParser().parseFromString(svgOf(picture), "image/svg+xml").documentElement;
    parsed.removeAttribute("width");
    parsed.removeAttribute("height");
    holder.replaceChildren(document.adoptNode(parsed));
  });
  addEventListener("afterprint", () => holder.replaceChildren());
}
