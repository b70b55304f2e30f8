// What is offered while one types into the search box: a combobox with a list (ARIA APG), and "/" that leads to it.

import { lang, t } from "./words.js";

const WAIT = 90;

const shapes = JSON.parse(document.getElementById("marks").textContent);

/** Returns an element with attributes and children. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Returns the mark of a kind of entity: the shape that the page's own marks have. */
function mark(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `mark ${kind in shapes ? kind : "Other"}`);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shapes[kind] ?? shapes.Other);
  svg.append(path);
  return svg;
}

function option(hit, number, id) {
  const label = h("span", { class: "label" }, h("bdi", {}, hit.label));
  if (hit.name) label.append(" ", h("span", { class: "soft small" }, `${t("also")} `, h("bdi", {}, hit.name)));
  const kind = h("span", { class: "kind-of" }, hit.class);
  return h("li", { role: "option", id: `${id}-${number}`, "aria-selected": "false" }, mark(hit.kind), label, kind);
}

/**
 * Makes the input in a box offer entities of an address while one types; `take` is given the one that is chosen.
 *
 * `cls` is the class of which all must be; `told` is then given what is offered, and what has the name and is of another.
 */
export function offer(box, address, place, take, { cls = "", told = () => {} } = {}) {
  const input = box.querySelector("input");
  const id = `hits-${place}`;
  const list = h("ul", { class: "hits", role: "listbox", id, "aria-label": t("Entities"), hidden: "" });
  const news = h("div", { class: "unseen", role: "status" });
  let hits = [];
  let chosen = -1;
  let turn = 0; // the number of the last question: answers to others come too late
  let timer = 0;
  let fresh = true; // whether what is offered is for what stands in the box now
  let waits = false; // whether the first of what is asked for will be chosen
  let enters = false; // whether it will be taken then, too
  box.append(list, news);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  }))
    input.setAttribute(name, value);

  function close() {
    waits = false;
    list.hidden = true;
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function choose(number) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = number;
    const now = list.children[chosen];
    now?.setAttribute("aria-selected", "true");
    now?.scrollIntoView({ block: "nearest" });
    if (now) input.setAttribute("aria-activedescendant", now.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(found, others, first) {
    hits = found.filter((hit) => hit.href);
    list.replaceChildren(...hits.map((hit, number) => option(hit, number, id)));
    choose(-1);
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    news.textContent = [hits.length ? t("{count} offered", { count: hits.length }) : t("Nothing has that name"), told(hits, others)]
      .filter(Boolean)
      .join(". ");
    if (first && hits.length) choose(0);
    if (enters && hits.length) go(0);
    else if (enters) input.form.requestSubmit();
  }

  /** Asks what is offered for what stands in the box; `first` chooses the first of it at once. */
  async function ask(first = false) {
    clearTimeout(timer);
    const words = input.value.trim();
    const mine = (turn += 1);
    [waits, enters] = [first, false];
    if (!words) {
      close();
      return;
    }
    const asking = new URL(address, location.href);
    asking.searchParams.set("q", words);
    if (cls) asking.searchParams.set("class", cls);
    if (lang !== "en") asking.searchParams.set("lang", lang);
    let response;
    try {
      response = await fetch(asking);
    } catch {
      close(); // the server is away; the form still says so when it is sent
      return;
    }
    if (!response.ok) {
      close();
      return;
    }
    const { results, others = [] } = await response.json();
    if (mine !== turn || input.value.trim() !== words || document.activeElement !== input) return;
    [fresh, waits] = [true, false];
    show(results, others, first);
  }

  function go(number) {
    take(hits[number]);
    close();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    [fresh, waits, enters] = [false, false, false];
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the keys are for whoever writes by a method of input
    const isOpen = !list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "ArrowDown" && !(isOpen && fresh)) ask(true);
    else if (event.key in steps && isOpen) {
      const count = hits.length + 1;
      choose(((chosen + 1 + steps[event.key] + count) % count) - 1);
    } else if (event.key === "Enter" && waits) enters = true;
    else if (event.key === "Enter" && isOpen && chosen >= 0) go(chosen);
    else if (event.key === "Escape" && isOpen) close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const place = [...list.children].indexOf(event.target.closest("li"));
    if (place >= 0) go(place);
  });
  input.addEventListener("blur", close);
}

function focusOnSlash(event) {
  const at = event.target;
  const writes = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
  if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.querySelector(".finder input")?.focus();
}

for (const [place, form] of document.querySelectorAll("form[data-finder]").entries()) {
  offer(form, form.dataset.finder, place, (hit) => {
    location.href = hit.href;
  });
}
document.addEventListener("keydown", focusOnSlash);
const here = document.querySelector(".nav [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 40; // on a phone they do not all fit
