// The form of a saved query: fields for entities offer them while one types. Without this the fields take text.

import { offer } from "./finder.js";
import { t } from "./words.js";

/** Returns what stands for an entity in an address: the end of its IRI where it is the dataset's own. */
function idOf(iri, base) {
  return iri.startsWith(base) && iri.length > base.length ? iri.slice(base.length) : iri;
}

const form = document.querySelector("form.fields");
for (const [place, input] of (form?.querySelectorAll("input[data-pick]") ?? []).entries()) {
  const note = document.getElementById(`${input.id}-note`);
  const { class: cls = "", className: name = "" } = input.dataset;

  /** Says what has the name and is of another class, so that nobody looks for it in vain. */
  const told = (hits, others) => {
    const named = others.map((one) => `${one.label} (${one.class})`).join(", ");
    const none = hits.length || !cls ? "" : t("Nothing of the class {name} begins like this.", { name });
    const other = named ? t("Of another class: {names}", { names: named }) : "";
    const said = [none, other].filter(Boolean).join(" ");
    note.textContent = said || note.dataset.takes;
    return said;
  };

  const take = (hit) => {
    input.value = idOf(hit.iri, form.dataset.base);
    note.textContent = hit.label;
  };
  offer(input.parentElement, form.dataset.search, `pick-${place}`, take, { cls, told });
}
