// An answer on the page: a table of cells, the text of a file, a picture; what is wrong with a query.

import { counted, lang, t } from "./words.js";

/** Returns an element with attributes and children; texts become text, never markup. */
export function element(name, attributes = {}, ...children) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) found.setAttribute(key, value === true ? "" : value);
  }
  found.append(...children.filter((child) => child !== null));
  return found;
}

/** Returns what an answer is, in words. */
export function summary(answer) {
  if (answer.form === "boolean") return t(answer.value ? "Yes" : "No");
  const words = answer.form === "graph" ? ["triple", "triples"] : ["row", "rows"];
  const many = counted(answer.rows.length, ...words);
  return answer.more ? `${many}: ${t("the first ones; there are more, and the downloads have them all")}` : many;
}

/** Returns an answer as a table, or as one word; where nothing answers, with the term that the ontology lacks. */
export function table(answer) {
  const lacking = answer.unknown ? element("p", { class: "box" }, t("The ontology has no {term}.", { term: answer.unknown })) : null;
  if (answer.form === "boolean") {
    const word = element("p", { class: "answer" }, `${t(answer.value ? "Yes" : "No")} `, element("code", {}, String(answer.value)));
    return element("div", {}, lacking, word);
  }
  if (lacking) return lacking;
  const head = element("tr", {}, ...answer.columns.map((name) => element("th", { scope: "col" }, answer.form === "graph" ? t(name) : element("bdi", {}, name))));
  const rows = answer.rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, shown(cell)))));
  const whole = element("table", { class: "answers" }, element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Table") }, whole);
}

function shown(cell) {
  if (!cell) return "";
  const text = element("bdi", { lang: cell.language, title: cell.iri && !cell.link ? cell.iri : undefined }, cell.text);
  if (!cell.link) return text;
  const link = inLanguage(cell.link);
  const isOwn = new URL(cell.link, document.baseURI).origin === location.origin;
  return element("a", { href: link, title: cell.name, rel: isOwn ? undefined : "noreferrer" }, text);
}

/** Returns a link to a page of the same server with the language that is read; what a site has in files stays as it is. */
export function inLanguage(link) {
  return lang === "en" || !link.startsWith("/") ? link : `${link}${link.includes("?") ? "&" : "?"}lang=${lang}`;
}

/** Returns the start of a file's text. */
export function raw(text, most = 200000) {
  const cut = text.length > most ? `${text.slice(0, most)}\n${t("… (cut here; the download has it all)")}` : text;
  return element("pre", { class: "raw", tabindex: "0", role: "region", "aria-label": t("Raw result") }, element("code", {}, cut));
}

/** Returns a box that says what is wrong; `go` leads to the place. */
export function problemBox(problem, text, go) {
  const box = element("div", { class: "box problem", id: "problem" }, element("h2", {}, problem.detail));
  if (problem.line) {
    const line = [...(text.split("\n")[problem.line - 1] ?? "")];
    const at = Math.min(problem.column - 1, line.length);
    const mark = element("mark", {}, line[at] ?? " ");
    const code = element("code", {}, line.slice(0, at).join(""), mark, line.slice(at + 1).join(""));
    const button = element("button", { type: "button" }, t("Line {line}, column {column}", problem));
    button.addEventListener("click", go);
    box.append(element("p", {}, button), element("pre", { class: "place" }, code));
  }
  if (problem.hint) box.append(element("p", {}, problem.hint));
  return box;
}
