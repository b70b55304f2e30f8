// The query engine of a static site, in a worker: loads the graph once, answers one question after the other.
import init, { Store, namedNode } from "./vendor/oxigraph.js";

const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";
const TYPE = { uri: "iri", literal: "literal", bnode: "blank" };

let about = null;
let opened = null;

async function open() {
  await init({ module_or_path: new URL("vendor/oxigraph.wasm", import.meta.url) });
  const response = await fetch(about.graph);
  if (!response.ok) throw new Error(`the graph is not there (${response.status})`);
  const store = new Store();
  store.load(new Uint8Array(await response.arrayBuffer()), { format: "application/n-quads", no_transaction: true, lenient: true });
  return store;
}

/** Returns an IRI as people read it: its label, else its prefixed name. */
function labelOf(store, iri) {
  const labels = new Map(store.match(namedNode(iri), namedNode(LABEL), null, null).map((quad) => [quad.object.language ?? "", quad.object.value]));
  for (const wanted of [about.lang, "", "en", ...[...labels.keys()].sort()]) if (labels.has(wanted)) return labels.get(wanted);
  return shortOf(iri);
}

function shortOf(iri) {
  const fitting = Object.entries(about.prefixes).filter(([, space]) => iri.startsWith(space) && iri.length > space.length);
  if (!fitting.length) return iri;
  const [prefix, space] = fitting.reduce((best, one) => (one[1].length > best[1].length ? one : best));
  return `${prefix}:${iri.slice(space.length)}`;
}

function cellOf(store, kind, value, language, datatype) {
  if (kind === "iri") return { text: labelOf(store, value), iri: value, name: shortOf(value) };
  if (kind === "blank") return { text: `_:${value}` };
  return language ? { text: value, language } : { text: value, datatype };
}

const ofTerm = (store, term) =>
  term.termType === "NamedNode" ? cellOf(store, "iri", term.value)
  : term.termType === "BlankNode" ? cellOf(store, "blank", term.value)
  : term.termType === "Literal" ? cellOf(store, "literal", term.value, term.language, term.datatype.value)
  : { text: term.toString() };

const ofJson = (store, one) =>
  one === undefined ? null
  : TYPE[one.type] ? cellOf(store, TYPE[one.type], one.value, one["xml:lang"], one.datatype)
  : { text: JSON.stringify(one.value) };

/** Returns the form of a query by its first word after what it declares. */
function formOf(text) {
  const bare = text.replace(/<[^<>"{}|^`\\\s]*>|#[^\r\n]*|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'/g, " ");
  return (/\b(select|ask|construct|describe)\b/i.exec(bare.replace(/\b(PREFIX|BASE)\s+\S*/gi, " "))?.[1] ?? "select").toLowerCase();
}

function optionsOf(question) {
  const graphs = {};
  if (question.default.length || question.named.length) {
    graphs.default_graph = question.default.map(namedNode);
    graphs.named_graphs = question.named.map(namedNode);
  }
  const own = /\bFROM\b/i.test(question.text.replace(/<[^<>\s]*>|#[^\r\n]*|"(?:\\.|[^"\\\r\n])*"|[?$:]\w+/g, " "));
  return { base_iri: about.base, use_default_graph_as_union: about.union && !own && !graphs.default_graph, ...graphs };
}

function answer(store, question) {
  const { text, rows, format } = question;
  const options = optionsOf(question);
  const form = formOf(text);
  if (format) return store.query(text, { ...options, results_format: format });
  if (form === "select" || form === "ask") {
    const found = JSON.parse(store.query(text, { ...options, results_format: "application/sparql-results+json" }));
    if ("boolean" in found) return { form: "boolean", value: found.boolean };
    const columns = found.head.vars;
    const all = found.results.bindings;
    const shown = all.slice(0, rows).map((row) => columns.map((name) => ofJson(store, row[name])));
    return { form: "solutions", columns, rows: shown, more: all.length > rows };
  }
  const quads = store.query(text, options);
  const shown = quads.slice(0, rows).map((quad) => [quad.subject, quad.predicate, quad.object].map((term) => ofTerm(store, term)));
  return { form: "graph", columns: ["subject", "property", "object"], rows: shown, more: quads.length > rows };
}

function problemOf(error, added) {
  const said = String(error?.message ?? error);
  const place = /(\d+):(\d+)|line (\d+) column (\d+)/.exec(said);
  if (!place) return { detail: said.slice(0, 300) };
  const [line, column] = place.slice(1).filter(Boolean).map(Number);
  return { code: "bad-query", detail: "this is not SPARQL: it stops making sense here", line: Math.max(1, line - added), column };
}

self.addEventListener("message", async ({ data }) => {
  if (data.open) {
    about = data.open;
    opened = open();
    opened.catch(() => {});
    return;
  }
  let store;
  try {
    store = await opened;
  } catch (error) {
    self.postMessage({ problem: { detail: "The query engine does not start", hint: String(error.message ?? error) } });
    return;
  }
  self.postMessage({ ready: true });
  try {
    self.postMessage({ answer: answer(store, data) });
  } catch (error) {
    self.postMessage({ problem: problemOf(error, data.added) });
  }
});
