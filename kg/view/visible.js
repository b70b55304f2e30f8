// Which entities and lines a state lets through, and which of them it puts in front. Pure.

import { detailsOf, mannersOf } from "./model.js";
import { certainty } from "./time.js";
import { otherEnd, shortestPath, within } from "./walk.js";

/** Returns a test for facts: does the state let this one through, whatever its ends? */
export function factFilter(state) {
  const verbs = new Set(state.hideVerbs);
  const modes = new Set(state.hideModes);
  return (fact) => {
    if (verbs.has(fact.property) || mannersOf(fact).every((mode) => modes.has(mode))) return false;
    if (modes.has("contested") && fact.contested) return false;
    if (modes.has("besides") && fact.besides) return false;
    if (!state.at) return true;
    const then = certainty(fact.bounds, state.at);
    return then !== "no" && (then !== "undated" || state.undated);
  };
}

/** Returns a test for entities: do the filters by class let this one through? */
function nodeFilter(state) {
  const kinds = new Set(state.hideKinds);
  const classes = new Set(state.hideClasses);
  return (node) => !kinds.has(node.kind) && !classes.has(node.class);
}

/** Returns {nodes: Set of ids, lines, then: map from fact to its state at the day, null where no day is chosen}. */
export function visible(model, state) {
  const passes = factFilter(state);
  const keeps = nodeFilter(state);
  const open = state.open && new Set(state.open);
  const along = state.path.length === 2 ? alongPath(pathOf(model, state) ?? []) : [];
  const chosen = new Set([state.node, ...state.path, ...along, ...endsOfFact(model, state.fact)]);
  let nodes = new Set();
  for (const node of model.nodes.values()) {
    if (chosen.has(node.id) || (keeps(node) && (!open || open.has(node.id)))) nodes.add(node.id);
  }
  let lines = model.lines.filter((line) => passes(line) && nodes.has(line.subject) && nodes.has(line.object));
  if (state.only && state.node && nodes.has(state.node)) {
    nodes = new Set(within(lines, state.node, state.steps).keys());
    lines = lines.filter((line) => nodes.has(line.subject) && nodes.has(line.object));
  }
  if (!state.bare || state.at) dropBare(model, state, nodes, lines, passes, chosen);
  const then = state.at ? new Map(lines.map((line) => [line.id, certainty(line.bounds, state.at)])) : null;
  return { nodes, lines, then };
}

/**
 * Takes out entities left without a line by filters on facts, and those tied only to documents and such that are hidden:
 * a dot that says nothing. Those that never had a line stay, and those that a query named, unless a day is chosen.
 */
function dropBare(model, state, nodes, lines, passes, chosen) {
  const filtered = state.at || state.hideVerbs.length || state.hideModes.length;
  const aside = new Set(state.hideKinds.filter((kind) => model.aside.has(kind)));
  const held = new Set(chosen);
  for (const line of lines) held.add(line.subject).add(line.object);
  for (const id of nodes) {
    if (held.has(id)) continue;
    const node = model.nodes.get(id);
    if (model.query && !node.besides && !state.at) continue;
    const onlyAside =
      node.degree > 0 &&
      model.around.get(id).every((line) => aside.has(model.nodes.get(otherEnd(line, id)).kind));
    const says = (node.values ?? []).some(passes);
    if (onlyAside || (filtered && (node.degree > 0 || !says || state.at))) nodes.delete(id);
  }
}

function endsOfFact(model, id) {
  const fact = model.facts.get(id);
  return fact ? [fact.subject, fact.object].filter((end) => end !== null) : [];
}

/** Returns what a fact ties together, as lines that name it: its two ends, and each end with each entity that is a detail. */
function links(model, fact) {
  const ends = [fact.subject, fact.object].filter((end) => end !== null);
  const direct = fact.object === null ? [] : [{ subject: fact.subject, object: fact.object, fact }];
  const details = detailsOf(model, fact);
  return [...direct, ...ends.flatMap((end) => details.map((other) => ({ subject: end, object: other, fact })))];
}

/** Returns the entities that a path leads through, with the ends of the facts of its steps, so that these can be drawn. */
export function alongPath(steps) {
  const facts = steps.flatMap((step) => step.lines.map((line) => line.fact));
  return [
    ...steps.flatMap((step) => [step.from, step.to]),
    ...facts.flatMap((fact) => [fact.subject, fact.object]).filter((end) => end !== null),
  ];
}

/** Returns the shortest path that the state asks for, through all that the filters let through, drawn or not; null for none. */
export function pathOf(model, state) {
  if (!pathsKnown.has(state)) pathsKnown.set(state, findPath(model, state));
  return pathsKnown.get(state);
}

const pathsKnown = new WeakMap(); // a state never changes, and several parts of the page ask for its path

function findPath(model, state) {
  const passes = factFilter(state);
  const keeps = nodeFilter(state);
  const ends = new Set(state.path);
  const open = (id) => ends.has(id) || keeps(model.nodes.get(id));
  const facts = [...model.facts.values()].filter(passes);
  return shortestPath(
    facts.flatMap((fact) => links(model, fact)).filter((link) => open(link.subject) && open(link.object)),
    ...state.path,
  );
}

/** Returns what stands in front, {nodes, lines} as sets of ids, or null where everything does. */
export function emphasis(model, state, shown) {
  if (state.path.length === 2) {
    const steps = pathOf(model, state) ?? [];
    return {
      nodes: new Set([...state.path, ...alongPath(steps)]),
      lines: new Set(steps.flatMap((step) => step.lines.map((line) => line.fact.id))),
    };
  }
  const fact = model.facts.get(state.fact);
  if (fact) return { nodes: new Set(endsOfFact(model, state.fact)), lines: new Set([fact.id]) };
  if (state.pair.length) {
    const [a, b] = state.pair;
    const between = shown.lines.filter(
      (line) => (line.subject === a && line.object === b) || (line.subject === b && line.object === a),
    );
    return { nodes: new Set(state.pair), lines: new Set(between.map((line) => line.id)) };
  }
  if (!state.node || !shown.nodes.has(state.node)) return null;
  const distance = within(shown.lines, state.node, state.steps);
  const near = (line) =>
    Math.min(distance.get(line.subject) ?? 9, distance.get(line.object) ?? 9) < state.steps;
  return {
    nodes: new Set(distance.keys()),
    lines: new Set(shown.lines.filter((line) => near(line)).map((line) => line.id)),
  };
}

/**
 * Returns what the page sets aside until it is asked for, {kinds: [[kind, count]], facts: count, bare: count}: the entities
 * and the facts that `unfold` would show beside what is shown, and the entities that stand in no fact that is drawn. What
 * the user has hidden is none of it.
 */
export function setAside(model, state, shown) {
  const all = visible(model, { ...state, ...unfold(model, state, shown, [...model.aside]) }).nodes;
  const found = new Map();
  for (const id of all) {
    const { kind } = model.nodes.get(id);
    if (!shown.nodes.has(id) && model.aside.has(kind)) found.set(kind, (found.get(kind) ?? 0) + 1);
  }
  const [passes, more] = [factFilter(state), factFilter({ ...state, ...unfoldFacts(model, state) })];
  const { nodes } = visible(model, { ...state, ...unfoldFacts(model, state) });
  const isDrawn = (fact) => endsOfFact(model, fact.id).every((id) => nodes.has(id));
  const facts = [...model.facts.values()].filter((fact) => !passes(fact) && more(fact) && isDrawn(fact));
  const bare = bareOf(model, state, shown).filter((id) => !all.has(id) || !model.aside.has(model.nodes.get(id).kind));
  return { kinds: [...found].sort(([a], [b]) => (a < b ? 1 : -1)), facts: facts.length, bare: bare.length };
}

/** Returns the entities that are neither drawn nor hidden by the user: no fact about them is drawn as the page opens. */
function bareOf(model, state, shown) {
  if (state.bare || state.at || state.only) return [];
  const { hideVerbs, hideModes } = model.opening;
  const atFirst = {
    ...state,
    hideVerbs: state.hideVerbs.filter((verb) => hideVerbs.includes(verb)),
    hideModes: state.hideModes.filter((mode) => hideModes.includes(mode)),
  };
  const kept = { ...atFirst, ...unfold(model, atFirst, shown, [...model.aside]), bare: true };
  const drawn = visible(model, atFirst).nodes;
  return [...visible(model, kept).nodes].filter((id) => !shown.nodes.has(id) && !drawn.has(id));
}

/** Returns what changes in the state where the entities that stand in no drawn fact are to be drawn too, of any kind. */
export function unfoldBare(model, state, shown) {
  const kinds = new Set(bareOf(model, state, shown).map((id) => model.nodes.get(id).kind));
  return { ...unfold(model, state, shown, [...kinds].filter((kind) => model.aside.has(kind))), bare: true };
}

/** Returns what changes in the state where entities of some kinds, set aside, are to stand by those that are shown. */
export function unfold(model, state, shown, kinds) {
  const hideKinds = state.hideKinds.filter((kind) => !kinds.includes(kind));
  if (!state.open) return { hideKinds };
  const passes = factFilter(state);
  const found = new Set();
  for (const line of model.lines) {
    if (shown.nodes.has(line.subject) === shown.nodes.has(line.object) || !passes(line)) continue;
    const other = shown.nodes.has(line.subject) ? line.object : line.subject;
    if (kinds.includes(model.nodes.get(other).kind) && !state.open.includes(other)) found.add(other);
  }
  return { hideKinds, open: [...state.open, ...found] };
}

/**
 * Returns what changes in the state where facts that the page hides at first are to be shown, and with them whom they tie to
 * the entity on which the page opens.
 */
export function unfoldFacts(model, state) {
  const { about, hideVerbs, hideModes } = model.opening;
  const change = {
    hideVerbs: state.hideVerbs.filter((verb) => !hideVerbs.includes(verb)),
    hideModes: state.hideModes.filter((mode) => mode === "besides" || !hideModes.includes(mode)),
  };
  if (!state.open?.includes(about)) return change;
  const [passes, more] = [factFilter(state), factFilter({ ...state, ...change })];
  const lines = (model.around.get(about) ?? []).filter((line) => !passes(line) && more(line));
  const others = new Set(lines.map((line) => otherEnd(line, about)).filter((id) => !state.open.includes(id)));
  return { ...change, open: [...state.open, ...others] };
}

/** Returns the hidden neighbours of an entity that filters by class let through, the best connected first. */
export function hiddenNeighbours(model, state, id) {
  if (!state.open) return [];
  const passes = factFilter(state);
  const keeps = nodeFilter(state);
  const open = new Set(state.open);
  const found = new Set();
  for (const line of model.around.get(id) ?? []) {
    const other = model.nodes.get(otherEnd(line, id));
    if (passes(line) && keeps(other) && !open.has(other.id)) found.add(other);
  }
  return [...found].sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1)).map((node) => node.id);
}
