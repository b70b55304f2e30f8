// The facts over which sources differ, each with all its sides in one row.

import { mannerPills, qualifierLine, sourceLine } from "./cards.js";
import { h, isolate } from "./dom.js";
import { MODES, detailTexts, isCalm, mannersOf, nameOf, objectOf, sentenceOf, verbOf } from "./model.js";
import { factFilter } from "./visible.js";
import { say } from "./words.js";

const AT_FIRST = 8;
const SIDES = 3;

/** Returns the facts over which sources differ, a row for each question; null where there is none. */
export function disagreements(context) {
  const { model, lang, state } = context;
  const passes = factFilter(state);
  const seen = new Set();
  const leading = [...model.facts.values()].filter((fact) => {
    if (!fact.contested || !passes(fact) || seen.has(fact.id)) return false;
    for (const [id] of fact.rivals) seen.add(id);
    return true;
  });
  if (!leading.length) return null;
  const row = (fact) => disputeRow(context, fact);
  const rest = h(
    "button",
    {
      type: "button",
      class: "more",
      onclick: () => {
        rows.append(...leading.slice(AT_FIRST).map(row));
        rest.remove();
      },
    },
    say(lang, "more", leading.length - AT_FIRST),
  );
  const rows = h("div", { class: "rows" }, leading.slice(0, AT_FIRST).map(row));
  return [
    h("h3", null, say(lang, "contestedFacts"), " ", h("span", { class: "count" }, String(leading.length))),
    rows,
    leading.length > AT_FIRST ? rest : null,
  ];
}

/** Returns a row for the question of a fact: the values that differ, or the manners in which one is said. */
function disputeRow(context, fact) {
  const { model, lang, go } = context;
  const { facts, lead, sides, rest } = sidesOf(model, fact, lang);
  const evidence = [...new Set(facts.flatMap((other) => other.evidence))];
  const shared = fact.qualifiers.filter(([name, text]) =>
    facts.every((other) => other.qualifiers.some(([n, t]) => n === name && t === text)),
  );
  const between = (parts) => parts.flatMap((part, i) => (i ? [h("span", { class: "versus" }, " ↔ "), part] : [part]));
  const value = (text) => (lead ? h("b", null, isolate(text)) : isolate(text));
  const what =
    sides.length > 1
      ? between(sides.map(({ text, manners }) => h("span", null, value(text), " ", mannerPills(manners, lang))))
      : value(sides[0].text);
  const manners = sides.length > 1 ? [] : sides[0].manners;
  const pill = (mode) => h("span", { class: `pill ${mode}` }, say(lang, mode));
  return h(
    "button",
    { type: "button", class: "row", onclick: () => go({ fact: fact.id }) },
    h(
      "span",
      { class: "what" },
      lead ? [isolate(lead), " "] : null,
      what,
      rest ? h("span", { class: "soft" }, ` +${rest}`) : null,
      qualifierLine(context, { ...fact, qualifiers: shared }),
      manners.length > 1 || !manners.includes("asserted") ? [" ", between(manners.map(pill))] : null,
    ),
    h("span", { class: "where" }, sourceLine(context, { ...fact, evidence })),
  );
}

/**
 * Returns what sources say on the question of a fact: {facts, lead, sides, rest}. `sides` are what differs, each once,
 * {text, manners}, at most three; `rest` says how many more there are. One alone is said in several manners. `lead` is what
 * stands before them: the fact but for that in which they differ; "" where each is a fact of its own.
 */
export function sidesOf(model, fact, lang) {
  const rivals = fact.rivals.filter(([, kind]) => !isCalm(kind)).map(([id]) => model.facts.get(id));
  const all = [fact, ...rivals.filter(Boolean)];
  const alike = all.filter((other) => other.subject === fact.subject && other.property === fact.property);
  const facts = alike.length > 1 ? alike : all;
  const [lead, textOf] = differing(model, fact, facts, lang);
  const found = new Map();
  for (const other of facts) {
    const text = textOf(other);
    found.set(text, [...(found.get(text) ?? []), ...mannersOf(other)]);
  }
  const sides = [...found].map(([text, manners]) => ({
    text,
    manners: MODES.filter((mode) => manners.includes(mode)),
  }));
  const most = lead ? SIDES : 2; // sentences are long
  return { facts, lead, sides: sides.slice(0, most), rest: Math.max(0, sides.length - most) };
}

/** Returns what stands before that in which facts differ, and a function that gives the words for this. */
function differing(model, fact, facts, lang) {
  const object = (other) => objectOf(model, other, lang);
  const words = (other, names) =>
    detailTexts(model, other, lang)
      .filter((_, i) => names.includes(other.qualifiers[i][0]))
      .map(([verb, text]) => `${verb} ${text}`);
  const valueOf = (other, name) => other.qualifiers.find(([own]) => own === name)?.[1];
  const differs = (name) => facts.some((other) => valueOf(other, name) !== valueOf(fact, name));
  if (fact.sentence || facts.some((other) => other.subject !== fact.subject || other.property !== fact.property)) {
    const figures = (other) =>
      other.qualifiers.filter(([name, text]) => differs(name) && /\d/.test(text)).map(([name]) => name);
    const sentence = (other) =>
      other === fact || other.sentence || other.subject !== fact.subject
        ? sentenceOf(model, other, lang)
        : `${verbOf(model, other.property, lang)} ${objectOf(model, other, lang)}`;
    return ["", (other) => [sentence(other), ...words(other, figures(other))].join(" · ")];
  }
  const names = fact.qualifiers.map(([name]) => name);
  const both = names.filter((name) => differs(name) && facts.every((other) => valueOf(other, name) !== undefined));
  const subject = `${nameOf(model, fact.subject, lang)} ${verbOf(model, fact.property, lang)}`;
  if (!both.length || facts.some((other) => object(other) !== object(fact))) return [subject, object];
  const told = `${subject} ${object(fact)} ·`;
  if (both.length > 1) return [told, (other) => words(other, both).join(" · ")];
  const place = (other) => other.qualifiers.findIndex(([name]) => name === both[0]);
  return [`${told} ${verbOf(model, both[0], lang)}`, (other) => detailTexts(model, other, lang)[place(other)][1]];
}
