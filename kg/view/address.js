// The address of the page as the state: what is chosen is a step to which the browser's Back returns. Knows no page.

import { decode, encode } from "./state.js";

const chosenIn = ({ node, fact, pair, path }) => JSON.stringify([node, fact, pair, path]);

/**
 * Keeps the address with a store; returns `write(state)`, to be called when the state was drawn. Where `steps` is false the
 * browser's Back leaves the page at once, as it should from a frame of another page; a frame without an address has none.
 */
export function createAddress(store, opening, steps) {
  if (location.protocol === "about:") return () => {}; // the frame of a notebook
  let before = chosenIn(store.state());
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) === encode(store.state(), opening)) return;
    const next = decode(location.hash, opening);
    before = chosenIn(next);
    store.set(next);
  });
  return (state) => {
    const hash = encode(state, opening);
    const chosen = chosenIn(state);
    const push = steps && chosen !== before;
    before = chosen;
    if (hash === location.hash.slice(1)) return;
    const address = hash ? `#${hash}` : location.pathname + location.search;
    history[push ? "pushState" : "replaceState"](null, "", address);
  };
}
