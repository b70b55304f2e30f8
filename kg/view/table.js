// Every fact that the filters let through as a table: the drawing for those who cannot see it. Rows are built as needed.

import { entityButton, pills, ruleText } from "./cards.js";
import { h, isolate } from "./dom.js";
import { detailTexts, objectOf, sourcesOf, textOfFact, verbOf } from "./model.js";
import { fold, matcher } from "./search.js";
import { say } from "./words.js";

const CHUNK = 60;

/** Fills the table's section for a list of facts. `context`: {model, lang, go, close}. */
export function showTable(element, facts, context) {
  const { model, lang, go, close } = context;
  const sentences = new Map();
  const textOf = (fact) => {
    if (!sentences.has(fact.id)) sentences.set(fact.id, fold(textOfFact(model, fact, lang)));
    return sentences.get(fact.id);
  };
  const body = h("tbody");
  const count = h("p", { class: "soft", role: "status" });
  const filter = h("input", {
    type: "search",
    "aria-label": say(lang, "searchTable"),
    placeholder: say(lang, "searchTable"),
    oninput: () => begin(),
  });
  const scroll = h(
    "div",
    {
      class: "scroll",
      tabindex: "0",
      role: "group",
      "aria-label": say(lang, "allFacts"),
      onscroll: () => near() && more(),
    },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          ["subject", "verb", "object", "details", "status", "sourcesHead"].map((key) =>
            h("th", { scope: "col" }, say(lang, key)),
          ),
        ),
      ),
      body,
    ),
  );
  let rows = [];
  let built = 0;

  function begin() {
    const matches = matcher(filter.value);
    rows = filter.value.trim() ? facts.filter((fact) => matches(textOf(fact))) : facts;
    built = 0;
    body.replaceChildren();
    count.textContent = say(lang, "rows", rows.length);
    more();
  }

  function more() {
    const next = rows.slice(built, built + CHUNK);
    built += next.length;
    body.append(...next.map(row));
  }

  function row(fact) {
    const object = fact.object === null ? isolate(objectOf(model, fact, lang)) : entityButton(context, fact.object);
    const marks = pills(fact, lang).filter(Boolean);
    const open = h(
      "button",
      {
        type: "button",
        class: "name verb",
        onclick: () => go({ fact: fact.id }),
      },
      isolate(verbOf(model, fact.property, lang)),
    );
    return h(
      "tr",
      null,
      h("th", { scope: "row" }, entityButton(context, fact.subject)),
      h("td", null, open),
      h("td", null, object),
      h(
        "td",
        { class: "soft" },
        detailTexts(model, fact, lang).map(([verb, text], i) => [i ? "; " : "", verb, " ", isolate(text)]),
      ),
      h("td", null, marks.length ? marks : say(lang, "asserted")),
      h(
        "td",
        null,
        fact.evidence.length
          ? isolate(
              sourcesOf(model, fact)
                .map((document) => document.label)
                .join("; "),
            )
          : ruleText(fact, lang),
      ),
    );
  }

  const near = () =>
    built < rows.length && scroll.scrollTop + scroll.clientHeight > scroll.scrollHeight - 400;
  element.replaceChildren(
    h(
      "div",
      { class: "head" },
      h("h2", { tabindex: "-1" }, say(lang, "allFacts")),
      filter,
      count,
      h(
        "button",
        { type: "button", class: "icon close", "aria-label": say(lang, "close"), onclick: close },
        "×",
      ),
    ),
    scroll,
  );
  begin();
}
