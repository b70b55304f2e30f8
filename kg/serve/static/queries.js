// The form of a saved query: fields for entities offer them while one types. Without this the fields take text.

import { offer } from "./finder.js";

/** Returns what stands for an entity in an address: the end of its IRI where it is the dataset's own. */
function idOf(iri, base) {
  return iri.startsWith(base) && iri.length > base.length ? iri.slice(base.length) : iri;
}

const form = document.querySelector("form.fields");
for (const [place, input] of (form?.querySelectorAll("input[data-pick]") ?? []).entries()) {
  offer(input.parentElement, form.dataset.search, `pick-${place}`, (hit) => {
    input.value = idOf(hit.iri, form.dataset.base);
    const note = document.getElementById(`${input.id}-note`);
    note.textContent = hit.label;
  });
}
