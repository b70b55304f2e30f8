// The drawing as SVG text: what is on the screen, sharp at any size, with title and origin. Pure but for the scene it is told.

import { clip } from "./labels.js";
import { GROUND, communityColour, kindMark, lineMark, shapePath } from "./marks.js";
import { NAME_FONT, PLATE, VERB_FONT, toneColour } from "./paint.js";

const escape = (text) =>
  text
    .replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
const n = (value) => Number(value.toFixed(1));
const share = (value) => Number(value.toFixed(3));

/**
 * Returns SVG text. `picture`: {width, height, title, origin, theme, nodes, lines, labels} in screen pixels:
 * nodes {x, y, r, kind, community, alpha}, lines {points: [from, control or null, to], mode, contested, width, alpha, arrow}, labels {lines, box, verb, tone, faded}.
 */
export function svgOf(picture) {
  const { width, height, theme } = picture;
  const ground = GROUND[theme];
  const foot = 44;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + foot}" viewBox="0 0 ${width} ${height + foot}" font-family="Helvetica Neue, Helvetica, Arial, sans-serif">`,
    `<title>${escape(picture.title)}</title><rect width="100%" height="100%" fill="${ground.back}"/>`,
    ...picture.lines.map((line) => lineSvg(line, theme)),
    ...picture.nodes.map((node) => nodeSvg(node, theme, ground)),
    ...picture.labels.map((label) => labelSvg(label, theme, ground)),
    `<text x="12" y="${height + 16}" font-size="14" font-weight="700" fill="${ground.ink}">${escape(clip(picture.title, width / 7.5))}</text>`,
    `<text x="12" y="${height + 34}" font-size="11" fill="${ground.soft}">${escape(clip(picture.origin, width / 5.4))}</text>`,
    "</svg>",
  ];
  return parts.join("\n");
}

function lineSvg({ points: [from, via, to], mode, contested, width, alpha, arrow }, theme) {
  const mark = lineMark(mode, contested, theme);
  const path = via
    ? `M${n(from.x)} ${n(from.y)}Q${n(via.x)} ${n(via.y)} ${n(to.x)} ${n(to.y)}`
    : `M${n(from.x)} ${n(from.y)}L${n(to.x)} ${n(to.y)}`;
  const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : "";
  return `<path d="${path}" fill="none" stroke="${mark.colour}" stroke-width="${share(width)}" opacity="${share(alpha)}"${dash}/>${arrow ? arrowSvg(via ?? from, to, mark.colour, alpha) : ""}`;
}

function arrowSvg(from, to, colour, alpha) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const at = (turn, reach) =>
    `${n(to.x - reach * Math.cos(angle + turn))} ${n(to.y - reach * Math.sin(angle + turn))}`;
  return `<path d="M${n(to.x)} ${n(to.y)}L${at(0.4, 8)}L${at(-0.4, 8)}Z" fill="${colour}" opacity="${share(alpha)}"/>`;
}

function nodeSvg({ x, y, r, kind, community, alpha }, theme, ground) {
  const mark = kindMark(kind, theme);
  const colour = community === undefined ? mark.colour : communityColour(community, theme);
  return `<path d="${shapePath(mark.shape, x, y, r)}" fill="${colour}" stroke="${ground.back}" stroke-width="1.2" opacity="${share(alpha)}"/>`;
}

function labelSvg({ lines, box, verb, tone, faded }, theme, ground) {
  const font = verb ? VERB_FONT : NAME_FONT;
  const rows = lines
    .map(
      (line, i) =>
        `<tspan x="${n(box.x + box.w / 2)}" y="${n(box.y + font.line * (i + 0.78))}">${escape(line)}</tspan>`,
    )
    .join("");
  const plate = verb
    ? `<rect x="${n(box.x)}" y="${n(box.y)}" width="${n(box.w)}" height="${n(box.h)}" rx="4" fill="${ground.back}" opacity="${PLATE}"/>`
    : "";
  return `${plate}<text text-anchor="middle" font-size="${font.size}" fill="${toneColour(tone, theme)}" stroke="${ground.back}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"${faded ? ' opacity=".3"' : ""}>${rows}</text>`;
}
