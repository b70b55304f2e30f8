// The data of the page, indexed. Knows nothing of how it is drawn.

export const MODES = ["asserted", "alleged", "predicted", "threatened", "denied", "deprecated", "inferred", "given"];
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
    about: raw.about ?? "",
    given: raw.given ?? false,
    besides: raw.besides ?? false,
    denied: false,
  };
}

/**
 * Returns the model: maps of nodes and facts by id, the lines among the facts, each node's facts (`around`), and those in
 * which it is a detail (`mentions`): the election in which somebody lost.
 */
export function readModel(raw) {
  const model = {
    title: raw.title,
    dataset: raw.dataset ?? "",
    query: raw.query ?? null,
    base: raw.base,
    terms: raw.terms,
    opening: raw.opening,
    aside: new Set(raw.aside),
    classes: new Map(Object.entries(raw.classes)),
    properties: new Map(Object.entries(raw.properties)),
    documents: new Map(Object.entries(raw.documents)),
    dates: new Map(Object.entries(raw.dates)),
    evidence: raw.evidence,
    nodes: new Map(),
    facts: new Map(),
    lines: [],
    around: new Map(),
    mentions: new Map(),
  };
  put(model, raw);
  return model;
}

/** Puts more entities and facts into the model, as `readModel` takes them; what it has already stays as it is. */
export function enlarge(model, raw) {
  for (const table of ["classes", "properties", "documents", "dates"])
    for (const [id, row] of Object.entries(raw[table])) if (!model[table].has(id)) model[table].set(id, row);
  const start = model.evidence.length;
  model.evidence.push(...raw.evidence);
  const moved = (fact) => ({ ...fact, evidence: (fact.evidence ?? []).map((index) => start + index) });
  put(model, {
    nodes: raw.nodes.map((node) => ({ ...node, facts: (node.facts ?? []).map(moved) })),
    edges: raw.edges.map(moved),
  });
}

function put(model, { nodes, edges }) {
  const added = [];
  const add = (fact) => {
    if (model.facts.has(fact.id)) return;
    addFact(model, fact);
    added.push(fact);
  };
  for (const node of nodes) {
    if (model.nodes.has(node.id)) continue;
    const kind = model.classes.get(node.class)?.kind ?? "Other";
    model.nodes.set(node.id, { names: {}, aliases: [], ...node, kind });
    model.around.set(node.id, []);
  }
  for (const node of nodes) for (const fact of node.facts ?? []) add(readFact(fact, node.id, null));
  for (const edge of edges) add(readFact(edge, edge.from, edge.to));
  for (const node of model.nodes.values()) node.degree = model.around.get(node.id).length;
  for (const fact of added)
    for (const id of detailsOf(model, fact)) {
      if (!model.mentions.has(id)) model.mentions.set(id, []);
      model.mentions.get(id).push(fact);
    }
}

/** Returns the entities that are only details of a fact, each once. */
export function detailsOf(model, fact) {
  const ids = new Set(fact.qualifiers.map(([, , entity]) => entity).filter((id) => model.nodes.has(id)));
  ids.delete(fact.subject);
  ids.delete(fact.object);
  return [...ids];
}

function addFact(model, fact) {
  fact.denied = fact.status !== "denied" && fact.evidence.some((index) => model.evidence[index].status === "denied");
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

/** Returns how a fact is said: its status; where no source says it, `inferred`, or `given` by a query or a bare graph. */
export function modeOf(fact) {
  if (fact.given) return "given";
  return fact.rule && !fact.evidence.length ? "inferred" : fact.status;
}

/** Returns the manners in which a fact is said: the strongest, and `denied` where some source denies what others say. */
export function mannersOf(fact) {
  return fact.denied ? [modeOf(fact), "denied"] : [modeOf(fact)];
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

/** Returns a value as one reads it: a date that has signs of EDTF in words. */
export function valueOf(model, text, term, lang) {
  return model.dates.get(term)?.[lang] ?? text;
}

/** Returns the object of a fact in words. */
export function objectOf(model, fact, lang) {
  return fact.object === null
    ? valueOf(model, fact.value, fact.term, lang)
    : nameOf(model, fact.object, lang);
}

/** Returns a fact as one sentence. */
export function sentenceOf(model, fact, lang) {
  if (fact.sentence) return fact.sentence;
  return `${nameOf(model, fact.subject, lang)} ${verbOf(model, fact.property, lang)} ${objectOf(model, fact, lang)}`;
}

/** Returns the documents that back a fact, each once, in order. */
export function sourcesOf(model, fact) {
  const ids = new Set(fact.evidence.map((index) => model.evidence[index].source));
  return [...ids].map((id) => ({ id, ...(model.documents.get(id) ?? { label: id }) }));
}

/** Returns a fact with its details as one text, to search in. */
export function textOfFact(model, fact, lang) {
  const details = detailTexts(model, fact, lang).map(([verb, text]) => `${verb} ${text}`);
  return [sentenceOf(model, fact, lang), ...details].join(" ");
}

/** Returns the documents that back facts; the project itself, whose makers add some, is none. */
export function realDocuments(model) {
  return [...model.documents.values()].filter((document) => !document.dataset);
}

/** Returns the first and last day on which documents were published or posted, [] where none has a date. */
export function datesOf(documents) {
  const days = documents
    .flatMap((document) => [document.date, document.posted])
    .filter(Boolean)
    .sort();
  return [...new Set([days[0], days.at(-1)])].filter(Boolean);
}

/** Returns the details of a fact in words: [verb, text, entity or ""]. */
export function detailTexts(model, fact, lang) {
  return fact.qualifiers.map(([property, text, entity, term]) => {
    const known = entity && model.nodes.has(entity);
    const said = known ? nameOf(model, entity, lang) : valueOf(model, text, term, lang);
    return [verbOf(model, property, lang), said, known ? entity : ""];
  });
}

/** Returns the whole IRI of a shortened one. */
export function fullIri(model, id) {
  if (id.startsWith("kg:")) return model.terms + id.slice(3);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(id) ? id : model.base + id;
}
