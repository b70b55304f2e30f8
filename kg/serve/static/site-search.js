// The search page of a static site: what the words in the address name, from the site's index.
import { element } from "./editor-result.js";
import { entities, fold, index } from "./site-index.js";
import { t } from "./words.js";

const MOST = 200;

async function answer(words) {
  const main = document.getElementById("main");
  const found = entities(await index(), words, MOST);
  const lines = found.map((one) => {
    const name = element("bdi", {}, one.label);
    const also = one.name ? element("span", { class: "soft small" }, ` ${t("also")} `, element("bdi", {}, one.name)) : null;
    const link = one.href ? element("a", { class: "entity", href: one.href }, name) : name;
    return element("li", {}, link, also, element("span", { class: "kind-of" }, one.class));
  });
  const many = t(found.length === MOST ? "The first {count} found" : "{count} found", { count: found.length });
  const said = found.length ? many : t("Nothing here is called “{words}”.", { words });
  main.append(element("p", { role: "status" }, said), element("ol", { class: "entities" }, ...lines));
}

/** Leaves of the list of saved queries those that have all words. */
function choose(words) {
  const wanted = fold(words).split(" ");
  const lines = [...document.querySelectorAll("ul.asked > li")];
  for (const line of lines) line.hidden = !wanted.every((word) => fold(line.textContent).includes(word));
  const kept = lines.filter((line) => !line.hidden).length;
  document.querySelector("main [role=status]").textContent = t("{count} found", { count: kept });
}

const words = new URLSearchParams(location.search).get("q") ?? "";
if (/\/search\.html$/.test(location.pathname) && words) {
  for (const input of document.querySelectorAll('input[name="q"]')) input.value = words;
  answer(words.slice(0, 200));
}
if (/\/queries(~[^/]*)?\.html$/.test(location.pathname) && words) {
  document.getElementById("words").value = words;
  choose(words.slice(0, 200));
}
