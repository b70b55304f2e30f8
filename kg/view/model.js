// The data of the page, indexed. Knows nothing of how it is drawn.

export const MODES = ["asserted", "alleged", "predicted", "threatened", "denied", "inferred"];
export const KINDS = [
  "Person",
  "Party",
  "Organization",
  "Group",
  "Office",
  "Place",
  "Event",
  "Other",
  "Document",
  "Topic",
];

function readFact(raw, subject, object) {
  return {
    id: raw.id,
    subject,
    object,
    value: raw.value ?? "",
    term: raw.term ?? "",
    property: raw.property,
    sentence: raw.sentence ?? "",
    qualifiers: raw.qualifiers ?? [],
    status: raw.status ?? "asserted",
    contested: raw.contested ?? false,
    rivals: raw.rivals ?? [],
    rule: raw.rule ?? "",
    bounds: raw.bounds ?? [null, null, null, null],
    evidence: raw.evidence ?? [],
  };
}

/** Returns the model: maps of nodes and facts by id, the lines among the facts, and each node's facts. */
export function readModel(raw) {
  const model = {
    title: raw.title,
    base: raw.base,
    terms: raw.terms,
    opening: raw.opening,
    aside: new Set(raw.aside),
    classes: new Map(Object.entries(raw.classes)),
    properties: new Map(Object.entries(raw.properties)),
    documents: new Map(Object.entries(raw.documents)),
    evidence: raw.evidence,
    nodes: new Map(),
    facts: new Map(),
    lines: [],
    around: new Map(),
  };
  for (const node of raw.nodes) {
    const kind = model.classes.get(node.class)?.kind ?? "Other";
    model.nodes.set(node.id, { names: {}, aliases: [], ...node, kind });
    model.around.set(node.id, []);
    for (const fact of node.facts ?? []) addFact(model, readFact(fact, node.id, null));
  }
  for (const edge of raw.edges) addFact(model, readFact(edge, edge.from, edge.to));
  for (const node of model.nodes.values()) node.degree = model.around.get(node.id).length;
  return model;
}

function addFact(model, fact) {
  model.facts.set(fact.id, fact);
  if (fact.object === null) {
    const node = model.nodes.get(fact.subject);
    (node.values ??= []).push(fact);
    return;
  }
  model.lines.push(fact);
  model.around.get(fact.subject).push(fact);
  if (fact.object !== fact.subject) model.around.get(fact.object).push(fact);
}

/** Returns how a fact is said: its status, or `inferred` where no source says it. */
export function modeOf(fact) {
  return fact.rule && !fact.evidence.length ? "inferred" : fact.status;
}

const CALM = [
  "agrees",
  "agrees within stated precision",
  "different scope",
  "different count stage",
  "succession in time",
];
const ALIKE = ["agrees", "agrees within stated precision", "succession in time"];

/** Says whether two facts that differ in this way can both be true. */
export function isCalm(kind) {
  return CALM.includes(kind);
}

/** Says whether sources differ over a fact in any way worth a look. */
export function isDisputed(fact) {
  return fact.contested || fact.rivals.some(([, kind]) => !ALIKE.includes(kind));
}

/** Returns the name of an entity in a language; the class stands in where it has none. */
export function nameOf(model, id, lang) {
  const node = model.nodes.get(id);
  if (!node) return id;
  return (lang === "en" ? node.names.en : node.names[lang]) ?? node.label;
}

/** Returns the label of a class. */
export function className(model, id, lang) {
  return model.classes.get(id)?.[lang] || id.replace(/^kg:/, "");
}

/** Returns the label of a property. */
export function verbOf(model, property, lang) {
  return model.properties.get(property)?.[lang] || property.replace(/^kg:/, "");
}

/** Returns a fact as one sentence. */
export function sentenceOf(model, fact, lang) {
  if (fact.sentence) return fact.sentence;
  const object = fact.object === null ? fact.value : nameOf(model, fact.object, lang);
  return `${nameOf(model, fact.subject, lang)} ${verbOf(model, fact.property, lang)} ${object}`;
}

/** Returns the documents that back a fact, each once, in order. */
export function sourcesOf(model, fact) {
  const ids = new Set(fact.evidence.map((index) => model.evidence[index].source));
  return [...ids].map((id) => ({ id, ...(model.documents.get(id) ?? { label: id }) }));
}

/** Returns the whole IRI of a shortened one. */
export function fullIri(model, id) {
  if (id.startsWith("kg:")) return model.terms + id.slice(3);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(id) ? id : model.base + id;
}
