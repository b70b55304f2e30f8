// Who answers the editor on a static site: an engine in a worker of this browser, over the site's own file of the graph.
import { at, entities, index, linkTo, matching } from "./site-index.js";
import { undeclared, withPrefixes } from "./editor-text.js";
import { t } from "./words.js";

const SECONDS = 10; // after which a query is ended, as on a server
const isFile = location.protocol === "file:";
const FROM_FILE = t(
  "Browsers run no query engine from files. Put this folder on any web server, such as {server}, and this page answers.",
  { server: "python3 -m http.server" },
);
const NO_ENGINE = t("This site was made without the query engine: queries can be written here and asked elsewhere.");

let worker = null;
let pending = null; // the question that the worker is asked: one at a time

const refusal = (problem) => Object.assign(new Error("refused"), { problem });

function end(error) {
  worker?.terminate();
  worker = null;
  pending?.fail(error);
  pending = null;
}

function start(site) {
  worker = new Worker(new URL(at("static/site-worker.js"), location.href), { type: "module" });
  worker.addEventListener("error", () => end(refusal({ detail: t("The query engine does not start in this browser.") })));
  worker.addEventListener("message", ({ data }) => {
    if (data.ready) pending?.begin();
    else if (data.problem) pending?.fail(refusal({ ...data.problem, detail: t(data.problem.detail) }));
    else pending?.done(data.answer);
  });
  const { base, union, prefixes, graph } = site;
  worker.postMessage({ open: { base, union, prefixes, graph: new URL(at(graph), location.href).href, lang: document.documentElement.lang } });
}

/** Returns what the worker answers. Ends it where it takes too long or is told to stop. */
async function answered(question, signal) {
  const site = await index();
  if (isFile || !site.engine) throw refusal({ detail: isFile ? FROM_FILE : NO_ENGINE });
  if (pending) end(Object.assign(new Error("stopped"), { name: "AbortError" }));
  const stop = () => end(Object.assign(new Error("stopped"), { name: "AbortError" }));
  signal?.addEventListener("abort", stop);
  let timer = 0;
  try {
    return await new Promise((done, fail) => {
      const over = () => end(refusal({ detail: t("The query ran for {seconds} seconds and was ended.", { seconds: SECONDS }), hint: t("ask for less, or add LIMIT") }));
      pending = { done, fail, begin: () => (timer = setTimeout(over, SECONDS * 1000)) };
      if (!worker) start(site);
      worker.postMessage(question);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    pending = null;
  }
}

/** Returns a question for the worker, in which every known prefix is declared. */
function question(data, fields, more) {
  const written = fields.get("query");
  const text = withPrefixes(written, data.prefixes);
  const added = [...undeclared(written).keys()].filter((name) => name in data.prefixes).length;
  return { text, added, default: fields.getAll("default-graph-uri"), named: fields.getAll("named-graph-uri"), ...more };
}

/** Returns the answer to a query as cells. Throws an error with a `problem` where it is refused. */
export async function ask(data, fields, signal) {
  const site = await index();
  const answer = await answered(question(data, fields, { rows: data.rows ?? 500 }), signal);
  for (const cell of (answer.rows ?? []).flat()) if (cell?.iri) cell.link = linkTo(site, cell.iri);
  return answer;
}

/** Returns the answer as the text of a file. */
export const file = (data, fields, format) => answered(question(data, fields, { format: data.formats[format] }));

/** Makes a link save the answer as a file, which is made when it is wanted. */
export function offer(link, data, fields, format) {
  const make = async (event) => {
    event.preventDefault();
    const text = await file(data, fields, format);
    link.href = URL.createObjectURL(new Blob([text], { type: data.formats[format] }));
    link.removeEventListener("click", make);
    link.click();
  };
  link.addEventListener("click", make);
}

/** Returns the terms that may be meant by the beginning of a name. */
export async function complete(data, word) {
  const site = await index();
  const words = word.slice(word.lastIndexOf(":") + 1);
  const vocabulary = site.terms.filter((term) => term.kind !== "entity");
  const known = vocabulary.map((term) => ({ ...term, names: [...term.names, term.write, term.write.slice(term.write.indexOf(":") + 1)] }));
  const named = new Map(site.terms.map((term) => [term.iri, term]));
  const found = matching(known, word, 40).map(({ term }) => term);
  return [...found, ...entities(site, words, 20).map((one) => named.get(one.iri))];
}

/** Returns what must be said of where the answers come from. */
export function notice(data) {
  if (isFile) return FROM_FILE;
  return data.engine ? t("Queries are answered in this browser; the first one loads the engine and the graph.") : NO_ENGINE;
}
