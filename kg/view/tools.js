// The buttons at the top and on the drawing.

import { h } from "./dom.js";
import { say } from "./words.js";

/** Builds the tool bar; returns `update(state, can)`. `act` has undo, redo, theme, language, table, save.*, link, print. */
export function createTools(element, { lang, act, framed }) {
  const button = (key, text, run, attributes = {}) =>
    h(
      "button",
      {
        type: "button",
        class: "icon",
        "aria-label": say(lang, key),
        title: say(lang, key),
        onclick: run,
        ...attributes,
      },
      text,
    );
  const undo = button("undo", "↶", act.undo);
  const redo = button("redo", "↷", act.redo);
  const item = (key, run) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => {
          menu.open = false;
          run();
        },
      },
      say(lang, key),
    );
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", { "aria-label": say(lang, "save") }, say(lang, "save")),
    h(
      "div",
      { class: "items" },
      framed ? null : item("link", act.link), // a notebook's frame has no address, and may not print
      item("png", act.save.png),
      item("svg", act.save.svg),
      item("csv", act.save.csv),
      item("turtle", act.save.turtle),
      framed ? null : item("print", act.print),
    ),
  );
  element.replaceChildren(
    undo,
    redo,
    h("button", { type: "button", "data-act": "table", onclick: act.table }, say(lang, "table")),
    menu,
    button("theme", "◐", act.theme),
    h(
      "button",
      { type: "button", lang: lang === "en" ? "es" : "en", onclick: act.language },
      say(lang, "language"),
    ),
  );
  return (_, can) => {
    undo.disabled = !can.undo;
    redo.disabled = !can.redo;
  };
}

/** Builds the buttons on the drawing. */
export function createCorner(element, { lang, act }) {
  const button = (key, text, run) =>
    h(
      "button",
      { type: "button", class: "icon", "aria-label": say(lang, key), title: say(lang, key), onclick: run },
      text,
    );
  const everything = h("button", { type: "button", onclick: act.everything }, say(lang, "showAll"));
  const pins = h("button", { type: "button", onclick: act.unpin }, say(lang, "unpin"));
  element.replaceChildren(
    button("zoomIn", "+", () => act.zoom(1.3)),
    button("zoomOut", "−", () => act.zoom(1 / 1.3)),
    button("fit", "⤢", act.fit),
    everything,
    pins,
  );
  return (state) => {
    everything.hidden = state.open === null;
    pins.hidden = !Object.keys(state.pins).length;
  };
}
