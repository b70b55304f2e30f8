// The page of a saved query on a static site: its form is answered in this browser, over the site's own file of the graph.
import { element, problemBox, summary } from "./editor-result.js";
import { ask, notice, offer } from "./site-engine.js";
import { fold, index, linkTo, matching } from "./site-index.js";
import { bound, iri, valueOf } from "./site-terms.js";
import { t } from "./words.js";

const FORMATS = { csv: "text/csv", json: "application/sparql-results+json" };
const GRAPH_FORMATS = { ttl: "text/turtle", nt: "application/n-triples" };
const OFFERED = 5;

const data = document.getElementById("query-data");
const form = document.querySelector("form.fields");
if (data && form) begin(JSON.parse(data.textContent));

function begin({ text, fields, rows }) {
  const given = new URLSearchParams(location.search);
  form.before(element("p", { class: "box small", id: "asked-here" }, notice({ engine: true })));
  index().then((site) => {
    if (site.engine) return;
    document.getElementById("asked-here").textContent = notice({ engine: false });
    form.hidden = true;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer({ text, fields, rows });
  });
  if (!fields.some(({ name }) => given.has(name))) return;
  for (const { name } of fields) if (given.has(name)) form.elements[name].value = given.get(name);
  answer({ text, fields, rows });
}

/** Returns the term for what a field holds, or what may be meant in its place: {term} or {problem, near}. */
function termOf(site, field, input) {
  const text = input.value.trim();
  if (!text && (field.type || field.choices.length)) return { problem: t("Please fill this in.") };
  if (field.type !== "iri") {
    const expected = { date: "a year, month or day: 2008, 2008-11, 2008-11-23", integer: "a whole number", number: "a number" };
    const term = valueOf(field, field.type ? text : input.value);
    return term ? { term } : { problem: t(expected[field.type] ?? "one of these") };
  }
  const [prefix, local] = text.includes(":") ? [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)] : ["", ""];
  if (Object.hasOwn(site.prefixes, prefix) && text.includes(":")) return { term: iri(site.prefixes[prefix] + local) };
  const entities = site.terms.filter((one) => one.kind === "entity");
  const own = entities.filter((one) => one.iri === text || one.iri === site.base + text);
  if (own.length) return { term: iri(own[0].iri), label: own[0].label };
  const named = entities.filter((one) => [one.label, ...one.names].some((name) => fold(name) === fold(text)));
  if (named.length === 1) return { term: iri(named[0].iri), label: named[0].label };
  const cls = input.dataset.class ?? "";
  const fits = (one) => !cls || one.within.includes(cls);
  const exact = named.filter(fits);
  const near = exact.length ? exact : matching(entities.filter(fits), text, OFFERED).map(({ term }) => term);
  const others = exact.length ? [] : named.filter((one) => !fits(one));
  return { problem: t(exact.length ? "“{text}” may be any of these:" : "Nothing here is called “{words}”.", { text, words: text }), near, others, exact };
}

/** Says beside a field what is wrong with what it holds; a button puts in what may be meant. */
function mark(site, input, found) {
  const place = `${input.id}-problem`;
  document.getElementById(place)?.remove();
  input.closest(".field").classList.toggle("wrong", Boolean(found.problem));
  input.setAttribute("aria-invalid", String(Boolean(found.problem)));
  if (found.label) document.getElementById(`${input.id}-note`).textContent = found.label;
  if (!found.problem) return;
  const buttons = (found.near ?? []).map((one) => {
    const button = element("button", { type: "button" }, element("bdi", {}, one.label), " ", element("span", { class: "soft" }, one.class));
    button.addEventListener("click", () => {
      input.value = one.iri.startsWith(site.base) ? one.iri.slice(site.base.length) : one.iri;
      form.requestSubmit();
    });
    return button;
  });
  const others = (found.others ?? []).map((one) => `${one.label} (${one.class})`).join(", ");
  const meant = buttons.length && !found.exact?.length ? element("p", {}, `${t("Did you mean")}…?`) : null;
  const lines = [
    element("p", {}, found.problem), meant, buttons.length ? element("p", { class: "row" }, ...buttons) : null,
    others ? element("p", {}, t("Of another class: {names}", { names: others })) : null,
  ];
  input.closest(".field").append(element("div", { class: "wrongly", id: place, role: "alert" }, ...lines));
}

async function answer({ text, fields, rows }) {
  const site = await index();
  const terms = {};
  for (const field of fields) {
    const input = form.elements[field.name];
    const found = termOf(site, field, input);
    mark(site, input, found);
    if (found.term) terms[field.variable] = found.term;
  }
  if (Object.keys(terms).length < fields.length) return;
  const place = document.getElementById("answered");
  place.setAttribute("aria-busy", "true");
  place.replaceChildren(element("p", { role: "status" }, t("Asking…")));
  const query = bound(text, terms);
  const asked = new URLSearchParams({ query });
  const told = { prefixes: site.prefixes, formats: { ...FORMATS, ...GRAPH_FORMATS }, rows };
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`);
  show(query);
  try {
    place.replaceChildren(...answered(site, told, asked, await ask(told, asked)));
  } catch (error) {
    place.replaceChildren(problemBox(error.problem ?? { detail: String(error.message ?? error) }, query, () => {}));
  }
  place.removeAttribute("aria-busy");
}

/** Shows the text that is asked, and lets the editor open with it. */
function show(query) {
  const code = document.querySelector("section[aria-labelledby=asked] pre code");
  if (code) code.textContent = query;
  const editor = document.querySelector("section[aria-labelledby=asked] a.button");
  if (editor) editor.href = `${editor.getAttribute("href").split("?")[0]}?${new URLSearchParams({ query })}`;
}

/** Returns the answer as the parts of the page that the server would have sent. */
function answered(site, told, asked, found) {
  const heading = element("h2", { id: "answer" }, t("Answer"));
  if (found.form === "boolean") return [heading, element("p", { class: "verdict" }, summary(found))];
  const formats = Object.keys(found.form === "graph" ? GRAPH_FORMATS : FORMATS).map((format) => {
    const link = element("a", { href: "#", download: `result.${format}` }, format.toUpperCase());
    offer(link, told, asked, format);
    return link;
  });
  const status = element("p", { role: "status" }, summary(found));
  const files = element("p", { class: "formats no-print" }, element("span", {}, t("Download")), ...formats);
  const none = element("div", { class: "box" }, element("p", {}, t("Nothing in the graph answers this.")));
  return [heading, status, found.rows.length ? table(site, found) : none, files];
}

function table(site, { columns, rows, form: kind }) {
  const names = columns.map((name) => (kind === "graph" ? t(name) : name.replaceAll("_", " ")));
  const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, element("bdi", {}, name))));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell, place) => element("td", { "data-column": names[place] }, shown(site, cell)))));
  const whole = element("table", { class: "answer" }, element("thead", {}, head), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("Answer") }, whole);
}

function shown(site, cell) {
  if (!cell) return "";
  const link = cell.iri ? linkTo(site, cell.iri) : "";
  const text = element("bdi", { lang: cell.language }, cell.text);
  return link ? element("a", { class: "entity", href: link }, text) : text;
}
