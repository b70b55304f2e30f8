// The panel beside the drawing: the fact, the entity, the pair or the path that is chosen; else what there is to see.

import { byline, entityButton, factCard, factRow } from "./cards.js";
import { h, isolate, s, safeAddress, link } from "./dom.js";
import { kindMark, shapePath } from "./marks.js";
import { className, modeOf, nameOf, verbOf } from "./model.js";
import { factFilter } from "./visible.js";
import { shortestPath } from "./walk.js";
import { countFacts, say } from "./words.js";

/** Returns a small drawing of a kind's mark. */
export function kindIcon(kind, theme) {
  const { shape, colour } = kindMark(kind, theme);
  return s(
    "svg",
    { class: "icon", viewBox: "-10 -10 20 20", width: 16, height: 16, "aria-hidden": "true" },
    s("path", { d: shapePath(shape, 0, 0, 6.6), fill: colour }),
  );
}

/** Fills the panel for a state. `context`: {model, lang, theme, state, shown, then, go, act}. */
export function showPanel(panel, context) {
  const { state, model } = context;
  const close = h(
    "button",
    {
      type: "button",
      class: "icon close",
      "aria-label": say(context.lang, "close"),
      onclick: () => context.go({}),
    },
    "×",
  );
  const fact = model.facts.get(state.fact);
  let content;
  if (state.path.length) content = pathCard(context);
  else if (fact) content = factCard(context, fact);
  else if (state.pair.length) content = pairCard(context);
  else if (model.nodes.has(state.node)) content = nodeCard(context, model.nodes.get(state.node));
  const chosen = Boolean(content);
  panel.classList.toggle("chosen", chosen);
  panel.replaceChildren(...[chosen ? close : null, content ?? overview(context)].flat(3).filter(Boolean));
  panel.scrollTop = 0;
}

function nodeCard(context, node) {
  const { model, lang, theme, state } = context;
  const name = nameOf(model, node.id, lang);
  const passes = factFilter(state);
  const lines = model.around.get(node.id).filter(passes);
  const hidden = model.around.get(node.id).length - lines.length;
  return h(
    "article",
    null,
    h("h2", { tabindex: "-1" }, kindIcon(node.kind, theme), " ", isolate(name)),
    h(
      "p",
      { class: "soft" },
      className(model, node.class, lang),
      node.aliases.length ? [` · ${say(lang, "also")} `, isolate(node.aliases.join(", "))] : null,
    ),
    node.kind === "Document" ? documentLine(context, node) : null,
    actions(context, node),
    (node.values ?? []).filter(passes).length
      ? h(
          "div",
          { class: "rows" },
          node.values.filter(passes).map((fact) => factRow(context, fact, node.id)),
        )
      : null,
    groups(context, node, lines),
    hidden ? h("p", { class: "soft" }, say(lang, "hiddenFacts", hidden)) : null,
    !lines.length && !node.values?.length ? h("p", { class: "soft" }, say(lang, "noFacts")) : null,
  );
}

function documentLine({ model, lang }, node) {
  const document = model.documents.get(node.id);
  if (!document) return null;
  return h(
    "p",
    { class: "soft" },
    byline(document, lang),
    safeAddress(document.url ?? "")
      ? [" · ", link(document.url, `${new URL(document.url).hostname} ↗`)]
      : null,
  );
}

/** Returns the facts at an entity by verb: what it does first, then what is done to it; contested ones on top. */
function groups(context, node, lines) {
  const { model, lang } = context;
  const order = (fact) => (fact.contested ? 0 : 1) + (modeOf(fact) === "asserted" ? 0 : 0.5);
  const found = new Map();
  for (const line of lines) {
    const key = `${line.subject === node.id ? 0 : 1}${verbOf(model, line.property, lang)}`;
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(line);
  }
  const keys = [...found.keys()].sort();
  return h(
    "div",
    { class: "rows" },
    keys.flatMap((key) =>
      found
        .get(key)
        .sort((a, b) => order(a) - order(b))
        .slice(0, 60)
        .map((line) => factRow(context, line, node.id))
        .concat(
          found.get(key).length > 60
            ? [h("p", { class: "soft" }, say(lang, "more", found.get(key).length - 60))]
            : [],
        ),
    ),
  );
}

function actions(context, node) {
  const { lang, state, act } = context;
  const steps = [1, 2, 3].map((count) =>
    h(
      "button",
      { type: "button", "aria-pressed": String(state.steps === count), onclick: () => act.steps(count) },
      String(count),
    ),
  );
  return h(
    "div",
    { class: "actions" },
    h(
      "span",
      { class: "steps", role: "group", "aria-label": say(lang, "steps") },
      h("span", { class: "soft" }, say(lang, "steps")),
      steps,
    ),
    h(
      "button",
      { type: "button", "aria-pressed": String(state.only), onclick: () => act.only() },
      say(lang, state.steps === 1 ? "onlyOne" : "only", state.steps),
    ),
    state.open
      ? h("button", { type: "button", onclick: () => act.open(node.id) }, say(lang, "expand"))
      : null,
    h("button", { type: "button", onclick: () => act.startPath(node.id) }, say(lang, "pathTo")),
  );
}

function pairCard(context) {
  const { model, state, shown, lang } = context;
  const [a, b] = state.pair;
  const lines = shown.lines.filter(
    (line) => (line.subject === a && line.object === b) || (line.subject === b && line.object === a),
  );
  return h(
    "article",
    null,
    h("h2", { tabindex: "-1" }, entityButton(context, a), " – ", entityButton(context, b)),
    h("p", { class: "soft" }, countFacts(lang, lines.length)),
    h(
      "div",
      { class: "rows" },
      lines.slice(0, 300).map((line) => factRow(context, line)),
    ),
    model.nodes.has(a) ? null : null,
  );
}

function pathCard(context) {
  const { model, state, shown, lang } = context;
  const [from, to] = state.path;
  if (to === undefined)
    return h(
      "article",
      null,
      h("h2", { tabindex: "-1" }, say(lang, "path", nameOf(model, from, lang), "…")),
      h("p", null, say(lang, "pathHint")),
    );
  const steps = shortestPath(shown.lines, from, to);
  return h(
    "article",
    null,
    h("h2", { tabindex: "-1" }, say(lang, "path", nameOf(model, from, lang), nameOf(model, to, lang))),
    steps === null
      ? h("p", null, say(lang, "noPath"))
      : h(
          "ol",
          { class: "path" },
          steps.map((step) =>
            h(
              "li",
              null,
              entityButton(context, step.from),
              h(
                "div",
                { class: "rows" },
                step.lines.slice(0, 12).map((line) => factRow(context, line, step.from)),
              ),
            ),
          ),
        ),
    steps?.length ? h("p", null, entityButton(context, to)) : null,
  );
}

/** Returns what is worth a first look: facts on which sources differ, the most connected entities, the documents. */
function overview(context) {
  const { model, lang, theme, shown } = context;
  const passes = factFilter(context.state);
  const contested = [...model.facts.values()].filter((fact) => fact.contested && passes(fact));
  const seen = new Set();
  const leading = contested.filter((fact) => {
    if (seen.has(fact.id)) return false;
    for (const [id] of fact.rivals) seen.add(id);
    return true;
  });
  const hubs = [...shown.nodes]
    .map((id) => model.nodes.get(id))
    .sort((a, b) => b.degree - a.degree || (a.id < b.id ? -1 : 1))
    .slice(0, 6);
  return [
    h("h2", { tabindex: "-1" }, say(lang, "overview")),
    h("p", { class: "soft" }, say(lang, "help")),
    leading.length
      ? [
          h(
            "h3",
            null,
            say(lang, "contestedFacts"),
            " ",
            h("span", { class: "count" }, String(leading.length)),
          ),
          h(
            "div",
            { class: "rows" },
            leading.slice(0, 8).map((fact) => factRow(context, { ...fact, contested: false })),
          ),
        ]
      : null,
    hubs.length
      ? [
          h("h3", null, say(lang, "mostConnected")),
          h(
            "ul",
            { class: "plain" },
            hubs.map((node) =>
              h(
                "li",
                null,
                kindIcon(node.kind, theme),
                " ",
                entityButton(context, node.id),
                " ",
                h("span", { class: "soft" }, String(node.degree)),
              ),
            ),
          ),
        ]
      : null,
    documents(context),
  ];
}

function documents(context) {
  const { model, lang } = context;
  const counts = new Map();
  for (const fact of model.facts.values()) {
    for (const id of new Set(fact.evidence.map((index) => model.evidence[index].source)))
      counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 12);
  return rows.length
    ? [
        h("h3", null, say(lang, "documents"), " ", h("span", { class: "count" }, String(counts.size))),
        h(
          "ul",
          { class: "plain documents" },
          rows.map(([id, count]) =>
            h(
              "li",
              null,
              model.nodes.has(id) ? entityButton(context, id) : isolate(model.documents.get(id).label),
              h(
                "span",
                { class: "soft" },
                " ",
                byline(model.documents.get(id), lang),
                ` · ${countFacts(lang, count)}`,
              ),
            ),
          ),
        ),
      ]
    : null;
}
