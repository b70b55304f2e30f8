// What the editor and the static site compute, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";

const at = (name) => import(new URL(`../../kg/serve/static/${name}.js`, import.meta.url));
const PREFIXES = { kg: "https://kg.example/terms#", "": "https://e/", rdfs: "http://r#" };

test("a prefix is declared where a known one is used and not declared, and nowhere else", async () => {
  const { withPrefixes } = await at("editor-text");
  assert.equal(withPrefixes("ASK { :a kg:b ?c }", PREFIXES), "PREFIX : <https://e/>\nPREFIX kg: <https://kg.example/terms#>\nASK { :a kg:b ?c }");
  for (const text of ['ASK { ?a ?b "kg:c" }', "ASK { ?a ?b <kg:c> } # kg:d", "prefix kg: <x#> ASK { ?a kg:b ?c }", "ASK { ?a ?b '''kg:x\nkg:y''' }"])
    assert.equal(withPrefixes(text, PREFIXES), text);
});

test("an unknown prefix is found at its first use", async () => {
  const { undeclared, placeOf } = await at("editor-text");
  const text = "SELECT * WHERE {\n  ?s kgx:foo 3 ; kgx:bar 4 }";
  assert.deepEqual([...undeclared(text)], [["kgx", 22]]);
  assert.deepEqual(placeOf(text, 22), { line: 2, column: 6 });
});

test("places are counted in characters, as the engine counts them", async () => {
  const { indexOf, placeOf } = await at("editor-text");
  const text = "ASK {\n '😀é' x }";
  assert.equal(text[indexOf(text, 2, 7)], "x");
  assert.deepEqual(placeOf(text, text.indexOf("x")), { line: 2, column: 7 });
  assert.equal(indexOf(text, 99, 99), text.length);
});

test("what is expected follows from what stands before", async () => {
  const { expected } = await at("editor-text");
  const of = (text) => expected(text, text.length);
  assert.equal(of("SELECT * WHERE { ?who gov"), "verb");
  assert.equal(of("SELECT * WHERE { ?who a kg:Person ; gov"), "verb");
  assert.equal(of("SELECT * WHERE { ?who a Per"), "class");
  assert.equal(of("SELECT * WHERE { ?who kg:governs Mir"), "entity");
  assert.equal(of("SELECT * WHERE { ?who kg:governs :a , Mir"), "entity");
  assert.equal(of("SELECT * WHERE { ?a ?b ?c . Mir"), "entity");
  assert.equal(of("SELECT * WHERE { ?a ?b ?c . OPTIONAL { ?a gov"), "verb");
  assert.equal(of("SELECT * WHERE { ?a ?b ?c FILTER(?c = Mir"), "");
  assert.equal(of("SEL"), "");
});

test("the word before the cursor keeps its prefix and its question mark", async () => {
  const { wordBefore, variables } = await at("editor-text");
  assert.equal(wordBefore("ASK { ?a kg:gov", 15), "kg:gov");
  assert.equal(wordBefore("ASK { ?per", 10), "?per");
  assert.equal(wordBefore("ASK { Táchi", 11), "Táchi");
  assert.deepEqual(variables("SELECT ?one { ?one ?p ?on", "?on"), ["?one", "?p"]);
});

test("names fold and rank as the server's search does", async () => {
  globalThis.document ??= { documentElement: { dataset: { site: "../", index: "" } }, getElementById: () => null };
  const { fold, rank, entities, linkTo } = await at("site-index");
  assert.equal(fold("  Táchira   ESTADO "), "tachira estado");
  assert.deepEqual(["a b", "a bc", "x a b", "b x a", "xa b", "y"].map((name) => rank(name, "a b")), [0, 1, 2, 3, 4, null]);
  const term = (iri, label, names, more = {}) => ({ iri, label, names, kind: "entity", class: "person", mark: "Person", within: ["P"], ...more });
  const site = { base: "https://e/", pages: { "https://e/c": "e/c d.html" }, terms: [term("https://e/c", "Capriles", ["Capriles", "Henrique"]), term("https://e/m", "Miranda", ["Miranda"], { within: ["Q"] })] };
  assert.deepEqual(entities(site, "henri", 9).map((one) => [one.name, one.href]), [["Henrique", "../e/c%20d.html"]]);
  assert.deepEqual(entities(site, "mir", 9, "P"), []);
  assert.equal(linkTo(site, "javascript:alert(1)"), "");
});

test("words before the cursor that belong to the same label are taken with it", async () => {
  const { lead } = await at("editor-text");
  assert.equal(lead("  ?x is accused ", "of", ["is accused of", "accused of"]), 11);
  assert.equal(lead("  ?x loses ", "t", ["loses to"]), 6);
  assert.equal(lead("  ?x wins ", "to", ["loses to"]), 0);
});

test("parameters become terms: what is no variable stays, and no text can leave its quotes", async () => {
  const { bound, iri, literal } = await at("site-terms");
  const terms = { _a_iri: iri("https://e/x"), _a: literal('" } # \\ \n') };
  assert.equal(bound("{ ?_a_iri ?p $_a_iri }", terms), "{ <https://e/x> ?p <https://e/x> }");
  assert.equal(bound("?_a", terms), '"\\" } # \\\\ \\n"');
  for (const text of ['"?_a"', "'''?_a'''", '"""\\" ?_a"""', "<?_a>", "# ?_a", "?_ab", "?_añ", "?b_a", "\\?_a"])
    assert.equal(bound(text, terms), text);
  assert.equal(bound("?_a_iri # ?_a\n?_a_iri", terms), "<https://e/x> # ?_a\n<https://e/x>");
  for (const text of ["x", "https://e/> ?p ?o", "https://e/a b", 'https://e/"', "https://e/\\u003e", ""])
    assert.throws(() => iri(text), TypeError);
});

test("a value is one of its type or none", async () => {
  const { valueOf } = await at("site-terms");
  const value = (type, text, choices = []) => valueOf({ type, choices }, text);
  const xsd = "http://www.w3.org/2001/XMLSchema#";
  assert.equal(value("date", "2008"), `"2008-01-01"^^<${xsd}date>`);
  assert.equal(value("date", "2008-02"), `"2008-02-01"^^<${xsd}date>`);
  assert.equal(value("integer", "-7"), `"-7"^^<${xsd}integer>`);
  assert.equal(value("number", "1.5"), `"1.5"^^<${xsd}decimal>`);
  assert.equal(value("boolean", "true"), `"true"^^<${xsd}boolean>`);
  assert.equal(value("", "a"), '"a"');
  assert.equal(value("", "two words", ["one", "two words"]), '"two words"');
  const wrong = [["date", "2008-13"], ["date", "2008-02-30"], ["date", "soon"], ["integer", "1.5"], ["number", "1e5"], ["boolean", "yes"]];
  for (const [type, text] of wrong) assert.equal(value(type, text), "");
  assert.equal(value("", "three", ["one"]), "");
});

test("what scripts say has its values put in, and is in English where no page says otherwise", async () => {
  const { counted, t } = await at("words");
  assert.equal(t("{count} offered", { count: 3 }), "3 offered");
  assert.equal(t("{a} {b}", { a: "{b}", b: "c" }), "{b} c");
  assert.equal(counted(1, "row", "rows"), "1 row");
  assert.equal(counted(1234, "row", "rows"), "1,234 rows");
});
