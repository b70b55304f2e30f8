// What is shown as CSV and as Turtle. Pure text.

import { fullIri, modeOf, nameOf, sourcesOf, verbOf } from "./model.js";

/** Returns a cell of CSV; text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Returns facts as CSV, a row for each piece of evidence. */
export function csvOf(model, facts, lang) {
  const rows = [
    [
      "subject",
      "verb",
      "object",
      "qualifiers",
      "status",
      "contested",
      "rule",
      "source",
      "authors",
      "date",
      "speakers",
      "locator",
      "rank",
      "note",
      "statement",
    ],
  ];
  for (const fact of facts) {
    const what = [
      nameOf(model, fact.subject, lang),
      verbOf(model, fact.property, lang),
      fact.object === null ? fact.value : nameOf(model, fact.object, lang),
      fact.qualifiers.map(([property, text]) => `${verbOf(model, property, lang)}: ${text}`).join("; "),
    ];
    const evidence = fact.evidence.map((index) => model.evidence[index]);
    for (const item of evidence.length ? evidence : [null]) {
      const document = item && (model.documents.get(item.source) ?? { label: item.source });
      rows.push([
        ...what,
        item ? (item.status ?? "asserted") : modeOf(fact),
        fact.contested ? "yes" : "",
        fact.rule,
        document?.label ?? "",
        (document?.authors ?? []).join("; "),
        document?.date ?? "",
        (item?.speakers ?? []).join(" < "),
        item?.locator ?? "",
        item?.rank ?? "",
        item?.note ?? "",
        fullIri(model, fact.id),
      ]);
    }
  }
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

const PREFIXES = {
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  prov: "http://www.w3.org/ns/prov#",
};

function quoted(text) {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}"`;
}

/** Returns an IRI between angle brackets, with what may not stand there escaped. */
export function turtleIri(iri) {
  return `<${iri.replace(/[\u0000-\u0020<>"{}|\\^`]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)}>`;
}

/** Returns facts as Turtle: each statement with its evidence, and the plain triple where it is plainly asserted. */
export function turtleOf(model, facts) {
  const iri = (id) => turtleIri(fullIri(model, id));
  const property = (id) => (/^kg:[A-Za-z_][\w-]*$/.test(id) ? id : iri(id));
  const out = [
    `@prefix kg: ${turtleIri(model.terms)} .`,
    ...Object.entries(PREFIXES).map(([name, value]) => `@prefix ${name}: <${value}> .`),
    "",
  ];
  const entities = new Set();
  const evidence = new Set();
  for (const fact of facts) {
    const object = fact.object === null ? fact.term || quoted(fact.value) : iri(fact.object);
    for (const end of [fact.subject, fact.object]) if (end !== null) entities.add(end);
    const stands = fact.evidence.some(
      (index) => !model.evidence[index].status && model.evidence[index].rank !== "deprecated",
    );
    const subject = iri(fact.about || fact.subject);
    const plain = ["inferred", "given"].includes(modeOf(fact)); // no source states it
    const why = fact.given ? "given, no source" : `inferred: ${fact.rule.replace(/\s/g, " ")}`;
    if (stands || plain)
      out.push(`${subject} ${property(fact.property)} ${object} .${stands ? "" : ` # ${why}`}`);
    if (plain) continue;
    const lines = [
      "a kg:Statement",
      `rdf:subject ${subject}`,
      `rdf:predicate ${property(fact.property)}`,
      `rdf:object ${object}`,
    ];
    for (const [qualifier, text, entity, term] of fact.qualifiers)
      lines.push(`${property(qualifier)} ${entity ? iri(entity) : term || quoted(text)}`);
    for (const index of fact.evidence) {
      evidence.add(index);
      lines.push(`kg:evidence ${iri(model.evidence[index].id)}`);
    }
    out.push(`${iri(fact.id)} ${lines.join(" ;\n    ")} .`);
  }
  for (const index of [...evidence].sort((a, b) => a - b))
    out.push(evidenceTurtle(model.evidence[index], iri));
  for (const id of [...entities].sort()) {
    const node = model.nodes.get(id);
    out.push(`${iri(id)} a ${property(node.class)} ; rdfs:label ${quoted(node.label)} .`);
  }
  return `${out.join("\n")}\n`;
}

function evidenceTurtle(item, iri) {
  const lines = [
    "a kg:Evidence",
    `prov:hadPrimarySource ${iri(item.source)}`,
    `kg:status kg:${item.status ?? "asserted"}`,
  ];
  if (item.rank) lines.push(`kg:rank kg:${item.rank}`);
  (item.who ?? []).forEach((speaker, i) =>
    lines.push(`${i ? "kg:relayedBy" : "kg:speaker"} ${iri(speaker)}`),
  );
  if (item.note) lines.push(`kg:note ${quoted(item.note)}`);
  if (item.locator) lines.push(`rdfs:comment ${quoted(item.locator)}`);
  return `${iri(item.id)} ${lines.join(" ;\n    ")} .`;
}

/** Returns the documents of facts in one line, for the foot of a picture. */
export function originOf(model, facts) {
  const labels = new Set(facts.flatMap((fact) => sourcesOf(model, fact).map((document) => document.label)));
  return [...labels].sort().join("; ");
}
