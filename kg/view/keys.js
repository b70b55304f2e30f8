// The keyboard: shortcuts for the page, and walking along lines with the arrow keys.

import { otherEnd } from "./walk.js";

const AIMS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Returns the neighbour that lies best in a direction, or null. `pointOf(id)` gives points on the screen. */
export function neighbourTowards(id, lines, pointOf, [dx, dy]) {
  const here = pointOf(id);
  let best = null;
  let least = Infinity;
  for (const line of lines) {
    if (line.subject !== id && line.object !== id) continue;
    const other = otherEnd(line, id);
    if (other === id) continue;
    const there = pointOf(other);
    const [x, y] = [there.x - here.x, there.y - here.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (ahead <= 0) continue;
    const cost = ahead + aside * 2.5 + (aside > 2.2 * ahead ? 1e6 : 0);
    if (cost < least || (cost === least && other < best)) [best, least] = [other, cost];
  }
  return best;
}

/** Wires the keys. `act` has find, steps, clear, undo, redo, fit, zoom, walk(aim), open, first. */
export function createKeys(canvas, act) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "z" && !typing(event)) run(event, event.shiftKey ? act.redo : act.undo);
      else if (event.key === "y" && !typing(event)) run(event, act.redo);
      return;
    }
    const leaves = event.key === "Escape" && event.target.value === ""; // the first Escape empties a box of search
    if (event.altKey || (typing(event) && !leaves)) return;
    if (event.key === "/") run(event, act.find);
    else if (event.key === "Escape") run(event, act.clear);
    else if (["1", "2", "3"].includes(event.key)) run(event, () => act.steps(Number(event.key)));
    else if (event.key === "f" || event.key === "0") run(event, act.fit);
    else if (event.key === "+" || event.key === "=") run(event, () => act.zoom(1.3));
    else if (event.key === "-") run(event, () => act.zoom(1 / 1.3));
  });
  canvas.addEventListener("keydown", (event) => {
    if (AIMS[event.key]) run(event, () => act.walk(AIMS[event.key]));
    else if (event.key === "Enter") run(event, act.read);
    else if (event.key === " ") run(event, act.open);
  });
}

function typing(event) {
  return event.target.closest?.("input:not([type=checkbox]):not([type=range]), textarea, select") !== null;
}

function run(event, action) {
  event.preventDefault();
  action();
}
