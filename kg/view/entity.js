// The card of an entity: its names, what one can do from it, and its facts, those in dispute first.

import { byline, factRow, linesText } from "./cards.js";
import { h, isolate, link, safeAddress } from "./dom.js";
import { KINDS, className, isDisputed, nameOf, textOfFact, verbOf } from "./model.js";
import { kindIcon } from "./icons.js";
import { fold, matcher } from "./search.js";
import { factFilter, hiddenNeighbours } from "./visible.js";
import { say } from "./words.js";

const ROWS_AT_ONCE = 40;
const FILTER_ABOVE = 12;

/** Returns the card of an entity. */
export function nodeCard(context, node) {
  const { model, lang, theme, state } = context;
  const passes = factFilter(state);
  const all = [...(node.values ?? []), ...model.around.get(node.id)];
  const facts = sorted(context, node, all.filter(passes));
  const contested = facts.filter(isDisputed).sort((a, b) => b.contested - a.contested);
  const mentioned = (model.mentions.get(node.id) ?? []).filter(passes);
  const aliases = node.aliases.length ? [` · ${say(lang, "also")} `, isolate(node.aliases.join(", "))] : null;
  return h(
    "article",
    null,
    h("h2", { tabindex: "-1" }, kindIcon(node.kind, theme), " ", isolate(nameOf(model, node.id, lang))),
    h("p", { class: "soft brief" }, className(model, node.class, lang), aliases),
    node.kind === "Document" ? documentLine(context, node) : null,
    actions(context, node),
    contested.length
      ? [h("h3", null, say(lang, "contestedFacts")), factList(context, contested, node.id)]
      : null,
    contested.length && facts.length > contested.length ? h("h3", null, say(lang, "otherFacts")) : null,
    factList(
      context,
      facts.filter((fact) => !isDisputed(fact)),
      node.id,
    ),
    all.length > facts.length
      ? h("p", { class: "soft" }, say(lang, "hiddenFacts", all.length - facts.length))
      : null,
    mentioned.length ? [h("h3", null, say(lang, "mentions")), factList(context, mentioned, node.id)] : null,
    all.length || mentioned.length ? null : h("p", { class: "soft" }, say(lang, "noFacts")),
  );
}

/** Returns facts in the order in which one wants them: what it does to people, parties, offices …, then what is done to it. */
function sorted({ model, lang }, node, facts) {
  const weigh = (fact) => {
    const other = fact.subject === node.id ? fact.object : fact.subject;
    const kind = other === null ? KINDS.indexOf("Place") : KINDS.indexOf(model.nodes.get(other).kind);
    return [fact.subject === node.id ? 0 : 1, kind, verbOf(model, fact.property, lang), fact.id];
  };
  return facts
    .map((fact) => [weigh(fact), fact])
    .sort(([a], [b]) => a[0] - b[0] || a[1] - b[1] || a[2].localeCompare(b[2]) || (a[3] < b[3] ? -1 : 1))
    .map(([, fact]) => fact);
}

/** Returns rows of facts, the first of them at once, more on demand; a box to filter them where they are many. */
export function factList(context, facts, from = null) {
  const { model, lang } = context;
  const rows = h("div", { class: "rows" });
  const more = h("button", { type: "button", class: "more", onclick: () => grow() });
  let wanted = facts;
  let built = 0;

  function grow() {
    const next = wanted.slice(built, built + ROWS_AT_ONCE);
    built += next.length;
    rows.append(...next.map((fact) => factRow(context, fact, from)));
    more.hidden = built >= wanted.length;
    more.textContent = say(lang, "more", wanted.length - built);
  }

  function filter(text) {
    const matches = matcher(text);
    wanted = facts.filter((fact) => matches(fold(textOfFact(model, fact, lang))));
    rows.replaceChildren();
    built = 0;
    grow();
  }

  grow();
  const label = say(lang, "searchTable");
  const box =
    facts.length > FILTER_ABOVE &&
    h("input", {
      type: "search",
      class: "filter",
      "aria-label": label,
      placeholder: label,
      oninput: (event) => filter(event.target.value),
    });
  return [box, rows, more];
}

function documentLine({ model, lang }, node) {
  const document = model.documents.get(node.id);
  if (!document) return null;
  const address = safeAddress(document.url ?? "");
  const away = address ? [" · ", link(address, `${new URL(address).hostname} ↗`)] : null;
  const lines = document.lines ? ` · ${linesText(document.lines, lang)}` : "";
  return h("p", { class: "soft" }, byline(document, lang), lines, away);
}

/** Returns what a click on it shows: how many neighbours, where the page knows of some. */
function expandText({ model, lang, state }, node) {
  const { length } = hiddenNeighbours(model, state, node.id);
  return length ? say(lang, "expandMore", length) : say(lang, "expand");
}

function actions(context, node) {
  const { lang, state, act } = context;
  const button = (text, onclick, pressed) =>
    h(
      "button",
      { type: "button", onclick, "aria-pressed": pressed === undefined ? null : String(pressed) },
      text,
    );
  return h(
    "div",
    { class: "actions" },
    h(
      "span",
      { class: "steps", role: "group", "aria-label": say(lang, "steps") },
      h("span", { class: "soft" }, say(lang, "steps")),
      [1, 2, 3].map((count) => button(String(count), () => act.steps(count), state.steps === count)),
    ),
    button(say(lang, state.steps === 1 ? "onlyOne" : "only", state.steps), () => act.only(), state.only),
    state.open ? button(expandText(context, node), () => act.open(node.id)) : null,
    button(say(lang, "pathTo"), () => act.startPath(node.id)),
    act.pageOf(node.id) ? h("a", { href: act.pageOf(node.id), target: "_top" }, say(lang, "ownPage")) : null,
  );
}
