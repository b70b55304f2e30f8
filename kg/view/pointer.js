// What hands do on a drawing: tap, drag, pinch, wheel. Knows points of the screen and no drawing.

/** Pixels that a press may stray and still be a tap. */
const STRAY = { mouse: 4, pen: 6, touch: 9 };
const DOUBLE_TAP = { within: 420, near: 24 };
/** Pixels of a turn of the wheel that bring the drawing as near as a factor of e. */
const WHEEL = { 0: 620, 1: 38, 2: 1.6 };

/**
 * Wires an element to its listeners: tap(point, shift), doubleTap(point), grab(point) which says whether it holds something,
 * carry(point), drop(), pan(dx, dy), zoom(point, factor). Points are in pixels of the element.
 */
export function createPointer(element, on) {
  const down = new Map();
  let press = null;
  let last = { when: -Infinity, x: 0, y: 0 };
  const pointOf = ({ clientX, clientY }) => {
    const frame = element.getBoundingClientRect();
    return { x: clientX - frame.x, y: clientY - frame.y };
  };

  function tapped(point, event) {
    const soon = event.timeStamp - last.when < DOUBLE_TAP.within;
    const near = Math.hypot(point.x - last.x, point.y - last.y) < DOUBLE_TAP.near;
    last = { when: soon && near ? -Infinity : event.timeStamp, ...point };
    on.tap(point, event.shiftKey);
    if (soon && near) on.doubleTap(point);
  }

  function pinch(event, point) {
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const before = down.get(event.pointerId);
    const middle = { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 };
    on.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
    const apart = (place) => Math.max(10, Math.hypot(place.x - other.x, place.y - other.y));
    on.zoom(middle, apart(point) / apart(before));
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || down.size === 2) return;
    const point = pointOf(event);
    down.set(event.pointerId, point);
    element.setPointerCapture(event.pointerId);
    if (down.size === 1) press = { ...point, strayed: false, held: false };
    else if (press) {
      if (press.held) on.drop();
      press = { ...press, strayed: true, held: false };
    }
  });
  element.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const point = pointOf(event);
    if (down.size === 2) pinch(event, point);
    else {
      const stray = Math.hypot(point.x - press.x, point.y - press.y);
      if (!press.strayed && stray <= (STRAY[event.pointerType] ?? STRAY.mouse)) return;
      if (!press.strayed) press = { ...press, strayed: true, held: on.grab(press) };
      if (press.held) on.carry(point);
      else on.pan(point.x - before.x, point.y - before.y);
    }
    down.set(event.pointerId, point);
  });
  const up = (event) => {
    if (!down.delete(event.pointerId) || down.size) return;
    if (press.held) on.drop();
    else if (!press.strayed && event.type === "pointerup") tapped(pointOf(event), event);
    press = null;
  };
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const reach = WHEEL[event.deltaMode] ?? WHEEL[0];
      const turn = (event.deltaY * (event.ctrlKey ? 4 : 1)) / reach;
      on.zoom(pointOf(event), Math.exp(-Math.max(-0.6, Math.min(0.6, turn))));
    },
    { passive: false },
  );
}
