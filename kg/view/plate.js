// The picture at rest on a canvas off the screen: moved and scaled while hands move it, painted anew in slices meanwhile.

import { paintContent } from "./brush.js";
import { onDrawing, onScreen, sightOf } from "./camera.js";
import { boundsOf } from "./content.js";

/** Share of the screen that the picture reaches beyond each edge, and the share at which the next one is begun. */
const MARGIN = 0.25;
const SOON = 0.1;
const PIXELS_AT_MOST = 14e6;
/** Pixels of the screen's longer side in the small picture of everything, which fills in where the other ends. */
const WHOLE_SIDE = 900;

/** Returns a plate. A `scene` is {content, version, camera, ratio}: another version means that everything looks different. */
export function createPlate(host) {
  let [front, back] = [newSheet(), newSheet()];
  const whole = newSheet();
  let job = null;

  function start(sheet, { content, version, ratio: asked }, camera, ratio) {
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (sheet.canvas.width !== width) sheet.canvas.width = width;
    if (sheet.canvas.height !== height) sheet.canvas.height = height;
    Object.assign(sheet, { camera, ratio, asked, version: null });
    job = { sheet, version, steps: paintContent(sheet.context, content, camera, ratio, host) };
  }

  /** Paints until it is done or late; says whether it is done. */
  function run(until) {
    while (job && !job.steps.next().done) if (performance.now() > until) return false;
    if (!job) return true;
    job.sheet.version = job.version;
    if (job.sheet === back) [front, back] = [back, front];
    job = null;
    return true;
  }

  return {
    /** Brings the picture nearer to what the camera shows, until it is done or late; says whether it is done. */
    advance(scene, until) {
      const bounds = boundsOf(scene.content);
      const same = () => front.version === scene.version && front.asked === scene.ratio;
      const fits = () => same() && serves(front, scene.camera, bounds);
      if (job && (job.version !== scene.version || (job.sheet === whole && !fits()))) job = null;
      if (!run(until)) return false;
      if (!fits()) start(back, scene, ...around(scene));
      else if (whole.version !== scene.version && !holds(front.camera, bounds))
        start(whole, scene, ...all(scene, bounds));
      return run(until) && fits();
    },
    /** Returns which version is seen, null where nothing was painted yet. */
    version: () => front.version,
    /** Copies the picture to where the camera sees it. */
    copy(context, { camera, ratio, version }) {
      if (whole.version === version) copySheet(context, whole, camera, ratio);
      if (front.version !== null) copySheet(context, front, camera, ratio);
    },
  };
}

function newSheet() {
  const canvas = document.createElement("canvas");
  return {
    canvas,
    context: canvas.getContext("2d", { alpha: false }),
    camera: null,
    ratio: 1,
    asked: 1,
    version: null,
  };
}

/** Returns the camera and ratio of a picture a little larger than the screen, its margin in whole pixels. */
function around({ camera, ratio }) {
  const margin = (side) => Math.round(side * MARGIN * ratio) / ratio;
  const width = camera.width + 2 * margin(camera.width);
  const height = camera.height + 2 * margin(camera.height);
  return [{ ...camera, width, height }, Math.min(ratio, Math.sqrt(PIXELS_AT_MOST / (width * height)))];
}

/** Returns the camera and ratio of a small picture of everything. */
function all({ camera }, bounds) {
  const scale = WHOLE_SIDE / Math.max(1, bounds.right - bounds.left, bounds.bottom - bounds.top);
  const [width, height] = [(bounds.right - bounds.left) * scale, (bounds.bottom - bounds.top) * scale];
  const [x, y] = [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2];
  return [
    { x, y, scale: Math.min(scale, camera.scale), width: Math.ceil(width), height: Math.ceil(height) },
    1,
  ];
}

/** Says whether a sheet has the right size for a camera and holds all that it sees now and will soon. */
function serves(sheet, camera, bounds) {
  if (sheet.camera.scale !== camera.scale || !bounds) return sheet.camera.scale === camera.scale;
  const sight = sightOf(camera, SOON * Math.min(camera.width, camera.height));
  return holds(sheet.camera, {
    left: Math.max(sight.left, bounds.left),
    top: Math.max(sight.top, bounds.top),
    right: Math.min(sight.right, bounds.right),
    bottom: Math.min(sight.bottom, bounds.bottom),
  });
}

function holds(camera, frame) {
  if (!frame || frame.left > frame.right || frame.top > frame.bottom) return true;
  const sight = sightOf(camera);
  return (
    sight.left <= frame.left &&
    sight.top <= frame.top &&
    sight.right >= frame.right &&
    sight.bottom >= frame.bottom
  );
}

function copySheet(context, sheet, camera, ratio) {
  const corner = onScreen(camera, onDrawing(sheet.camera, { x: 0, y: 0 }));
  const [x, y] = [corner.x * ratio, corner.y * ratio];
  const size = ((camera.scale / sheet.camera.scale) * ratio) / sheet.ratio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  if (size === 1) context.drawImage(sheet.canvas, Math.round(x), Math.round(y));
  else context.drawImage(sheet.canvas, x, y, sheet.canvas.width * size, sheet.canvas.height * size);
}
