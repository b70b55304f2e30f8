// The legend that filters: kinds with their classes, manners of saying, verbs; each with its mark and count.

import { h } from "./dom.js";
import { KINDS, MODES, className, mannersOf, verbOf } from "./model.js";
import { kindIcon, lineIcon } from "./icons.js";
import { toggled } from "./state.js";
import { say } from "./words.js";

function tally(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** Builds the legend into its element; returns `update(state)`, which sets the boxes as the state has them. */
export function createLegend(element, { model, lang, theme, set, act }) {
  const boxes = [];
  const check = (list, key, label, icon, count) => {
    const input = h("input", {
      type: "checkbox",
      onchange: () => set((state) => ({ [list]: toggled(state[list], key, !input.checked) })),
    });
    boxes.push({ list, key, input });
    return h(
      "label",
      null,
      input,
      icon,
      h("span", { class: "label" }, label),
      h("span", { class: "count" }, String(count)),
    );
  };
  const section = (title, list, keys, open, rows) =>
    h(
      "details",
      { open },
      h("summary", null, say(lang, title)),
      h(
        "p",
        { class: "allnone" },
        h(
          "button",
          {
            type: "button",
            onclick: () => set((state) => ({ [list]: state[list].filter((key) => !keys.includes(key)) })),
          },
          say(lang, "all"),
        ),
        h(
          "button",
          {
            type: "button",
            onclick: () => set((state) => ({ [list]: [...new Set([...state[list], ...keys])] })),
          },
          say(lang, "none"),
        ),
      ),
      rows,
    );

  const byKind = tally(model.nodes.values(), (node) => node.kind);
  const byClass = tally(model.nodes.values(), (node) => node.class);
  const kinds = KINDS.filter((kind) => byKind.has(kind));
  const kindRows = kinds.map((kind) => {
    const classes = [...byClass]
      .filter(([id]) => (model.classes.get(id)?.kind ?? "Other") === kind)
      .sort((a, b) => b[1] - a[1]);
    const own = classes.find(([id]) => id === `kg:${kind}`);
    const label =
      own || classes.length === 1
        ? className(model, own?.[0] ?? classes[0][0], lang)
        : kindName(model, kind, lang);
    const inner =
      classes.length > 1
        ? h(
            "div",
            { class: "classes", hidden: true },
            classes.map(([id, count]) => check("hideClasses", id, className(model, id, lang), null, count)),
          )
        : null;
    const row = check("hideKinds", kind, label, kindIcon(kind, theme), byKind.get(kind));
    const more =
      inner &&
      h(
        "button",
        {
          type: "button",
          class: "unfold",
          "aria-expanded": "false",
          "aria-label": say(lang, "classesOf", label),
          onclick: () => {
            inner.hidden = !inner.hidden;
            more.setAttribute("aria-expanded", String(!inner.hidden));
          },
        },
        "▸",
      );
    return [h("div", { class: "kind" }, row, more), inner];
  });

  const facts = [...model.facts.values()];
  const byMode = tally(facts.flatMap(mannersOf), (mode) => mode);
  const contested = facts.filter((fact) => fact.contested).length;
  const besides = facts.filter((fact) => fact.besides).length;
  const more = Object.entries({ contested, besides }).filter(([, count]) => count);
  const counted = [...MODES.map((mode) => [mode, byMode.get(mode)]).filter(([, count]) => count), ...more];
  const modes = counted.map(([mode]) => mode);
  const modeRows = counted.map(([mode, count]) =>
    check(
      "hideModes",
      mode,
      say(lang, mode),
      mode === "besides" ? h("span", { class: "blank" }) : lineIcon(mode, mode === "contested", theme),
      count,
    ),
  );

  const byVerb = [...tally(facts, (fact) => fact.property)].sort(
    (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1),
  );
  const verbRows = byVerb.map(([id, count]) => check("hideVerbs", id, verbOf(model, id, lang), null, count));

  const toggles = ["verbNames:verbs", "communities:communities"]
    .filter(
      (pair) =>
        !pair.startsWith("communities") ||
        [...model.nodes.values()].some((node) => node.community !== undefined),
    )
    .map((pair) => {
      const [word, key] = pair.split(":");
      const input = h("input", { type: "checkbox", onchange: () => set(() => ({ [key]: input.checked })) });
      boxes.push({ key, input, plain: true });
      return h("label", null, input, h("span", { class: "label" }, say(lang, word)));
    });

  const word = (key, run) => h("button", { type: "button", onclick: run }, say(lang, key));
  element.replaceChildren(
    h(
      "p",
      { class: "phone head" },
      word("close", act.drawer),
      word("overview", act.overview),
      word("undo", act.undo),
      word("theme", act.theme),
      word("language", act.language),
    ),
    section("who", "hideKinds", kinds, true, kindRows),
    section("how", "hideModes", modes, true, modeRows),
    section(
      "verbs",
      "hideVerbs",
      byVerb.map(([id]) => id),
      false,
      verbRows,
    ),
    h(
      "details",
      { open: true },
      h("summary", null, say(lang, "display")),
      toggles,
      h("p", { class: "reset" }, word("reset", act.reset)),
    ),
  );
  return (state) => {
    for (const { list, key, input, plain } of boxes)
      input.checked = plain ? state[key] : !state[list].includes(key);
  };
}

function kindName(model, kind, lang) {
  const id = `kg:${kind}`;
  return model.classes.has(id) ? className(model, id, lang) : say(lang, `kind${kind}`);
}
