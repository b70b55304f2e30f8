// The panel beside the drawing: the fact, the entity, the pair or the path that is chosen; else what there is to see.

import { byline, entityButton, factCard, factRow, linesText } from "./cards.js";
import { disagreements } from "./disputes.js";
import { h, isolate } from "./dom.js";
import { factList, nodeCard } from "./entity.js";
import { kindIcon } from "./icons.js";
import { nameOf, realDocuments } from "./model.js";
import { certainty } from "./time.js";
import { factFilter, pathOf } from "./visible.js";
import { countFacts, say } from "./words.js";

/** Fills the panel for a state. `context`: {model, lang, theme, state, shown, then, go, leave, act}. */
export function showPanel(panel, context) {
  const { state, model, lang } = context;
  const label = say(lang, "close");
  const close = h(
    "button",
    { type: "button", class: "icon close", "aria-label": label, onclick: context.leave },
    "×",
  );
  const card = chosenCard(context, state, model);
  const held = panel.contains(document.activeElement) ? document.activeElement : null;
  const about = JSON.stringify([state.node, state.fact, state.pair, state.path]);
  const same = panel.dataset.about === about;
  const first = panel.dataset.about === undefined;
  const scrollTop = same ? panel.scrollTop : 0;
  panel.dataset.about = about;
  panel.classList.toggle("chosen", Boolean(card));
  panel.replaceChildren(...[close, card ?? overview(context)].flat(4).filter(Boolean));
  if (!first) panel.scrollTop = scrollTop; // it makes the browser lay out the page, which is not yet whole at first
  if (held) refocus(panel, same ? held : null);
}

/** Gives the focus back to what is like what held it, else to the heading, so that the keyboard goes on where it was. */
function refocus(panel, held) {
  const alike = (element) => element.className === held.className && element.textContent === held.textContent;
  const again = held && [...panel.querySelectorAll("button, a, input, summary")].find(alike);
  (again ?? panel.querySelector("h2")).focus({ preventScroll: Boolean(again) });
}

function chosenCard(context, state, model) {
  if (state.path.length) return pathCard(context);
  if (model.facts.has(state.fact)) return factCard(context, model.facts.get(state.fact));
  if (state.pair.length) return pairCard(context);
  if (model.nodes.has(state.node)) return nodeCard(context, model.nodes.get(state.node));
  return null;
}

function pairCard(context) {
  const { state, shown, lang } = context;
  const [a, b] = state.pair;
  const lines = shown.lines.filter(
    (line) => (line.subject === a && line.object === b) || (line.subject === b && line.object === a),
  );
  return h(
    "article",
    null,
    h("h2", { tabindex: "-1" }, entityButton(context, a), " – ", entityButton(context, b)),
    h("p", { class: "soft" }, countFacts(lang, lines.length)),
    factList(context, lines),
  );
}

function pathCard(context) {
  const { model, state, lang } = context;
  const [from, to] = state.path;
  const heading = (end) => h("h2", { tabindex: "-1" }, say(lang, "path", nameOf(model, from, lang), end));
  if (to === undefined) return h("article", null, heading("…"), h("p", null, say(lang, "pathHint")));
  const steps = pathOf(model, state);
  if (steps === null)
    return h("article", null, heading(nameOf(model, to, lang)), h("p", null, say(lang, "noPath")));
  const rows = (step) =>
    h(
      "div",
      { class: "rows" },
      step.lines.slice(0, 12).map(({ fact }) => factRow(context, fact, step.from)),
    );
  return h(
    "article",
    null,
    heading(nameOf(model, to, lang)),
    h(
      "ol",
      { class: "path" },
      steps.map((step) => h("li", null, entityButton(context, step.from), rows(step))),
    ),
    h("p", null, entityButton(context, to)),
  );
}

/** Returns what is worth a first look: what held on the day, where sources differ, the best connected, the documents. */
function overview(context) {
  const { lang, state } = context;
  return [
    h("h2", { tabindex: "-1" }, say(lang, state.at ? "onDay" : "overview", state.at)),
    asked(context),
    state.at ? onTheDay(context) : help(lang),
    disagreements(context),
    hubs(context),
    documents(context),
  ];
}

/** Returns how the drawing is used; where the filters are is said where a button shows them. */
function help(lang) {
  const words = say(lang, matchMedia("(hover: none)").matches ? "helpTouch" : "help");
  return h("p", { class: "soft" }, words, " ", h("span", { class: "phone" }, say(lang, "helpDrawer")));
}

/** Returns what a page that opens on a query says of it: what was asked, with what, and what lies beside the answer. */
function asked({ model, lang, state, act }) {
  const { query } = model;
  if (!query) return null;
  const besides = [...model.facts.values()].filter((fact) => fact.besides).length;
  const hidden = state.hideModes.includes("besides");
  const label = say(lang, hidden ? "besidesToo" : "besidesNot", countFacts(lang, besides));
  const parameters = Object.entries(query.parameters).map(([name, value]) => [
    h("dt", null, isolate(name)),
    h("dd", null, isolate(value)),
  ]);
  return h(
    "section",
    { class: "asked" },
    h("h3", null, say(lang, "chosenBy")),
    query.summary || query.name ? h("p", null, isolate(query.summary || query.name)) : null,
    parameters.length ? h("dl", { class: "details" }, parameters) : null,
    query.left ? h("p", { class: "note" }, say(lang, query.left === 1 ? "leftOne" : "leftOut", query.left)) : null,
    h("details", null, h("summary", null, say(lang, "sparql")), h("pre", null, query.text)),
    besides ? h("p", null, h("button", { type: "button", onclick: act.besides }, label)) : null,
  );
}

/**
 * Returns the dated facts that hold on the chosen day, drawn or not: certain ones, then those that tie entities, then those
 * with the fewest open ends.
 */
function onTheDay(context) {
  const { model, state, lang } = context;
  const passes = factFilter(state);
  const then = new Map();
  for (const fact of model.facts.values()) {
    if (!passes(fact)) continue;
    const held = certainty(fact.bounds, state.at);
    if (held === "certain" || held === "possible") then.set(fact.id, held);
  }
  const open = (fact) => [fact.bounds[0], fact.bounds[3]].filter((bound) => bound === null).length;
  const weigh = (fact) => (then.get(fact.id) === "certain" ? 0 : (fact.object === null ? 4 : 1) + open(fact));
  const facts = [...then.keys()].map((id) => model.facts.get(id)).sort((a, b) => weigh(a) - weigh(b));
  if (!facts.length) return h("p", { class: "soft" }, say(lang, "noFacts"));
  return factList({ ...context, then }, facts);
}

function hubs({ model, shown, theme, lang, ...context }) {
  const best = [...shown.nodes]
    .map((id) => model.nodes.get(id))
    .filter((node) => node.degree > 0)
    .sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1))
    .slice(0, 6);
  if (!best.length) return null;
  const row = (node) =>
    h(
      "li",
      null,
      kindIcon(node.kind, theme),
      entityButton({ model, lang, ...context }, node.id),
      h("span", { class: "soft" }, String(node.degree)),
    );
  return [h("h3", null, say(lang, "mostConnected")), h("ul", { class: "plain hubs" }, best.map(row))];
}

function documents(context) {
  const { model, lang } = context;
  const counts = new Map();
  for (const fact of model.facts.values()) {
    const sources = new Set(fact.evidence.map((index) => model.evidence[index].source));
    for (const id of sources) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  if (!counts.size) return null;
  const row = ([id, count]) => {
    const document = model.documents.get(id);
    const name = model.nodes.has(id) ? entityButton(context, id) : isolate(document.label);
    const lines = document.lines ? ` · ${linesText(document.lines, lang)}` : "";
    return h(
      "li",
      null,
      name,
      h("span", { class: "soft" }, " ", byline(document, lang), `${lines} · ${countFacts(lang, count)}`),
    );
  };
  const last = ([id]) => Number(Boolean(model.documents.get(id).dataset));
  const rows = [...counts].sort((a, b) => last(a) - last(b) || b[1] - a[1]).slice(0, 20);
  return [
    h("h3", null, say(lang, "documents"), " ", h("span", { class: "count" }, realDocuments(model).length)),
    h("ul", { class: "plain documents" }, rows.map(row)),
  ];
}
