// What the user has chosen, as one plain object; its form in the address; undo. Knows no page.

/** The state in which everything is as the data say; lists hold what is hidden. */
export const BLANK = Object.freeze({
  node: "",
  fact: "",
  pair: [],
  path: [],
  steps: 1,
  only: false,
  bare: false,
  open: null,
  hideKinds: [],
  hideClasses: [],
  hideVerbs: [],
  hideModes: [],
  at: "",
  undated: true,
  verbs: true,
  communities: false,
  pins: {},
  lang: "en",
  theme: "",
});

const LISTS = ["pair", "path", "hideKinds", "hideClasses", "hideVerbs", "hideModes"];
const TEXTS = ["node", "fact", "at", "lang", "theme"];
const SWITCHES = ["only", "bare", "undated", "verbs", "communities"];

/** Returns what differs from the opening state, as the text after # in the address. */
export function encode(state, opening) {
  const parts = new URLSearchParams();
  for (const key of TEXTS) if (state[key] !== opening[key]) parts.set(key, state[key]);
  for (const key of SWITCHES) if (state[key] !== opening[key]) parts.set(key, state[key] ? "1" : "0");
  if (state.steps !== opening.steps) parts.set("steps", String(state.steps));
  for (const key of LISTS) if (!same(state[key], opening[key])) parts.set(key, packList(state[key]));
  if (!same(state.open, opening.open)) parts.set("open", state.open === null ? "*" : packList(state.open));
  const pins = Object.entries(state.pins);
  if (pins.length)
    parts.set("pins", packList(pins.flatMap(([id, [x, y]]) => [id, Math.round(x), Math.round(y)])));
  return parts.toString();
}

/** Returns the state that an address asks for; what it does not understand it leaves as it was. */
export function decode(text, opening) {
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  const state = { ...opening };
  for (const key of TEXTS) if (parts.has(key)) state[key] = parts.get(key);
  for (const key of SWITCHES) if (parts.has(key)) state[key] = parts.get(key) === "1";
  for (const key of LISTS) if (parts.has(key)) state[key] = unpackList(parts.get(key));
  if (["1", "2", "3"].includes(parts.get("steps"))) state.steps = Number(parts.get("steps"));
  if (parts.has("open")) state.open = parts.get("open") === "*" ? null : unpackList(parts.get("open"));
  if (parts.has("pins")) state.pins = unpackPins(unpackList(parts.get("pins")));
  if (!/^\d{4}-\d\d-\d\d$/.test(state.at)) state.at = "";
  if (state.lang !== "es") state.lang = "en";
  if (!["", "light", "dark"].includes(state.theme)) state.theme = "";
  if (state.path.length !== 2 && state.path.length !== 1) state.path = [];
  if (state.pair.length !== 2) state.pair = [];
  return state;
}

function same(a, b) {
  return (
    a === b ||
    (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]))
  );
}

function packList(items) {
  return items.map((item) => encodeURIComponent(item).replace(/~/g, "%7E")).join("~");
}

function unpackList(text) {
  return text === "" ? [] : text.split("~").map(decodeOne);
}

function decodeOne(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unpackPins(items) {
  const pins = [];
  for (let i = 0; i + 2 < items.length; i += 3) {
    const point = [Number(items[i + 1]), Number(items[i + 2])];
    if (point.every(Number.isFinite)) pins.push([items[i], point]);
  }
  return Object.fromEntries(pins);
}

/** Returns where the user has put an entity, or null. */
export function pinOf(state, id) {
  return Object.hasOwn(state.pins, id) ? state.pins[id] : null;
}

/** Returns a list with an item put in or taken out. */
export function toggled(list, item, on) {
  const rest = list.filter((other) => other !== item);
  return on ? [...rest, item] : rest;
}

/** Returns a store: `state()`, `set(change)`, `undo()`, `redo()`, `subscribe(listener)`. */
export function createStore(initial) {
  let state = initial;
  let past = [];
  let future = [];
  const listeners = [];
  const go = (next) => {
    const before = state;
    state = next;
    for (const listener of listeners) listener(state, before);
  };
  return {
    state: () => state,
    set(change, { undoable = true } = {}) {
      const next = { ...state, ...change };
      if (undoable) {
        past = [...past.slice(-99), state];
        future = [];
      }
      go(next);
    },
    undo() {
      if (!past.length) return;
      future = [state, ...future];
      go(past.pop());
    },
    redo() {
      if (!future.length) return;
      past = [...past, state];
      const [next, ...rest] = future;
      future = rest;
      go(next);
    },
    can: () => ({ undo: past.length > 0, redo: future.length > 0 }),
    subscribe: (listener) => listeners.push(listener),
  };
}
