// What is set aside, in what manners facts are said, and what the sides of a question are.
import assert from "node:assert/strict";
import { test } from "node:test";

const at = (name) => import(new URL(`../../kg/view/${name}.js`, import.meta.url));

/** Returns a model of some entities, each of the class that its name begins with, and of facts between them. */
async function modelOf(ids, edges, facts = {}, opening = {}) {
  const { readModel } = await at("model");
  const kinds = { p: "Person", t: "Topic", d: "Document" };
  return readModel({
    title: "",
    base: "",
    terms: "",
    aside: ["Document", "Topic"],
    opening: { about: "", open: null, hideKinds: [], hideVerbs: ["kg:praises"], hideModes: ["inferred"], ...opening },
    classes: Object.fromEntries(Object.values(kinds).map((kind) => [`kg:${kind}`, { en: kind, es: kind, kind }])),
    properties: { "kg:says": { en: "says", es: "dice" }, "kg:votes": { en: "votes", es: "votos" } },
    documents: {},
    dates: {},
    evidence: [{ source: "d" }, { source: "d", status: "alleged" }, { source: "e", status: "denied" }],
    nodes: ids.map((id) => ({ id, label: id, class: `kg:${kinds[id[0]]}`, x: 0, y: 0, facts: facts[id] ?? [] })),
    edges: edges.map((edge) => ({ property: "kg:says", evidence: [0], ...edge })),
  });
}

const DENIED = { status: "alleged", contested: true, evidence: [1, 2] };

test("manners: what one alleges and another denies is both, and is shown while either is", async () => {
  const [{ mannersOf }, { factFilter }, { BLANK }] = [await at("model"), await at("visible"), await at("state")];
  const model = await modelOf(["p1", "p2"], [
    { id: "both", from: "p1", to: "p2", ...DENIED },
    { id: "only", from: "p1", to: "p2", status: "denied", evidence: [2] },
    { id: "plain", from: "p2", to: "p1" },
  ]);
  const manners = (id) => mannersOf(model.facts.get(id));
  assert.deepEqual(["both", "only", "plain"].map(manners), [["alleged", "denied"], ["denied"], ["asserted"]]);
  const left = (...hideModes) => [...model.facts.values()].filter(factFilter({ ...BLANK, hideModes })).map(({ id }) => id);
  assert.deepEqual(left("asserted"), ["both", "only"]);
  assert.deepEqual(left("alleged"), ["both", "only", "plain"]);
  assert.deepEqual(left("denied"), ["both", "plain"]);
  assert.deepEqual(left("alleged", "denied"), ["plain"]);
});

test("manners: each has a look and words of its own, and contested has too", async () => {
  const [{ MODES }, { lineMark }, { hasWords }] = [await at("model"), await at("marks"), await at("words")];
  for (const theme of ["light", "dark"]) {
    const looks = [...MODES, "contested"].map((mode) => JSON.stringify(lineMark(mode, mode === "contested", theme)));
    assert.equal(new Set(looks).size, MODES.length + 1);
  }
  assert.deepEqual(MODES.filter((mode) => !hasWords(mode)), []);
});

test("manners: the label of a line says that somebody denies it", async () => {
  const { manyTexts, mannerWords } = await at("verbs");
  const model = await modelOf(["p1", "p2"], [{ id: "both", from: "p1", to: "p2", ...DENIED }]);
  assert.equal(mannerWords(model.facts.get("both"), "es"), "alegado, negado");
  assert.deepEqual(manyTexts(model, model.lines, "en"), ["says (alleged, denied)"]);
});

test("set aside: it is counted exactly, what the user hides is none of it, and unfolding leaves nothing", async () => {
  const [{ setAside, unfold, unfoldFacts, visible }, { BLANK }] = [await at("visible"), await at("state")];
  const edges = [
    { id: "1", from: "p1", to: "p2" },
    { id: "2", from: "p1", to: "t1" },
    { id: "3", from: "t2", to: "p3" },
    { id: "4", from: "d1", to: "p1" },
    { id: "5", from: "p2", to: "p1", property: "kg:praises" },
    { id: "6", from: "p1", to: "p2", rule: "rule", evidence: [] },
  ];
  const model = await modelOf(["p1", "p2", "p3", "t1", "t2", "d1"], edges);
  const first = { ...BLANK, hideKinds: ["Document", "Topic"], hideVerbs: ["kg:praises"], hideModes: ["inferred"] };
  const aside = (state) => setAside(model, state, visible(model, state));
  assert.deepEqual(aside({ ...first, open: ["p1", "p2"] }), {
    kinds: [["Topic", 1], ["Document", 1]],
    facts: 2,
    bare: 0,
  });
  assert.equal(aside(first).bare, 1); // p3, of whom only a topic is told
  assert.deepEqual(aside({ ...first, hideKinds: ["Document", "Topic", "Person"] }).facts, 0);
  for (const open of [null, ["p1", "p2"]]) {
    const state = { ...first, open };
    const next = { ...state, ...unfold(model, state, visible(model, state), ["Topic"]), ...unfoldFacts(model, state) };
    assert.deepEqual(aside(next), { kinds: [["Document", 1]], facts: 0, bare: 0 });
    const drawn = visible(model, next);
    assert.ok(drawn.nodes.has("t1") && !drawn.nodes.has("d1"));
    assert.equal(drawn.nodes.has("t2"), open === null);
    assert.ok(["5", "6"].every((id) => drawn.lines.some((line) => line.id === id)));
  }
});

test("set aside: with who stands in no drawn fact it makes up all, until a day or a neighbourhood is chosen", async () => {
  const [{ setAside, unfoldBare, visible }, { BLANK }] = [await at("visible"), await at("state")];
  const edges = [
    { id: "1", from: "p1", to: "p2" },
    { id: "2", from: "p3", to: "p1", property: "kg:praises" },
    { id: "3", from: "d1", to: "p4" },
  ];
  const model = await modelOf(["p1", "p2", "p3", "p4", "p5", "d1", "d2"], edges);
  const state = { ...BLANK, hideKinds: ["Document"], hideVerbs: ["kg:praises"], hideModes: ["inferred"] };
  const aside = (change) => setAside(model, { ...state, ...change }, visible(model, { ...state, ...change }));
  assert.deepEqual(aside(), { kinds: [["Document", 1]], facts: 1, bare: 4 }); // p3, p4, p5, d2
  const next = { ...state, ...unfoldBare(model, state, visible(model, state)) };
  assert.equal(visible(model, next).nodes.size, model.nodes.size);
  assert.deepEqual(aside(next), { kinds: [], facts: 1, bare: 0 });
  assert.equal(aside({ hideVerbs: ["kg:praises", "kg:says"] }).bare, 5); // d1 too; not p1 and p2
  assert.equal(aside({ at: "2008-11-23" }).bare, 0);
  assert.equal(aside({ only: true, node: "p1" }).bare, 0);
});

test("set aside: facts that tie others to the entity on which the page opens bring them along", async () => {
  const [{ setAside, unfoldFacts, visible }, { BLANK }] = [await at("visible"), await at("state")];
  const edges = [
    { id: "1", from: "p1", to: "p2" },
    { id: "2", from: "p3", to: "p1", property: "kg:praises" },
    { id: "3", from: "p4", to: "p2", property: "kg:praises" },
  ];
  const model = await modelOf(["p1", "p2", "p3", "p4"], edges, {}, { about: "p1" });
  const state = { ...BLANK, hideVerbs: ["kg:praises"], open: ["p1", "p2"] };
  assert.equal(setAside(model, state, visible(model, state)).facts, 1);
  const drawn = visible(model, { ...state, ...unfoldFacts(model, state) });
  assert.deepEqual([...drawn.nodes], ["p1", "p2", "p3"]);
});

/** Returns the sides of the first of some facts, as texts, with all that differ from it as its rivals. */
async function sidesAmong(rows, kind = "contradicts") {
  const { sidesOf } = await at("disputes");
  const [first, ...others] = rows.map((row, i) => ({ id: `f${i}`, property: "kg:says", evidence: [0], ...row }));
  first.rivals = others.map(({ id }) => [id, kind]);
  const own = (from) => [first, ...others].filter((row) => row.from === from && row.value);
  const edges = [first, ...others].filter((row) => row.to);
  const model = await modelOf(["p1", "p2", "p3"], edges, { p1: own("p1"), p2: own("p2") });
  const { sides, rest, lead } = sidesOf(model, model.facts.get("f0"), "en");
  return [lead, sides.map(({ text, manners }) => [text, ...manners].join(" ")), rest];
}

test("sides: values that differ, each once, at most three, with the manners of each", async () => {
  const value = (text, more = {}) => ({ from: "p1", value: text, ...more });
  const two = await sidesAmong([value("39%"), value("41%", { status: "alleged" }), value("39%")]);
  assert.deepEqual(two, ["p1 says", ["39% asserted", "41% alleged"], 0]);
  const many = await sidesAmong(["1", "2", "3", "4", "5"].map((text) => value(text)));
  assert.deepEqual(many, ["p1 says", ["1 asserted", "2 asserted", "3 asserted"], 2]);
  assert.deepEqual(await sidesAmong([value("1"), value("2")], "agrees"), ["p1 says", ["1 asserted"], 0]);
  assert.deepEqual(await sidesAmong([{ from: "p1", to: "p2" }, { from: "p1", to: "p3" }]), ["p1 says", ["p2 asserted", "p3 asserted"], 0]);
});

test("sides: where the value is the same, the manners; where a detail differs, the detail", async () => {
  assert.deepEqual(await sidesAmong([{ from: "p1", to: "p2", ...DENIED }]), ["p1 says", ["p2 alleged denied"], 0]);
  const votes = (text) => ({ from: "p1", to: "p2", qualifiers: [["kg:votes", text, "", ""]] });
  assert.deepEqual(await sidesAmong([votes("5"), votes("6")]), ["p1 says p2 · votes", ["5 asserted", "6 asserted"], 0]);
  const denial = { ...votes("5"), status: "denied", evidence: [2] };
  assert.deepEqual(await sidesAmong([{ from: "p1", to: "p2", status: "alleged" }, denial]), ["p1 says", ["p2 alleged denied"], 0]);
});

test("sides: facts on different questions are told one by one, two at most", async () => {
  const rows = [
    { from: "p1", value: "3" },
    { from: "p1", to: "p2", property: "kg:votes" },
    { from: "p2", value: "9", property: "kg:votes" },
  ];
  assert.deepEqual(await sidesAmong(rows), ["", ["p1 says 3 asserted", "votes p2 asserted"], 1]);
});
