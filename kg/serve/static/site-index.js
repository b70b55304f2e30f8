// A static site's own answers: which file shows what, and which entities are called what. Loaded when first needed.

const root = document.documentElement.dataset;
let loading = null;

/** Returns the index of the site: terms, entities, pages. */
export function index() {
  loading ??= scripted(root.index, () => window.kgSite);
  return loading;
}

/** Returns the address of a file of the site. */
export const at = (file) => root.site + file.split("/").map(encodeURIComponent).join("/");

/** Returns where an IRI is shown: on the site, else itself where it is of the web, else ''. */
export function linkTo(site, iri) {
  const file = site.pages[iri];
  if (file !== undefined) return at(file);
  return /^https?:\/\//.test(iri) && !iri.startsWith(site.base) ? iri : "";
}

/** Returns text as names are compared: no case, no accents, single spaces. */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** Returns how well a folded name fits what is wanted, 0 the best, null for not at all. */
export function rank(name, wanted) {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  const words = wanted.split(" ");
  if (` ${name}`.includes(` ${wanted}`)) return 2;
  if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 3;
  return name.includes(wanted) ? 4 : null;
}

/** Returns the terms that some words name, the best first, each with the name that fits. */
export function matching(terms, words, limit) {
  const wanted = fold(words);
  const found = [];
  for (const term of wanted ? terms : []) {
    const fits = [term.label, ...term.names].map((name) => [rank(fold(name), wanted), name.length, name]).filter(([one]) => one !== null);
    fits.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (fits.length) found.push({ term, name: fits[0][2], rank: fits[0][0], length: fits[0][1] });
  }
  found.sort((a, b) => a.rank - b.rank || a.length - b.length || (a.term.iri < b.term.iri ? -1 : 1));
  return found.slice(0, limit);
}

/** Returns the entities that some words name, as the server's search gives them. */
export function entities(site, words, limit, cls = "") {
  const some = site.terms.filter((term) => term.kind === "entity" && (!cls || term.within.includes(cls)));
  return matching(some, words, limit).map(({ term, name }) => ({
    iri: term.iri, label: term.label, name: fold(name) === fold(term.label) ? "" : name,
    class: term.class, kind: term.mark, href: linkTo(site, term.iri),
  }));
}

/** Returns entities of other classes whose whole name some words are, or its beginning, as the server's search does. */
function elsewhere(site, words, cls) {
  const some = site.terms.filter((term) => term.kind === "entity" && !term.within.includes(cls));
  return matching(some, words, 3).filter(({ rank: fits }) => fits < 2).map(({ term }) => ({ label: term.label, class: term.class }));
}

/** Returns what a script file puts into a place of the window when it runs. */
function scripted(address, taken) {
  return new Promise((done, fail) => {
    const script = document.createElement("script"); // not fetched: from a file's address browsers fetch nothing
    script.src = address;
    script.addEventListener("load", () => done(taken()));
    script.addEventListener("error", () => fail(new Error(`${address} is not there`)));
    document.head.append(script);
  });
}

const json = (found) => new Response(JSON.stringify(found), { headers: { "Content-Type": "application/json" } });

/** Stands in for the browser's `fetch`: answers what the server would, from the files of the site. */
export async function fetched(address, options) {
  const url = new URL(address, location.href);
  if (url.pathname.endsWith("/search.json")) {
    const { q = "", limit = "10", class: cls = "" } = Object.fromEntries(url.searchParams);
    const site = await index();
    const others = cls ? { others: elsewhere(site, q, cls) } : {};
    return json({ query: q, results: entities(site, q, Number(limit), cls), ...others });
  }
  if (url.pathname.endsWith("/neighbours.json")) {
    const iri = url.searchParams.get("iri");
    const file = (await index()).pages[iri];
    if (!file) return new Response("", { status: 404 });
    return json(await scripted(at(file.replace(/\.html$/, ".near.js")), () => window.kgNear[iri]));
  }
  return window.fetch(address, options);
}

smaller();

/** Tells a network that stands in a frame so: the address says it, and its data do on a server. */
function smaller() {
  const data = document.getElementById("data");
  if (!data || data.dataset.packed || new URLSearchParams(location.search).get("small") !== "1") return;
  const found = JSON.parse(data.textContent);
  if (found.remote) data.textContent = JSON.stringify({ ...found, remote: { ...found.remote, small: true } });
}
