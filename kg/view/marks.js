// How kinds of entities and manners of saying look: colours, shapes, dashes. The same on canvas, in SVG and in the legend.

const KIND_MARKS = {
  Person: { shape: "circle", light: "#4477AA", dark: "#7FB2E5" },
  Party: { shape: "square", light: "#D9485F", dark: "#FF8C9C" },
  Organization: { shape: "wedge", light: "#0F766E", dark: "#4FC4B8" },
  Group: { shape: "pentagon", light: "#C2570C", dark: "#FFA566" },
  Office: { shape: "diamond", light: "#228833", dark: "#6CCB7A" },
  Place: { shape: "triangle", light: "#9A7209", dark: "#E0B84C" },
  Event: { shape: "hexagon", light: "#AA3377", dark: "#EE7FBF" },
  Document: { shape: "star", light: "#666E7A", dark: "#AAB2BF" },
  Topic: { shape: "cross", light: "#5B5BD6", dark: "#A5A5FF" },
  Other: { shape: "circle", light: "#666E7A", dark: "#AAB2BF" },
};

const LINE_MARKS = {
  asserted: { light: "#5D6673", dark: "#A3ADBB", dash: null, width: 1.5 },
  alleged: { light: "#9A5B00", dark: "#F0B45A", dash: [2, 4], width: 1.8 },
  predicted: { light: "#2563A8", dark: "#7DB7F5", dash: [2, 4], width: 1.8 },
  threatened: { light: "#7A3FB0", dark: "#C99BF2", dash: [2, 4], width: 1.8 },
  denied: { light: "#8A1C1C", dark: "#FF9A90", dash: [12, 4, 2, 4], width: 1.5 },
  deprecated: { light: "#5B6470", dark: "#A9B2BE", dash: [1, 7], width: 1.5 },
  inferred: { light: "#0F766E", dark: "#4FC4B8", dash: [1, 0], width: 1 },
  given: { light: "#0F766E", dark: "#4FC4B8", dash: [8, 3], width: 1.2 },
  contested: { light: "#B3261E", dark: "#FF7A70", dash: [7, 5], width: 1.9 },
};

const COMMUNITY_COLOURS = {
  light: [
    "#4477AA",
    "#C2570C",
    "#228833",
    "#AA3377",
    "#9A7209",
    "#0F766E",
    "#5B5BD6",
    "#D9485F",
    "#666E7A",
    "#7A3FB0",
  ],
  dark: [
    "#7FB2E5",
    "#FFA566",
    "#6CCB7A",
    "#EE7FBF",
    "#E0B84C",
    "#4FC4B8",
    "#A5A5FF",
    "#FF8C9C",
    "#AAB2BF",
    "#C99BF2",
  ],
};

export const GROUND = {
  light: { back: "#FBFBF9", ink: "#1B1F24", soft: "#5B6470", ring: "#1B1F24" },
  dark: { back: "#14171B", ink: "#EEF1F4", soft: "#A9B2BE", ring: "#FFFFFF" },
};

/** Returns {shape, colour} of a kind of entity. */
export function kindMark(kind, theme) {
  const mark = KIND_MARKS[kind] ?? KIND_MARKS.Other;
  return { shape: mark.shape, colour: mark[theme] };
}

/** Returns {colour, dash, width} of a line; a contested line looks contested however it is said. */
export function lineMark(mode, contested, theme) {
  const mark = LINE_MARKS[contested ? "contested" : mode] ?? LINE_MARKS.asserted;
  return { colour: mark[theme], dash: mark.dash, width: mark.width };
}

/** Returns the colour of a community by its number. */
export function communityColour(number, theme) {
  const colours = COMMUNITY_COLOURS[theme];
  return colours[number % colours.length];
}

/** Returns the radius of an entity with so many lines. */
export function radiusOf(degree) {
  return Math.min(27, 5.5 + 3 * Math.sqrt(degree));
}

function ring(count, turn, radius, inner = radius) {
  return Array.from({ length: count }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / count;
    const reach = i % 2 ? inner : radius;
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  });
}

/** Returns the corners of a shape around 0,0, of about the same area for all; null for a circle. */
function corners(shape, radius) {
  const up = -Math.PI / 2;
  switch (shape) {
    case "square":
      return ring(4, Math.PI / 4, radius * 1.22);
    case "diamond":
      return ring(4, up, radius * 1.25);
    case "triangle":
      return ring(3, up, radius * 1.4).map(([x, y]) => [x, y + radius * 0.2]);
    case "wedge":
      return ring(3, -up, radius * 1.4).map(([x, y]) => [x, y - radius * 0.2]);
    case "pentagon":
      return ring(5, up, radius * 1.14);
    case "hexagon":
      return ring(6, 0, radius * 1.1);
    case "star":
      return ring(10, up, radius * 1.35, radius * 0.62);
    case "cross":
      return ring(8, up, radius * 1.3, radius * 0.5);
    default:
      return null;
  }
}

/** Returns the text of an SVG path for a shape around a point. */
export function shapePath(shape, x, y, radius) {
  const points = corners(shape, radius);
  const n = (value) => Number(value.toFixed(1));
  if (!points)
    return `M${n(x - radius)} ${n(y)}a${n(radius)} ${n(radius)} 0 1 0 ${n(2 * radius)} 0a${n(radius)} ${n(radius)} 0 1 0 ${n(-2 * radius)} 0Z`;
  return `M${points.map(([px, py]) => `${n(x + px)} ${n(y + py)}`).join("L")}Z`;
}

/** Traces a shape on a canvas. */
export function traceShape(context, shape, x, y, radius) {
  const points = corners(shape, radius);
  context.beginPath();
  if (!points) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  for (const [px, py] of points) context.lineTo(x + px, y + py);
  context.closePath();
}
