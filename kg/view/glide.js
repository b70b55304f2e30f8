// Moving the drawing in a short glide, so that the eye keeps hold of it. Knows a network as scene.js describes it.

const MILLISECONDS = 240;

/** Returns `glide(aim, at once)`, which moves the network to {position, scale, offset}; a hand or another glide ends it. */
export function createGlide(network, container) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let request = 0;
  let target = null;
  const stop = () => {
    cancelAnimationFrame(request);
    target = null;
  };
  for (const event of ["pointerdown", "wheel"])
    container.addEventListener(event, stop, { capture: true, passive: true });

  /** Returns where the network is or, while it glides, will be: {position, scale}. */
  const goal = () => target ?? { position: network.getViewPosition(), scale: network.getScale() };

  function glide({ position, scale = goal().scale, offset = { x: 0, y: 0 } }, atOnce = still.matches) {
    const middle = position ?? goal().position;
    const to = { position: { x: middle.x - offset.x / scale, y: middle.y - offset.y / scale }, scale };
    stop();
    if (atOnce) return network.moveTo(to);
    const from = goal();
    const start = performance.now();
    target = to;
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - start) / MILLISECONDS));
      network.moveTo(part < 1 ? between(from, to, part * part * (3 - 2 * part)) : to);
      if (part < 1) request = requestAnimationFrame(step);
      else target = null;
    };
    request = requestAnimationFrame(step);
  }
  return { glide, goal };
}

/** Returns the view at a part of the way; the scale grows by equal factors in equal times. */
export function between(from, to, part) {
  const mix = (a, b) => a + (b - a) * part;
  return {
    position: { x: mix(from.position.x, to.position.x), y: mix(from.position.y, to.position.y) },
    scale: from.scale * (to.scale / from.scale) ** part,
  };
}
