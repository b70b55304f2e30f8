// The scripts of the page that compute, one by one.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";

const at = (name) => import(new URL(`../../kg/view/${name}.js`, import.meta.url));
const line = (id, subject, object, more = {}) => ({ id, subject, object, ...more });

test("time: a fact is certain between its latest begin and its earliest end, possible around that", async () => {
  const { certainty } = await at("time");
  const governs = ["2004-01-01", "2004-12-31", "2008-11-23", "2008-11-23"];
  assert.equal(certainty(governs, "2003-12-31"), "no");
  assert.equal(certainty(governs, "2004-06-01"), "possible");
  assert.equal(certainty(governs, "2004-12-31"), "certain");
  assert.equal(certainty(governs, "2008-11-23"), "certain");
  assert.equal(certainty(governs, "2008-11-24"), "no");
});

test("time: an open end leaves a fact possible, no bound leaves it undated", async () => {
  const { certainty } = await at("time");
  assert.equal(certainty([null, null, "2008-11-23", "2008-11-23"], "2001-01-01"), "possible");
  assert.equal(certainty(["1999-01-01", "1999-12-31", null, null], "2020-01-01"), "possible");
  assert.equal(certainty(["1999-01-01", "1999-12-31", null, null], "1998-01-01"), "no");
  assert.equal(certainty([null, "2004-01-01", "2005-01-01", null], "2004-06-01"), "certain");
  assert.equal(certainty([null, null, null, null], "2004-06-01"), "undated");
});

test("time: an event on an unknown day of a month is possible all month", async () => {
  const { certainty } = await at("time");
  assert.equal(certainty(["2002-04-01", "2002-04-30", "2002-04-01", "2002-04-30"], "2002-04-11"), "possible");
});

test("time: days survive being numbers, and bounds read as people write them", async () => {
  const { dayNumber, dayText, spanText, histogram, extent } = await at("time");
  for (const day of ["1970-01-01", "2008-11-23", "1810-04-19", "2000-02-29"])
    assert.equal(dayText(dayNumber(day)), day);
  const between = (a, b) => `${a}..${b}`;
  assert.equal(spanText("2008-11-23", "2008-11-23", between), "2008-11-23");
  assert.equal(spanText("2004-01-01", "2004-12-31", between), "2004");
  assert.equal(spanText("2002-04-01", "2002-04-30", between), "2002-04");
  assert.equal(spanText("2002-04-03", "2003-04-30", between), "2002-04-03..2003-04-30");
  assert.equal(spanText(null, null, between), "");
  const facts = [
    { bounds: ["2000-01-01", "2000-01-01", "2000-01-01", "2000-01-01"] },
    { bounds: ["2000-01-10", null, null, null] },
  ];
  assert.deepEqual(histogram(facts, extent(facts), 2), [1, 1]);
});

test("walk: the shortest path gives every line of each step, and goes round hubs where it can", async () => {
  const { shortestPath, within } = await at("walk");
  const lines = [
    line(1, "a", "b"),
    line(2, "b", "a"),
    line(3, "b", "c"),
    line(4, "a", "hub"),
    line(5, "hub", "c"),
    line(6, "hub", "x"),
    line(7, "hub", "y"),
  ];
  const steps = shortestPath(lines, "a", "c");
  assert.deepEqual(
    steps.map((step) => [step.from, step.to, step.lines.map((each) => each.id)]),
    [
      ["a", "b", [1, 2]],
      ["b", "c", [3]],
    ],
  );
  assert.deepEqual(shortestPath(lines, "a", "a"), []);
  assert.equal(shortestPath([line(1, "a", "b")], "a", "z"), null);
  assert.deepEqual([...within(lines, "a", 1).keys()], ["a", "b", "hub"]);
  assert.deepEqual([...within([line(1, "a", "a")], "a", 3).keys()], ["a"]);
});

test("search: accents and case fold, beginnings come first, each entity once", async () => {
  const { fold, indexNames, search } = await at("search");
  assert.equal(fold("  Hugo CHÁVEZ\n "), "hugo chavez");
  const nodes = [
    { id: "chavez", label: "Hugo Chávez", names: {}, aliases: ["Chavez", "Chávez Frías"], degree: 3 },
    { id: "house", label: "Chavez house", names: {}, aliases: [], degree: 1 },
    { id: "other", label: "Machavezo", names: {}, aliases: [], degree: 9 },
  ];
  const index = indexNames(nodes, (id) => nodes.find((node) => node.id === id).label);
  assert.deepEqual(
    search(index, "chavez", 9).map((hit) => hit.node.id),
    ["chavez", "house", "other"],
  );
  assert.deepEqual(search(index, "frias hugo", 9), []);
  assert.deepEqual(
    search(index, "chávez HUGO", 9).map((hit) => hit.node.id),
    ["chavez"],
  );
  assert.deepEqual(search(index, "  ", 9), []);
});

test("search: a word may be of the class, in the language of the reader; names come first", async () => {
  const { indexNames, matcher, search } = await at("search");
  const node = (id, label, cls) => ({ id, label, class: cls, names: {}, aliases: [], degree: 1 });
  const nodes = [
    node("coup", "coup of 2002", "golpe de Estado"),
    node("siege", "siege of 2002", "asedio"),
    node("book", "El golpe", "libro"),
  ];
  const index = indexNames(
    nodes,
    (id) => nodes.find((each) => each.id === id).label,
    (each) => each.class,
  );
  const ids = (text) => search(index, text, 9).map((hit) => hit.node.id);
  assert.deepEqual(ids("golpe 2002"), ["coup"]);
  assert.deepEqual(ids("golpe"), ["book", "coup"]);
  assert.deepEqual(ids("asedio estado"), []);
  assert.equal(matcher("2002 Coup")("the coup of 2002"), true);
  assert.equal(matcher("coup 2003")("the coup of 2002"), false);
});

const someModel = async () => {
  const { readModel } = await at("model");
  const fact = (id, from, to, more = {}) => ({ id, from, to, property: "kg:losesTo", ...more });
  return readModel({
    title: "t",
    classes: { "kg:Person": { kind: "Person" } },
    properties: { "kg:in": { en: "in", es: "en" }, "kg:losesTo": { en: "loses to", es: "pierde ante" } },
    documents: { d: { label: "D", date: "2008-11-25" }, p: { label: "P", posted: "2008-11-30" }, t: { dataset: true } },
    dates: { '"2004~"^^<e>': { en: "about 2004", es: "hacia 2004" } },
    evidence: [],
    aside: [],
    nodes: ["a", "b", "c", "contest", "x"].map((id) => ({ id, label: id, class: "kg:Person" })),
    edges: [
      fact("1", "a", "b", { qualifiers: [["kg:in", "contest", "contest"]] }),
      fact("2", "b", "c"),
      fact("3", "c", "x", { besides: true }),
      fact("4", "x", "a", { given: true }),
    ],
  });
};

test("model: the entity that is a detail knows its facts; documents are counted and dated without the dataset", async () => {
  const { datesOf, detailsOf, modeOf, realDocuments, textOfFact } = await at("model");
  const model = await someModel();
  const [first] = model.mentions.get("contest");
  assert.equal(first.id, "1");
  assert.deepEqual(detailsOf(model, first), ["contest"]);
  assert.equal(textOfFact(model, first, "es"), "a pierde ante b en contest");
  assert.equal(realDocuments(model).length, 2);
  assert.deepEqual(datesOf(realDocuments(model)), ["2008-11-25", "2008-11-30"]);
  assert.equal(modeOf(model.facts.get("4")), "given");
});

test("visible: a path leads through details and keeps to what the filters let through", async () => {
  const { alongPath, pathOf, visible } = await at("visible");
  const { BLANK } = await at("state");
  const model = await someModel();
  const steps = pathOf(model, { ...BLANK, path: ["c", "contest"] });
  assert.deepEqual(
    steps.map((step) => [step.from, step.to, step.lines.map((link) => link.fact.id)]),
    [
      ["c", "b", ["2"]],
      ["b", "contest", ["1"]],
    ],
  );
  assert.deepEqual([...new Set(alongPath(steps))].sort(), ["a", "b", "c", "contest"]);
  assert.equal(pathOf(model, { ...BLANK, path: ["contest", "a"] }).length, 1);
  assert.equal(pathOf(model, { ...BLANK, path: ["x", "b"], hideModes: ["given"] }).length, 2);
  assert.equal(pathOf(model, { ...BLANK, path: ["x", "b"], hideModes: ["given", "besides"] }), null);
  assert.deepEqual(
    visible(model, { ...BLANK, hideModes: ["besides"] }).lines.map((fact) => fact.id),
    ["1", "2", "4"],
  );
});

test("state: what the address says is what was chosen, whatever the names", async () => {
  const { BLANK, decode, encode } = await at("state");
  const opening = { ...BLANK, hideKinds: ["Document"] };
  const state = {
    ...opening,
    node: "a~b&c=#%",
    path: ["x~y", "ñ"],
    hideKinds: [],
    hideVerbs: ["kg:on"],
    at: "2006-01-01",
    undated: false,
    steps: 3,
    open: ["a", "b~"],
    pins: { "p~q": [1, -2] },
    lang: "es",
    theme: "dark",
  };
  assert.deepEqual(decode(`#${encode(state, opening)}`, opening), state);
  assert.equal(encode(opening, opening), "");
  assert.deepEqual(decode("#at=<script>&steps=99&lang=xx&theme=url(x)&pair=a", opening), opening);
});

test("state: undo and redo go back and forth", async () => {
  const { createStore } = await at("state");
  const store = createStore({ a: 0 });
  store.set({ a: 1 });
  store.set({ a: 2 });
  store.set({ a: 3 }, { undoable: false });
  store.undo();
  assert.equal(store.state().a, 1);
  store.redo();
  assert.equal(store.state().a, 3);
  store.undo();
  store.undo();
  assert.equal(store.state().a, 0);
  assert.deepEqual(store.can(), { undo: false, redo: true });
});

test("labels: none overlaps another or leaves the picture, the first come first", async () => {
  const { createBoard, overlaps, placeLabels, placesByDisc } = await at("labels");
  const items = Array.from({ length: 300 }, (_, i) => {
    const [x, y] = [(i * 137) % 800, (i * 211) % 600];
    return { id: i, places: placesByDisc({ x, y, r: 6, w: 40 + ((i * 31) % 90), h: 14 }) };
  });
  const placed = placeLabels(items, createBoard(800, 600));
  assert.ok(placed.length > 80);
  assert.deepEqual(
    placed.map((each) => each.id),
    placed.map((each) => each.id).sort((a, b) => a - b),
  );
  for (const [i, { box }] of placed.entries()) {
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.w <= 800 && box.y + box.h <= 600);
    for (const other of placed.slice(0, i)) assert.ok(!overlaps(box, other.box));
  }
});

test("labels: long names take two lines of like length, then an ellipsis", async () => {
  const { wrap } = await at("labels");
  assert.deepEqual(wrap("Miranda", 22), ["Miranda"]);
  assert.deepEqual(wrap("George Ciccariello-Maher", 22), ["George", "Ciccariello-Maher"]);
  assert.ok(wrap("W".repeat(5000), 22)[0].endsWith("…"));
  for (const text of ["Long ".repeat(1000), "W".repeat(5000), "", "a b c"]) {
    assert.ok(wrap(text, 22).length <= 2);
    for (const part of wrap(text, 22)) assert.ok(part.length <= 23);
  }
});

test("export: formulas are defused, quotes doubled; nothing leaves its Turtle string", async () => {
  const { csvCell, turtleIri } = await at("export");
  assert.equal(csvCell("=1+1"), "'=1+1");
  assert.equal(csvCell('say "no", twice'), '"say ""no"", twice"');
  assert.equal(csvCell("plain"), "plain");
  assert.equal(turtleIri("https://x/a b>c"), "<https://x/a%20b%3Ec>");
});

test("links: text fragments come after the page's own, and only the web is linked", async () => {
  const { deepLink } = await at("cards");
  const { safeAddress } = await at("dom");
  assert.equal(deepLink("https://x/p", ":~:text=a,b"), "https://x/p#:~:text=a,b");
  assert.equal(deepLink("https://x/p#s", ":~:text=a"), "https://x/p#s:~:text=a");
  for (const bad of [
    "javascript:alert(1)",
    " JaVaScript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "x",
    "",
  ])
    assert.equal(safeAddress(bad), "");
  assert.equal(safeAddress("https://example.org/"), "https://example.org/");
});

test("visible: hidden kinds, verbs, manners and days take their lines along; bare dots go", async () => {
  const { readModel } = await at("model");
  const { emphasis, hiddenNeighbours, visible } = await at("visible");
  const { BLANK } = await at("state");
  const model = readModel({
    title: "t",
    base: "b/",
    terms: "t#",
    opening: {},
    aside: ["Document"],
    documents: {},
    dates: {},
    evidence: [{ source: "d" }],
    classes: {
      "kg:Person": { en: "person", kind: "Person" },
      "kg:Document": { en: "document", kind: "Document" },
    },
    properties: { "kg:knows": { en: "knows", es: "conoce" } },
    nodes: ["a", "b", "c", "d", "lone"].map((id) => ({
      id,
      label: id,
      class: id === "d" ? "kg:Document" : "kg:Person",
      x: 0,
      y: 0,
    })),
    edges: [
      {
        id: "1",
        from: "a",
        to: "b",
        property: "kg:knows",
        evidence: [0],
        bounds: ["2000-01-01", "2000-01-01", "2001-01-01", "2001-01-01"],
      },
      { id: "2", from: "b", to: "c", property: "kg:knows", evidence: [0], status: "denied" },
      { id: "3", from: "d", to: "a", property: "kg:by", evidence: [0] },
    ],
  });
  const ids = (state) => {
    const { nodes, lines } = visible(model, { ...BLANK, ...state });
    return [[...nodes].join(""), lines.map((each) => each.id).join("")];
  };
  assert.deepEqual(ids({}), ["abcdlone", "123"]);
  assert.deepEqual(ids({ hideKinds: ["Document"] }), ["abclone", "12"]);
  assert.deepEqual(ids({ hideModes: ["denied"] }), ["abd", "13"]);
  assert.deepEqual(ids({ at: "2000-06-01", undated: false }), ["ab", "1"]);
  assert.deepEqual(ids({ at: "2009-06-01", undated: false }), ["", ""]);
  assert.deepEqual(ids({ open: ["a"] }), ["a", ""]);
  assert.deepEqual(ids({ node: "a", only: true }), ["abd", "13"]);
  assert.deepEqual(hiddenNeighbours(model, { ...BLANK, open: ["a"] }, "a"), ["b", "d"]);
  const front = emphasis(model, { ...BLANK, node: "a" }, visible(model, BLANK));
  assert.deepEqual([[...front.nodes].join(""), [...front.lines].join("")], ["abd", "13"]);
});

test("keys: an arrow leads to the neighbour in its direction", async () => {
  const { neighbourTowards } = await at("keys");
  const points = { a: { x: 0, y: 0 }, b: { x: 10, y: 1 }, c: { x: 5, y: 40 }, far: { x: 1, y: 0 } };
  const lines = [line(1, "a", "b"), line(2, "c", "a"), line(3, "a", "a")];
  const go = (aim) => neighbourTowards("a", lines, (id) => points[id], aim);
  assert.equal(go([1, 0]), "b");
  assert.equal(go([0, 1]), "c");
  assert.equal(go([-1, 0]), null);
});

test("strands: many parallel facts become one bundle, few are kept apart", async () => {
  const { strands } = await at("strands");
  const many = Array.from({ length: 200 }, (_, i) => line(`m${i}`, "a", "b"));
  assert.equal(strands(many).length, 1);
  const few = strands([line("1", "a", "b"), line("2", "b", "a"), line("3", "a", "b")]);
  assert.equal(new Set(few.map((strand) => (strand.from === "a" ? strand.bend : -strand.bend))).size, 3);
});

test("every word is said in both languages", async () => {
  const { say } = await at("words");
  assert.equal(say("en", "shownOf", 1, 2, 3, 4), "1 of 2 entities, 3 of 4 facts");
  assert.equal(say("es", "time"), "Tiempo");
  assert.ok(readdirSync(new URL("../../kg/view/", import.meta.url)).length > 15);
});

test("places: what is opened later stands free by a neighbour, the same each time; frames turn there and back", async () => {
  const { frameOf, placesOf } = await at("places");
  const nodes = new Map(
    ["a", "b", "c", "d"].map((id) => [id, { id, x: 1, y: 2, degree: 1, kind: "Person" }]),
  );
  const around = new Map([
    ["c", [line(1, "c", "a")]],
    ["d", [line(2, "a", "d")]],
  ]);
  const model = { nodes, around, aside: new Set(), opening: { open: { a: [0, 0], b: [150, 0] } } };
  const places = placesOf(model, ["a", "b", "c", "d", "gone"]);
  assert.deepEqual([...places.keys()], ["a", "b", "c", "d"]);
  assert.equal(new Set([...places.values()].map(String)).size, 4);
  assert.ok(Math.hypot(...places.get("c")) < 200);
  assert.deepEqual(placesOf(model, ["a", "b", "c", "d"]), places);
  assert.deepEqual(placesOf(model, null).get("c"), [1, 2]);
  for (const size of [
    { clientWidth: 1200, clientHeight: 700 },
    { clientWidth: 390, clientHeight: 800 },
  ]) {
    const frame = frameOf(model, size);
    const [x, y] = frame.take(frame.put([30, -40]));
    assert.ok(Math.abs(x - 30) < 1e-9 && Math.abs(y + 40) < 1e-9);
  }
});

test("pick: the nearest line within reach, bent ones as they bend", async () => {
  const { nearestStrand } = await at("pick");
  const straight = (a, b) => ({ from: a, via: null, to: b });
  const bend = (part) => ({ x: 100 * part, y: 80 * part * (1 - part) });
  const shapes = {
    s: straight({ x: 0, y: 0 }, { x: 100, y: 0 }),
    b: { from: bend(0), via: { x: 50, y: 40 }, to: bend(1), at: bend },
    n: null,
  };
  const strands = ["s", "b", "n"].map((id) => ({ id, from: "a", to: "z" }));
  const pick = (x, y) => nearestStrand(strands, (id) => shapes[id], { x, y }, 8)?.id;
  assert.equal(pick(50, 2), "s");
  assert.equal(pick(50, 18), "b");
  assert.equal(pick(50, 60), undefined);
  assert.equal(pick(130, 0), undefined);
});

test("model: a date that has signs is said in words, in each language, as an object and as a detail", async () => {
  const { detailTexts, objectOf } = await at("model");
  const model = await someModel();
  const date = ["2004~", '"2004~"^^<e>'];
  const fact = { object: null, value: date[0], term: date[1], qualifiers: [["kg:in", date[0], "", date[1]]] };
  assert.equal(objectOf(model, fact, "en"), "about 2004");
  assert.equal(objectOf(model, { ...fact, term: '"2004~"' }, "en"), "2004~");
  assert.deepEqual(detailTexts(model, fact, "es"), [["en", "hacia 2004", ""]]);
});
