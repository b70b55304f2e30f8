// What the page adds to its network when it asks its server: once, without touching what is there, in the same order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { enlarge, readModel } from "../../kg/view/model.js";
import { createRemote } from "../../kg/view/remote.js";

const START = {
  title: "t",
  base: "https://x.example/d/",
  terms: "https://kg.example/terms#",
  opening: {},
  aside: [],
  classes: { "kg:Person": { en: "person", es: "persona", kind: "Person" } },
  properties: { "kg:p": { en: "p", es: "p" } },
  documents: { doc: { label: "Doc" } },
  dates: {},
  evidence: [{ source: "doc" }],
  nodes: [
    { id: "a", label: "A", class: "kg:Person", facts: [{ id: "s0", value: "1", property: "kg:p", evidence: [0] }] },
    { id: "b", label: "B", class: "kg:Person" },
  ],
  edges: [{ id: "s1", from: "a", to: "b", property: "kg:p", evidence: [0] }],
};
const MORE = {
  classes: {},
  properties: {},
  documents: { other: { label: "Other" } },
  dates: {},
  evidence: [{ source: "other" }],
  nodes: [
    { id: "b", label: "B", class: "kg:Person", facts: [{ id: "s3", value: "2", property: "kg:p", evidence: [0] }] },
    { id: "c", label: "C", class: "kg:Unknown" },
  ],
  edges: [
    { id: "s1", from: "a", to: "b", property: "kg:p", evidence: [0] },
    { id: "s2", from: "b", to: "c", property: "kg:p", qualifiers: [["kg:in", "A", "a"]], evidence: [0] },
  ],
};
const copy = (value) => structuredClone(value);

test("a model grows by what it lacks", () => {
  const model = readModel(copy(START));
  const before = model.facts.get("s1");
  enlarge(model, copy(MORE));
  assert.deepEqual([...model.nodes.keys()], ["a", "b", "c"]);
  assert.deepEqual([...model.facts.keys()].sort(), ["s0", "s1", "s2", "s3"]);
  assert.equal(model.facts.get("s1"), before);
  assert.equal(model.evidence[model.facts.get("s2").evidence[0]].source, "other");
  assert.equal(model.evidence[model.facts.get("s1").evidence[0]].source, "doc");
  assert.deepEqual(
    [...model.nodes.values()].map((node) => node.degree),
    [1, 2, 1],
  );
  assert.equal(model.nodes.get("c").kind, "Other");
  assert.deepEqual(
    model.mentions.get("a").map((fact) => fact.id),
    ["s2"],
  );
  assert.deepEqual(
    model.nodes.get("b").values.map((fact) => fact.id),
    ["s3"],
  );
});

test("growing twice by the same changes nothing more", () => {
  const model = readModel(copy(START));
  enlarge(model, copy(MORE));
  const counts = [model.nodes.size, model.facts.size, model.lines.length, model.mentions.get("a").length];
  enlarge(model, copy(MORE));
  assert.deepEqual(
    [model.nodes.size, model.facts.size, model.lines.length, model.mentions.get("a").length],
    counts,
  );
});

test("without a server nothing is ever asked", () => {
  const remote = createRemote(readModel(copy(START)), undefined);
  assert.equal(remote.active, false);
  assert.equal(remote.knows("b"), true);
  assert.equal(remote.pageOf("b"), "");
});

test("an entity is asked for once, by its whole IRI, and its failure is told", async (context) => {
  const model = readModel(copy(START));
  const asked = [];
  let status = 200;
  context.mock.method(globalThis, "fetch", async (address) => {
    asked.push(address);
    return { ok: status === 200, status, statusText: "no", json: async () => copy(MORE) };
  });
  const remote = createRemote(model, { neighbours: "/kg/neighbours.json", whole: ["a"], pages: "/kg/d/", base: model.base });
  assert.equal(remote.knows("a"), true);
  assert.equal(remote.knows("b"), false);
  assert.deepEqual(await Promise.all([remote.fetch("b"), remote.fetch("b")]), [true, true]);
  assert.deepEqual(asked, ["/kg/neighbours.json?iri=https%3A%2F%2Fx.example%2Fd%2Fb"]);
  assert.equal(remote.knows("b"), true);
  assert.equal(remote.pageOf("b c/d"), "/kg/d/b%20c/d");
  const bare = createRemote(model, { neighbours: "/neighbours.json", pages: "/", base: model.base });
  assert.equal(bare.pageOf("/evil.example/x"), "/%2Fevil.example/x");
  status = 503;
  await assert.rejects(remote.fetch("c"), /503/);
  assert.equal(remote.knows("c"), false);
});
