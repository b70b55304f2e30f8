// The time strip: a histogram of dated facts, a slider by day, play. Tells apart certain, possible and undated.

import { h, s } from "./dom.js";
import { dayNumber, dayText, extent, histogram } from "./time.js";
import { say } from "./words.js";

const BINS = 80;
const FRAMES = 60;

/** Builds the strip into its element; returns `update(state, shown)`. Without a dated fact the strip stays away. */
export function createTimeline(element, { model, lang, set }) {
  const facts = [...model.facts.values()];
  const span = extent(facts);
  element.hidden = span === null;
  if (span === null) return () => {};
  const dated = facts.filter((fact) => fact.bounds.some((bound) => bound !== null)).length;
  let timer = 0;

  const any = h(
    "button",
    {
      type: "button",
      class: "any",
      onclick: () => {
        stop();
        set({ at: "" });
      },
    },
    say(lang, "anyTime"),
  );
  const play = h(
    "button",
    {
      type: "button",
      class: "icon",
      "aria-label": say(lang, "play"),
      onclick: () => (timer ? stop() : start()),
    },
    "▶",
  );
  const slider = h("input", {
    type: "range",
    min: span[0],
    max: span[1],
    step: 1,
    "aria-label": say(lang, "day"),
    oninput: () => {
      stop();
      set({ at: dayText(Number(slider.value)) }, true);
    },
  });
  const day = h("input", {
    type: "date",
    "aria-label": say(lang, "day"),
    min: dayText(span[0]),
    max: dayText(span[1]),
    onchange: () => {
      stop();
      set({ at: day.value });
    },
  });
  const undated = h("input", { type: "checkbox", onchange: () => set({ undated: undated.checked }) });
  const says = h("p", { class: "soft", id: "then" });
  const bars = drawBars(facts, span);
  element.replaceChildren(
    h("div", { class: "buttons" }, any, play, day),
    h(
      "div",
      { class: "slide" },
      bars,
      slider,
      h(
        "div",
        { class: "ends soft" },
        h("span", null, dayText(span[0]).slice(0, 4)),
        h("span", null, dayText(span[1]).slice(0, 4)),
      ),
    ),
    h("div", { class: "then" }, says, h("label", null, undated, " ", say(lang, "undatedToo"))),
  );

  function start() {
    const step = Math.max(1, Math.round((span[1] - span[0]) / FRAMES));
    let at =
      slider.value === String(span[1]) || !element.classList.contains("on") ? span[0] : Number(slider.value);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", say(lang, "pause"));
    timer = setInterval(() => {
      at = Math.min(span[1], at + step);
      set({ at: dayText(at) }, true);
      if (at === span[1]) stop();
    }, 220);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", say(lang, "play"));
  }

  return (state, shown) => {
    element.classList.toggle("on", Boolean(state.at));
    any.setAttribute("aria-pressed", String(!state.at));
    undated.checked = state.undated;
    day.value = state.at;
    if (state.at) slider.value = String(dayNumber(state.at));
    slider.setAttribute("aria-valuetext", state.at || say(lang, "anyTime"));
    const counts = { certain: 0, possible: 0, undated: 0 };
    for (const then of shown.then?.values() ?? []) counts[then] += 1;
    says.textContent = state.at
      ? say(lang, "atDay", state.at, counts.certain, counts.possible, counts.undated)
      : say(lang, "anyTimeCount", dated, facts.length - dated);
  };
}

function drawBars(facts, span) {
  const bins = histogram(facts, span, BINS);
  const top = Math.max(1, ...bins);
  return s(
    "svg",
    { class: "bars", viewBox: `0 0 ${BINS} 20`, preserveAspectRatio: "none", "aria-hidden": "true" },
    bins.map((count, i) =>
      s("rect", { x: i + 0.1, y: 20 - (18 * count) / top, width: 0.8, height: (18 * count) / top }),
    ),
  );
}
