// The search page of a static site: what the words in the address name, from the site's index.
import { element } from "./editor-result.js";
import { entities, index } from "./site-index.js";

const MOST = 200;

async function answer(words) {
  const main = document.getElementById("main");
  const found = entities(await index(), words, MOST);
  const lines = found.map((one) => {
    const name = element("bdi", {}, one.label);
    const also = one.name ? element("span", { class: "soft small" }, " also ", element("bdi", {}, one.name)) : null;
    const link = one.href ? element("a", { class: "entity", href: one.href }, name) : name;
    return element("li", {}, link, also, element("span", { class: "kind-of" }, one.class));
  });
  const said = found.length ? `${found.length === MOST ? "The first " : ""}${found.length} found` : `Nothing here is called “${words}”.`;
  main.append(element("p", { role: "status" }, said), element("ol", { class: "entities" }, ...lines));
}

const words = new URLSearchParams(location.search).get("q") ?? "";
if (/\/search\.html$/.test(location.pathname) && words) {
  for (const input of document.querySelectorAll('input[name="q"]')) input.value = words;
  answer(words.slice(0, 200));
}
