// Which part of the drawing the screen shows: {x, y} is the point in its middle, `scale` pixels of the screen a unit. Pure.

const LEAST = 0.004;
const MOST = 8;

/** Returns the screen's point of a point of the drawing. */
export function onScreen(camera, { x, y }) {
  return {
    x: (x - camera.x) * camera.scale + camera.width / 2,
    y: (y - camera.y) * camera.scale + camera.height / 2,
  };
}

/** Returns the drawing's point of a point of the screen. */
export function onDrawing(camera, { x, y }) {
  return {
    x: (x - camera.width / 2) / camera.scale + camera.x,
    y: (y - camera.height / 2) / camera.scale + camera.y,
  };
}

/** Returns the camera nearer or farther by a factor, with what is under a point of the screen staying there. */
export function zoomed(camera, point, factor) {
  const scale = clampScale(camera.scale * factor);
  const { x, y } = onDrawing(camera, point);
  return {
    ...camera,
    scale,
    x: x - (point.x - camera.width / 2) / scale,
    y: y - (point.y - camera.height / 2) / scale,
  };
}

/** Returns the camera moved so that the drawing follows a way across the screen. */
export function panned(camera, dx, dy) {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** Returns the camera that shows a point of the drawing in the middle of the screen, or `offset` pixels off it. */
export function aimed(camera, { position = camera, scale = camera.scale, offset = { x: 0, y: 0 } }) {
  const near = clampScale(scale);
  return { ...camera, scale: near, x: position.x - offset.x / near, y: position.y - offset.y / near };
}

/** Returns the frame of the drawing that is on the screen and so many pixels around it. */
export function sightOf(camera, margin = 0) {
  const across = (camera.width / 2 + margin) / camera.scale;
  const down = (camera.height / 2 + margin) / camera.scale;
  return { left: camera.x - across, top: camera.y - down, right: camera.x + across, bottom: camera.y + down };
}

function clampScale(scale) {
  return Math.min(MOST, Math.max(LEAST, scale));
}
