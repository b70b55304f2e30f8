// The SPARQL page: the editor, its buttons, and the answer below. Who answers stands in editor-engine.js.
import * as engine from "./editor-engine.js";
import { coloured, plain } from "./editor-code.js";
import { element, problemBox, raw, summary, table } from "./editor-result.js";
import { indexOf, placeOf, undeclared, withPrefixes } from "./editor-text.js";
import { counted, t } from "./words.js";

const by = (id) => document.getElementById(id);
const data = JSON.parse(by("editor-data").textContent);
const form = by("ask");
const area = by("query");
const result = by("result");
const tools = { run: run, prefixes: data.prefixes, complete: (word) => engine.complete(data, word) };
const editor = window.Yasqe ? coloured(area, tools) : plain(area);
let running = null;

function say(text) {
  by("said").textContent = text;
}

/** Returns the parameters of the form, the query as it now stands among them. */
function fields() {
  area.value = editor.value();
  return new URLSearchParams(new FormData(form));
}

// --- asking

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const asked = fields();
  editor.unmark();
  by("run").textContent = t("Stop");
  say(t("Asking…"));
  result.setAttribute("aria-busy", "true");
  const begun = performance.now();
  try {
    const answer = await engine.ask(data, asked, mine.signal);
    if (running !== mine) return;
    history.replaceState(null, "", `?${asked}`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    show(answer, asked, t("{answer} in {seconds} s", { answer: summary(answer), seconds }), table(answer));
  } catch (error) {
    if (running === mine) refuse(error, asked.get("query"));
  } finally {
    if (running === mine) {
      running = null;
      by("run").textContent = t("Run");
      result.removeAttribute("aria-busy");
    }
  }
}

/** Shows an answer, whose form must be known and which stands finished in `first`, with its other views. */
function show(answer, asked, told, first) {
  say(told);
  const place = element("div", { id: "answer" }, first);
  const head = element("p", { class: "summary" }, told);
  const line = element("div", { class: "row views" }, head, views(answer, asked, place, first));
  result.replaceChildren(line, place, downloads(answer, asked));
}

const formatsOf = (answer) => (answer.form === "graph" ? ["ttl", "nt", "jsonld", "rdf"] : ["csv", "tsv", "json", "xml"]);

/** Returns the buttons that choose how an answer is shown. */
function views(answer, asked, place, first) {
  const rawFormat = answer.form === "graph" ? "ttl" : "json";
  const choices = {
    Table: async () => first,
    Raw: async () => raw(await engine.file(data, asked, rawFormat)),
  };
  if (answer.form !== "boolean" && first.querySelector("a") && data.network) choices.Network = async () => network(asked);
  const buttons = Object.entries(choices).map(([name, made]) => {
    const button = element("button", { type: "button", "aria-pressed": String(name === "Table") }, t(name));
    button.addEventListener("click", async () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      try {
        place.replaceChildren(await made());
      } catch (error) {
        place.replaceChildren(problemBox(problemOf(error), ""));
      }
    });
    return button;
  });
  return element("span", { class: "row", role: "group", "aria-label": t("Show as") }, ...buttons);
}

function network(asked) {
  return element("iframe", { class: "network", title: t("Network of the result"), src: `${data.network}?${asked}` });
}

function downloads(answer, asked) {
  const links = formatsOf(answer).map((format) => {
    const link = element("a", { href: "#", download: `result.${format}` }, format);
    engine.offer(link, data, asked, format);
    return link;
  });
  return element("p", { class: "formats no-print" }, element("span", {}, t("Download")), ...links);
}

// --- what is wrong

function problemOf(error) {
  if (error.name === "AbortError") return { detail: t("Stopped.") };
  return error.problem ?? { detail: t("The answer did not come: the connection was cut, or the server has stopped.") };
}

/** Returns the problem with the place at which a person would look for it. */
function placed(problem, text) {
  if (problem.code && problem.code !== "bad-query") return problem;
  const free = [...undeclared(text)].find(([name]) => !(name in data.prefixes));
  if (problem.line && free) {
    const [name, index] = free;
    const hint = t("{line} at the top", { line: `PREFIX ${name}: <…>` });
    return { ...problem, ...placeOf(text, index), detail: t("the prefix '{name}:' is not declared", { name }), hint };
  }
  const own = problem.line ? editor.wrong() : null;
  if (!own || own.index > indexOf(text, problem.line, problem.column)) return problem;
  const wanted = own.wanted.length && own.wanted.length < 12 ? t("expected here: {words}", { words: own.wanted.join(" ") }) : problem.hint;
  return { ...problem, ...placeOf(text, own.index), hint: wanted };
}

function refuse(error, text) {
  const problem = placed(problemOf(error), text);
  const index = problem.line ? indexOf(text, problem.line, problem.column) : null;
  if (index !== null) editor.mark(index);
  say(problem.line ? `${problem.detail}. ${t("Line {line}, column {column}", problem)}.` : problem.detail);
  result.replaceChildren(problemBox(problem, text, () => editor.go(index)));
}

// --- the page

function watch() {
  const place = by("syntax");
  const wrong = editor.wrong();
  place.hidden = !wrong;
  if (wrong) {
    const { line, column } = placeOf(editor.value(), wrong.index);
    place.textContent = t("Not complete yet, or no SPARQL, at line {line}, column {column}.", { line, column });
  }
}

async function share() {
  const address = new URL(`?${fields()}`, location.href).href;
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    say(t("The link is copied."));
    by("share").textContent = t("Copied");
    setTimeout(() => (by("share").textContent = t("Copy link")), 2000);
  } catch {
    const line = element("input", { readonly: true, value: address, "aria-label": t("Link to this query") });
    by("share").replaceWith(line);
    line.select();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) running.abort();
  else run();
});
by("prefixes").addEventListener("click", () => {
  const before = editor.value();
  const after = withPrefixes(before, data.prefixes);
  if (after !== before) editor.set(after);
  say(after === before ? t("All prefixes are declared.") : counted(after.split("\n").length - before.split("\n").length, "prefix added", "prefixes added"));
});
by("share").addEventListener("click", share);
by("query-label").addEventListener("click", () => editor.focus());
editor.onChange(() => {
  editor.unmark();
  watch();
});
by("programs").hidden = Boolean(data.ask);
for (const id of ["tools", "keys"]) by(id).hidden = id === "keys" && !window.Yasqe;
const notice = engine.notice(data);
if (notice) form.before(element("p", { class: "box" }, notice));
begin();
watch();

/** Takes up what the page came with: an answer, a problem, or a query that has yet to be asked. */
function begin() {
  const query = new URLSearchParams(location.search).get("query");
  if (data.problem) refuse(Object.assign(new Error("refused"), { problem: data.problem }), editor.value());
  else if (data.form) show({ form: data.form }, fields(), result.querySelector(".summary")?.textContent ?? "", result.querySelector(".scroll, .answer"));
  else if (query && data.ask) {
    editor.set(query);
    run();
  }
}
