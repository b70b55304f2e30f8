// The words around the drawing: whence it is, how much of all it shows, and what it leaves out at first.

import { h } from "./dom.js";
import { datesOf, modeOf, realDocuments } from "./model.js";
import { setAside } from "./visible.js";
import { countDocuments, countFacts, countTopics, countWithInferred, say } from "./words.js";

const COUNTS = { Topic: countTopics, Document: countDocuments };

/** Sets these words for a state. `context`: {model, state, shown, facts, note, act}. */
export function showCaptions({ model, state, shown, facts, note, act }) {
  const { lang, at } = state;
  const put = (id, text) => (document.getElementById(id).textContent = text);
  const sources = realDocuments(model);
  const counts = say(lang, "shownOf", shown.nodes.size, model.nodes.size, facts.length, model.facts.size);
  const span = datesOf(sources).join(" – ");
  const documents = [countDocuments(lang, sources.length), span].filter(Boolean).join(", ");
  const dataset = model.dataset && model.dataset !== model.title ? `${model.dataset} · ` : "";
  const inferred = [...model.facts.values()].filter((fact) => modeOf(fact) === "inferred").length;
  const all = countWithInferred(lang, model.facts.size, inferred);
  put("origin", `${dataset}${all} · ${documents}`);
  put("caption", [counts, documents, at, note].filter(Boolean).join(" · "));
  put("nothing", say(lang, model.nodes.size ? "filtersHide" : "nothingHere"));
  document.getElementById("nothing").hidden = shown.nodes.size > 0;
  showAside(document.getElementById("aside"), { model, state, shown, act });
}

/** Fills the line that says what is set aside, with a button for each that shows it; it is gone where nothing is. */
function showAside(element, { model, state, shown, act }) {
  const { lang } = state;
  const { kinds, facts, bare } = setAside(model, state, shown);
  const word = (text, onclick) =>
    h("button", { type: "button", "aria-label": say(lang, "showAside", text), onclick }, text);
  const words = kinds.map(([kind, count]) => word(COUNTS[kind](lang, count), () => act.unfold(kind)));
  if (facts) words.push(word(countFacts(lang, facts), act.unfoldFacts));
  if (bare) words.push(word(say(lang, "withoutDrawn", bare), act.unfoldBare));
  element.hidden = !words.length;
  element.replaceChildren(...words.flatMap((each, i) => [i ? " · " : `${say(lang, "setAside")} `, each]));
}
