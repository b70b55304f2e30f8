// The search box: a combobox over names; Enter or a click leads to the entity.

import { h, isolate } from "./dom.js";
import { className, nameOf } from "./model.js";
import { kindIcon } from "./icons.js";
import { indexNames, search } from "./search.js";
import { say } from "./words.js";

/** Wires the search box; `context()` gives {model, lang, theme}; `choose(id)` is told what was chosen. */
export function createFinder(input, list, context, choose) {
  let hits = [];
  let active = -1;
  let index = null;
  let indexed = "";

  function show() {
    const { model, lang, theme } = context();
    const wanted = `${lang} ${model.nodes.size}`;
    if (indexed !== wanted) {
      const kindOf = (node) => className(model, node.class, lang);
      index = indexNames(model.nodes.values(), (id) => nameOf(model, id, lang), kindOf);
      indexed = wanted;
    }
    hits = search(index, input.value, 12, model.aside);
    active = hits.length ? 0 : -1;
    const rows = hits.map(({ node, name }, i) =>
      h(
        "li",
        {
          role: "option",
          id: `hit-${i}`,
          "aria-selected": String(i === active),
          onmousedown: (event) => {
            event.preventDefault();
            pick(i);
          },
        },
        kindIcon(node.kind, theme),
        h(
          "span",
          { class: "label" },
          isolate(nameOf(model, node.id, lang)),
          name === nameOf(model, node.id, lang)
            ? null
            : h("span", { class: "soft" }, " (", isolate(name), ")"),
        ),
        h("span", { class: "soft" }, className(model, node.class, lang)),
      ),
    );
    const none =
      input.value.trim() && !hits.length
        ? [
            h(
              "li",
              { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "soft" },
              say(lang, "nothingFound"),
            ),
          ]
        : [];
    list.replaceChildren(...rows, ...none);
    const open = rows.length + none.length > 0;
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    mark();
  }

  function mark() {
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === active)));
    if (active >= 0) input.setAttribute("aria-activedescendant", `hit-${active}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function pick(i) {
    const hit = hits[i];
    if (!hit) return;
    hide();
    input.value = "";
    input.blur();
    choose(hit.node.id);
  }

  function hide() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value && show());
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hits.length) active = (active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length;
      mark();
    } else if (event.key === "Enter") pick(active);
    else if (event.key === "/" && !input.value) event.preventDefault(); // asks for the box, which is at hand already
    else if (event.key === "Escape") {
      input.value = "";
      hide();
      input.blur();
    } else return;
    event.stopPropagation();
  });
}
