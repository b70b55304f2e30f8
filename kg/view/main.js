// Puts the parts together: data in, state in the middle, every part told when the state changes.

import { createAddress } from "./address.js";
import { showCaptions } from "./captions.js";
import { readData } from "./data.js";
import { createFinder } from "./finder.js";
import { createKeys, neighbourTowards } from "./keys.js";
import { createLegend } from "./legend.js";
import { createLive } from "./live.js";
import { className, nameOf, readModel, sentenceOf } from "./model.js";
import { showPanel } from "./panel.js";
import { createRemote } from "./remote.js";
import { createSaver, printAsSvg } from "./save.js";
import { createScene } from "./scene.js";
import { BLANK, createStore, decode, toggled } from "./state.js";
import { showTable } from "./table.js";
import { createTimeline } from "./timeline.js";
import { createCorner, createTools } from "./tools.js";
import { alongPath, emphasis, factFilter, hiddenNeighbours, pathOf, unfold, unfoldBare, unfoldFacts, visible } from "./visible.js";
import { within } from "./walk.js";
import { countFacts, say } from "./words.js";

const NEIGHBOURS_AT_MOST = 24;
const NOTHING_CHOSEN = { node: "", fact: "", pair: [], path: [] };
const ADDRESSED = location.protocol !== "about:"; // the frame of a notebook has no address that could hold the view
const byId = (id) => document.getElementById(id);

/** Returns the state in which the page opens. */
function openingState({ opening, small }) {
  const { about, lang, at, hideKinds, hideVerbs, hideModes, open } = opening;
  return {
    ...BLANK,
    lang,
    at: at ?? "",
    hideKinds,
    hideVerbs,
    hideModes,
    node: small ? "" : (about ?? ""),
    open: open && Object.keys(open),
  };
}

function start(raw) {
  const model = { ...readModel(raw), small: raw.remote?.small ?? false };
  document.body.classList.toggle("small", model.small);
  const remote = createRemote(model, raw.remote);
  const opening = openingState(model);
  const store = createStore(decode(location.hash, opening));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const themeNow = () => store.state().theme || (dark.matches ? "dark" : "light");
  const page = { shown: null, built: "", updates: [], facts: [], note: "" };
  const keepAddress = createAddress(store, opening, !model.small);
  const announce = createLive(byId("live"));

  const isSheet = () => getComputedStyle(byId("panel")).position === "fixed";
  /** Returns how many pixels of the drawing the sheet of a phone covers. */
  const covered = () => {
    const sheet = byId("panel").getBoundingClientRect();
    const over = byId("canvas").getBoundingClientRect().bottom - sheet.top;
    return isSheet() && sheet.height ? Math.max(0, over) : 0;
  };

  const go = (chosen, move = true) => {
    store.set({ ...NOTHING_CHOSEN, ...chosen });
    document.body.classList.remove("drawer", "overview", "peek");
    const fact = model.facts.get(chosen.fact);
    if (chosen.node && move && !model.small) scene.reveal(chosen.node, covered());
    if (fact && !model.small) scene.bring([fact.subject, fact.object ?? fact.subject], covered());
    describe();
  };
  const goPath = (from, to) => {
    const { open } = store.state();
    const steps = pathOf(model, { ...store.state(), path: [from, to] }) ?? [];
    const ends = [from, to, ...alongPath(steps)];
    go({ path: [from, to], open: open && [...open, ...new Set(ends.filter((id) => !open.includes(id)))] });
    scene.bring(ends, covered());
  };
  const chooseNode = (id, move = true) => {
    const { path, open, hideKinds, hideClasses } = store.state();
    if (path.length === 1 && path[0] !== id) return goPath(path[0], id);
    const node = model.nodes.get(id);
    const show = {
      hideKinds: hideKinds.filter((kind) => kind !== node.kind || model.aside.has(kind)),
      hideClasses: hideClasses.filter((cls) => cls !== node.class),
    };
    if (open && !open.includes(id))
      show.open = [...open, id, id, ...hiddenNeighbours(model, store.state(), id).slice(0, 8)];
    go({ node: id, ...show }, move);
    withAll(id, () => {});
  };

  const act = {
    go,
    find: () => byId("query").focus(),
    clear() {
      if (closeMenu(true)) return;
      if (document.body.classList.contains("drawer")) act.drawer();
      else leave();
    },
    undo: () => store.undo(),
    redo: () => store.redo(),
    steps: (steps) => {
      store.set({ steps });
      if (store.state().only && store.state().node) scene.fit(covered());
    },
    only: () => {
      store.set({ only: !store.state().only });
      scene.fit(covered());
    },
    startPath: (id) => {
      go({ path: [id] });
      act.find();
      announce(say(store.state().lang, "pathHint"));
    },
    besides: () => {
      const { hideModes } = store.state();
      store.set({ hideModes: toggled(hideModes, "besides", !hideModes.includes("besides")) });
    },
    open: (id = store.state().node) =>
      withAll(id, () => {
        openNeighbours(id);
        if (isSheet()) aside();
        scene.bring(within(page.shown.lines, id, 1).keys(), covered());
      }),
    pageOf: remote.pageOf,
    everything: () => {
      store.set({ open: null, only: false });
      scene.fit();
    },
    unfold: (kind) => {
      store.set(unfold(model, store.state(), page.shown, [kind]));
      scene.fit(covered());
    },
    unfoldFacts: () => store.set(unfoldFacts(model, store.state())),
    unfoldBare: () => {
      store.set(unfoldBare(model, store.state(), page.shown));
      scene.fit(covered());
    },
    unpin: () => store.set({ pins: {} }),
    fit: () => scene.fit(covered()),
    zoom: (factor) => scene.zoom(factor),
    theme: () => store.set({ theme: themeNow() === "dark" ? "light" : "dark" }, { undoable: false }),
    language: () => store.set({ lang: store.state().lang === "en" ? "es" : "en" }, { undoable: false }),
    table: () => toggleTable(),
    drawer: () =>
      byId("drawer").setAttribute("aria-expanded", String(document.body.classList.toggle("drawer"))),
    overview: () => {
      go({});
      document.body.classList.add("overview");
      act.read();
    },
    reset: () =>
      store.set({
        hideKinds: opening.hideKinds,
        hideVerbs: opening.hideVerbs,
        hideModes: opening.hideModes,
        hideClasses: [],
        at: "",
        only: false,
        bare: false,
      }),
    link: () => {
      const told = (key) => announce(say(store.state().lang, key), true);
      if (!navigator.clipboard) return told("linkInBar");
      navigator.clipboard.writeText(location.href).then(
        () => told("linkCopied"),
        () => told("linkInBar"),
      );
    },
    print: () => print(),
    read: () => byId("panel").querySelector("h2")?.focus(),
    walk,
    save: createSaver(() => current()),
  };

  const scene = createScene(byId("canvas"), model, raw, {
    select: (id, shift) =>
      shift && store.state().node ? goPath(store.state().node, id) : chooseNode(id, isSheet()),
    line: (id) => go({ fact: id }),
    pair: (a, b) => go({ pair: [a, b] }),
    nothing: leave,
    open: (id) => act.open(id),
    pin: (id, point) => store.set({ pins: { ...store.state().pins, [id]: point } }),
  });
  const current = () => ({
    scene,
    model,
    facts: page.facts,
    lang: store.state().lang,
    caption: byId("caption").textContent,
  });

  /** Does something once the page has all facts about an entity; those that it lacks come from its server. */
  function withAll(id, then) {
    if (remote.knows(id)) return then();
    announce(say(store.state().lang, "fetching"));
    return remote
      .fetch(id)
      .then((grown) => {
        page.note = "";
        page.built = "";
        if (grown) render();
        then();
      })
      .catch((error) => {
        page.note = say(store.state().lang, "notFetched", error.message);
        announce(page.note);
        captions(store.state());
      });
  }

  function openNeighbours(id) {
    const state = store.state();
    const hidden = hiddenNeighbours(model, state, id);
    const next = hidden.slice(0, NEIGHBOURS_AT_MOST);
    if (next.length) store.set({ open: [...state.open, id, ...next] }); // so that they stand around it
    const key = next.length ? "shownNeighbours" : "everythingShown";
    announce(say(state.lang, key, next.length, hidden.length), true);
  }

  function walk(aim) {
    const { node } = store.state();
    if (!node || !page.shown.nodes.has(node)) {
      const first = [...page.shown.nodes]
        .map((id) => model.nodes.get(id))
        .sort((a, b) => b.degree - a.degree)[0];
      if (first) chooseNode(first.id);
      return;
    }
    const next = neighbourTowards(node, page.shown.lines, scene.pointOf, aim);
    if (next !== null) chooseNode(next);
  }

  function describe() {
    const { node, fact, lang } = store.state();
    const chosen = model.nodes.get(node);
    if (chosen)
      announce(
        say(
          lang,
          "selectedNode",
          nameOf(model, node, lang),
          className(model, chosen.class, lang),
          countFacts(lang, chosen.degree + (chosen.values?.length ?? 0)),
        ),
      );
    else if (model.facts.has(fact)) announce(sentenceOf(model, model.facts.get(fact), lang));
  }

  /** Closes the menu and says whether it was open. */
  function closeMenu(refocus = false) {
    const menu = document.querySelector("#tools .menu[open]");
    if (!menu) return false;
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
    return true;
  }

  /** Puts the sheet aside, for what it would hide was asked for; the next choice brings one back. */
  function aside() {
    document.body.classList.add("peek");
    byId("canvas").focus({ preventScroll: true });
  }

  /** Lets go of the table, else of what is chosen, and gives back the ground that the sheet of a phone took. */
  function leave() {
    if (!byId("table").hidden) return toggleTable();
    const { only } = store.state();
    go({ only: false });
    if (only) scene.fit();
    else scene.sink();
    if (document.activeElement === document.body) byId("canvas").focus({ preventScroll: true });
  }

  function toggleTable() {
    const table = byId("table");
    const button = document.querySelector("#tools [data-act=table]");
    table.hidden = !table.hidden;
    document.body.classList.toggle("reading", !table.hidden);
    if (table.hidden) return button.focus();
    fillTable();
    table.querySelector("h2").focus();
  }

  const fillTable = () =>
    showTable(byId("table"), page.facts, {
      model,
      lang: store.state().lang,
      go(chosen) {
        toggleTable();
        if (chosen.node) chooseNode(chosen.node);
        else go(chosen);
        act.read();
      },
      close: toggleTable,
    });

  /** Builds what carries words or colours; again only where the language or the theme changed. */
  function build(lang, theme) {
    if (page.built === `${lang} ${theme}`) return;
    page.built = `${lang} ${theme}`;
    document.documentElement.lang = lang;
    document.documentElement.dataset.theme = theme;
    for (const element of document.querySelectorAll("[data-say]"))
      element.textContent = say(lang, element.dataset.say);
    for (const element of document.querySelectorAll("[data-say-label]"))
      element.setAttribute("aria-label", say(lang, element.dataset.sayLabel));
    for (const element of document.querySelectorAll("[data-say-placeholder]"))
      element.placeholder = say(lang, element.dataset.sayPlaceholder);
    const set = (change) => store.set(change(store.state()));
    page.updates = [
      createLegend(byId("legend"), { model, lang, theme, set, act }),
      createTools(byId("tools"), { lang, act, framed: !ADDRESSED }),
      createCorner(byId("corner"), { lang, act }),
    ];
    page.timeline = createTimeline(byId("timeline"), {
      model,
      lang,
      set: (change, quiet) => store.set(change, { undoable: !quiet }),
    });
  }

  function render() {
    const state = store.state();
    const { lang } = state;
    const theme = themeNow();
    build(lang, theme);
    page.shown = visible(model, state);
    const passes = factFilter(state);
    page.facts = [
      ...page.shown.lines,
      ...[...page.shown.nodes].flatMap((id) => (model.nodes.get(id).values ?? []).filter(passes)),
    ];
    captions(state);
    const front = emphasis(model, state, page.shown);
    scene.show(page.shown, front, state, theme);
    for (const update of page.updates) update(state, store.can());
    page.timeline(state, page.shown);
    showPanel(byId("panel"), {
      model,
      lang,
      theme,
      state,
      shown: page.shown,
      then: page.shown.then,
      go: (chosen) => (chosen.node ? chooseNode(chosen.node) : go(chosen)),
      leave,
      act,
    });
    const hint = isSheet() ? "searchName" : "searchHint";
    byId("query").placeholder = say(lang, state.path.length === 1 ? "pathPlaceholder" : hint);
    if (!byId("table").hidden) fillTable();
    keepAddress(state);
  }

  const captions = (state) =>
    showCaptions({ model, state, shown: page.shown, facts: page.facts, note: page.note, act });

  createFinder(
    byId("query"),
    byId("hits"),
    () => ({ model, lang: store.state().lang, theme: themeNow() }),
    chooseNode,
  );
  createKeys(byId("canvas"), act);
  printAsSvg(byId("print"), current);
  byId("drawer").addEventListener("click", act.drawer);
  document.addEventListener("click", ({ target }) => {
    if (!document.querySelector("#tools .menu").contains(target)) closeMenu();
  });
  document.body.addEventListener("click", (event) => {
    if (event.target === document.body && document.body.classList.contains("drawer")) act.drawer();
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    if (byId("table").hidden) toggleTable();
  });
  dark.addEventListener("change", render);
  store.subscribe(render);
  render();
  scene.fit(covered(), true);
  return { model, store, scene, act };
}

readData(byId("data")).then((raw) => {
  globalThis.kgView = start(raw);
  requestAnimationFrame(() => {
    document.documentElement.dataset.ready = "1";
  });
});
