// A fact and its evidence as elements: who says it, where, how, and what stands against it.

import { h, isolate, link, safeAddress } from "./dom.js";
import {
  detailTexts,
  isCalm,
  mannersOf,
  nameOf,
  objectOf,
  sentenceOf,
  sourcesOf,
  valueOf,
  verbOf,
} from "./model.js";
import { spanText } from "./time.js";
import { hasWords, say } from "./words.js";

/** Returns small marks with the manners of saying, none for what is plainly asserted, and whether it is contested. */
export function pills(fact, lang) {
  return [
    mannerPills(mannersOf(fact), lang),
    fact.contested ? [" ", h("span", { class: "pill contested" }, say(lang, "contested"))] : null,
  ];
}

/** Returns a small mark for each manner of saying; none where all just assert it. */
export function mannerPills(manners, lang) {
  if (manners.every((mode) => mode === "asserted")) return null;
  return manners.map((mode, i) => [i ? " " : "", h("span", { class: `pill ${mode}` }, say(lang, mode))]);
}

/** Returns a button that leads to an entity. */
export function entityButton(context, id) {
  const { model, lang, go } = context;
  const name = nameOf(model, id, lang);
  return h("button", { type: "button", class: "name", onclick: () => go({ node: id }) }, isolate(name));
}

/** Returns a fact in one or two lines, as a button: as seen from an entity, or as a whole sentence. */
export function factRow(context, fact, from = null) {
  const { model, lang, go } = context;
  const verb = h("span", { class: "verb" }, verbOf(model, fact.property, lang));
  const object = objectOf(model, fact, lang);
  let text = isolate(sentenceOf(model, fact, lang));
  if (!fact.sentence && from === fact.subject) text = [verb, " ", h("b", null, isolate(object))];
  else if (!fact.sentence && from === fact.object)
    text = [h("b", null, isolate(nameOf(model, fact.subject, lang))), " ", verb, " ", isolate(object)];
  const then = context.then?.get(fact.id);
  return h(
    "button",
    { type: "button", class: "row", onclick: () => go({ fact: fact.id }) },
    h(
      "span",
      { class: "what" },
      text,
      qualifierLine(context, fact),
      " ",
      pills(fact, lang),
      then ? h("span", { class: `pill then ${then}` }, say(lang, then)) : null,
    ),
    h("span", { class: "where" }, sourceLine(context, fact)),
  );
}

/** Returns the rule behind an inferred fact, by name where it has one; or that a query or graph just gives it. */
export function ruleText(fact, lang) {
  if (fact.given) return say(lang, "given");
  return fact.rule === "rule" ? say(lang, "byRule") : `${say(lang, "rule")}: ${fact.rule}`;
}

/** Returns the details of a fact in one line. */
export function qualifierLine({ model, lang }, fact) {
  const parts = detailTexts(model, fact, lang).map(([verb, text]) => [" · ", verb, " ", isolate(text)]);
  return parts.length ? h("span", { class: "soft" }, parts) : null;
}

/** Returns who says so in one line: speakers and documents. */
export function sourceLine({ model, lang }, fact) {
  if (!fact.evidence.length) return ruleText(fact, lang);
  const found = sourcesOf(model, fact).map((document) => {
    const speakers = fact.evidence
      .map((index) => model.evidence[index])
      .filter((item) => item.source === document.id && item.speakers?.length);
    const who = speakers.length ? `${speakers[0].speakers[0]} · ` : "";
    return `${who}${document.label}`;
  });
  const rest = found.length - 2;
  return found.slice(0, 2).join("; ") + (rest > 0 ? `; +${rest}` : "");
}

/** Returns a whole fact: sentence, details, evidence, rivals. */
export function factCard(context, fact) {
  const { lang } = context;
  return h(
    "article",
    { class: "fact" },
    h("h2", { tabindex: "-1" }, sentence(context, fact), " ", pills(fact, lang)),
    details(context, fact),
    evidenceBlock(context, fact),
    rivalBlock(context, fact),
  );
}

function sentence(context, fact) {
  const { model, lang } = context;
  if (fact.sentence) return isolate(fact.sentence);
  const object =
    fact.object === null ? h("b", null, isolate(objectOf(model, fact, lang))) : entityButton(context, fact.object);
  return [entityButton(context, fact.subject), " ", verbOf(model, fact.property, lang), " ", object];
}

function details(context, fact) {
  const { model, lang } = context;
  const rows = detailTexts(model, fact, lang).map(([verb, text, entity]) => [
    verb,
    entity ? entityButton(context, entity) : isolate(text),
  ]);
  const between = (a, b) => say(lang, "between", a, b);
  const [begin, end] = [
    spanText(fact.bounds[0], fact.bounds[1], between),
    spanText(fact.bounds[2], fact.bounds[3], between),
  ];
  if (fact.qualifiers.some(([, text]) => text === begin || text === end)) return detailRows(rows);
  if (begin && begin === end) rows.push([say(lang, "when"), begin]);
  else if (begin || end) {
    rows.push([
      say(lang, "when"),
      [begin && `${say(lang, "began")} ${begin}`, end && `${say(lang, "ended")} ${end}`]
        .filter(Boolean)
        .join("; "),
    ]);
  }
  return detailRows(rows);
}

function detailRows(rows) {
  return rows.length
    ? h(
        "dl",
        { class: "details" },
        rows.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
      )
    : null;
}

/** Returns the evidence; where one source says so and another denies it, the two sides stand side by side. */
function evidenceBlock(context, fact) {
  const { model, lang } = context;
  const heading = h("h3", null, say(lang, "whoSays"));
  if (!fact.evidence.length)
    return [
      heading,
      h("p", { class: "note" }, say(lang, fact.given ? (model.query ? "givenByQuery" : "givenByGraph") : "nobody")),
      fact.given || fact.rule === "rule" ? null : h("p", null, ruleText(fact, lang)),
    ];
  const sides = new Map();
  for (const index of fact.evidence) {
    const item = model.evidence[index];
    const status = item.status ?? "asserted";
    if (!sides.has(status)) sides.set(status, []);
    sides.get(status).push(evidenceCard(context, item));
  }
  const columns = [...sides].map(([status, cards]) =>
    h(
      "div",
      { class: "side" },
      sides.size > 1 || status !== "asserted"
        ? h("h4", { class: `pill ${status}` }, say(lang, status))
        : null,
      cards,
    ),
  );
  return [heading, h("div", { class: sides.size > 1 ? "sides" : "" }, columns)];
}

function evidenceCard(context, item) {
  const { model, lang } = context;
  const document = model.documents.get(item.source) ?? { label: item.source };
  const chain = (item.speakers ?? []).map((name, i) => [
    i ? h("span", { class: "soft" }, ` ${say(lang, "relayedBy")} `) : null,
    h("b", null, isolate(name)),
  ]);
  return h(
    "div",
    { class: `evidence ${item.rank === "deprecated" ? "deprecated" : ""}` },
    chain.length ? h("p", { class: "speakers" }, chain) : null,
    h(
      "p",
      { class: "document" },
      model.nodes.has(item.source) ? entityButton(context, item.source) : isolate(document.label),
    ),
    h("p", { class: "soft" }, byline(document, lang)),
    passage(document, item, lang),
    passagePlace(document, item, lang),
    item.rank
      ? h("p", null, h("span", { class: "pill" }, `${say(lang, "rank")}: ${say(lang, item.rank)}`))
      : null,
    item.note ? h("p", { class: "note" }, isolate(item.note)) : null,
  );
}

/** Returns who wrote a document and when; one that only says when it was posted is dated by that. */
export function byline(document, lang) {
  if (document.dataset) return say(lang, "makers");
  const authors = document.authors?.length ? document.authors.join(", ") : say(lang, "unsigned");
  const posted = document.posted ? say(lang, "postedOn", document.posted) : "";
  const when = [document.date, posted].filter(Boolean).join(", ") || say(lang, "undatedDocument");
  return [isolate(authors), ", ", when];
}

/** Returns where a passage stands: its own lines or characters where they are known, else those of its document. */
function passagePlace(document, item, lang) {
  const [first, last] = item.chars ?? [];
  const own = item.place
    ? linesText(item.place, lang)
    : last
      ? say(lang, "characters", first + 1, last)
      : document.lines && say(lang, "documentLines", document.lines);
  if (!own && !document.file) return null;
  const where = [own, document.file && isolate(document.file)].filter(Boolean);
  return h("p", { class: "soft place" }, where.length > 1 ? [where[0], ` ${say(lang, "of")} `, where[1]] : where);
}

/** Returns lines in words. */
export function linesText(lines, lang) {
  return say(lang, /^\d+$/.test(lines) ? "line" : "lines", lines);
}

function passage(document, item, lang) {
  if (!item.locator && !document.url) return null;
  const text = item.passage || item.quote || item.locator;
  const address = document.url ? deepLink(document.url, item.fragment) : "";
  const shown = isolate(text ? `“${text}”` : document.url);
  return h("blockquote", { class: item.passage ? "whole" : null }, safeAddress(address) ? link(address, [shown, " ↗"]) : shown);
}

/** Returns the address of a passage in a document: text fragments come after the page's own fragment. */
export function deepLink(address, fragment) {
  if (!fragment) return address;
  return address.includes("#") ? `${address}${fragment}` : `${address}#${fragment}`;
}

/** Returns this fact and those that differ from it side by side, each with the kind of its difference, doubtful ones first. */
function rivalBlock(context, fact) {
  const { model, lang } = context;
  if (!fact.rivals.length) return null;
  const rows = fact.rivals.map(([id, kind]) => ({
    kind,
    other: model.facts.get(id),
    name: nameOf(model, id, lang),
  }));
  rows.sort((a, b) => isCalm(a.kind) - isCalm(b.kind));
  const facts = [fact, ...rows.map((row) => row.other).filter(Boolean)];
  const cards = rows.map(({ kind, other, name }) => {
    const mark = h("span", { class: `pill ${isCalm(kind) ? "" : "contested"}` }, kindWords(lang, kind));
    return other
      ? rival(context, other, facts, mark)
      : h("div", { class: "side" }, mark, h("p", { class: "value" }, isolate(name)));
  });
  const heading = say(lang, rows.every(({ kind }) => isCalm(kind)) ? "beside" : "rivals");
  const own = rival(context, fact, facts, h("span", { class: "soft" }, say(lang, "thisFact")));
  own.classList.add("own");
  return [h("h3", null, heading), h("div", { class: "sides" }, own, cards)];
}

/** Returns the words for a kind of difference, or the kind as the graph has it. */
function kindWords(lang, kind) {
  return hasWords(`difference ${kind}`) ? say(lang, `difference ${kind}`) : kind;
}

function rival(context, fact, facts, mark) {
  const { model, lang, go } = context;
  const what = isolate(difference(context, fact, facts));
  return h(
    "div",
    { class: "side" },
    h("p", null, mark, " ", mannerPills(mannersOf(fact), lang)),
    h(
      "p",
      { class: "value" },
      fact === facts[0]
        ? h("b", null, what)
        : h("button", { type: "button", class: "name", onclick: () => go({ fact: fact.id }) }, what),
    ),
    sourcesOf(model, fact).map((document) => {
      const speakers = speakersOf(model, fact, document.id);
      return h("p", { class: "soft" }, speakers, isolate(document.label), ", ", byline(document, lang));
    }),
  );
}

/** Returns what sets a fact apart from others on one question: its value and details, after its sentence where that differs. */
function difference({ model, lang }, fact, against) {
  const alike = against.every(
    (other) =>
      other.subject === fact.subject && other.property === fact.property && other.object === fact.object,
  );
  const details = fact.qualifiers.filter(
    ([property, text]) =>
      !against.every((other) => other.qualifiers.some(([p, t]) => p === property && t === text)),
  );
  const parts = details.map(
    ([property, text, , term]) => `${verbOf(model, property, lang)} ${valueOf(model, text, term, lang)}`,
  );
  if (!alike || fact.sentence) parts.unshift(sentenceOf(model, fact, lang));
  else if (fact.object === null) parts.unshift(objectOf(model, fact, lang));
  return parts.join(" · ") || sentenceOf(model, fact, lang);
}

function speakersOf(model, fact, source) {
  const found = fact.evidence
    .map((index) => model.evidence[index])
    .find((item) => item.source === source && item.speakers?.length);
  return found ? [h("b", null, isolate(found.speakers.join(" ‹ "))), " · "] : null;
}
