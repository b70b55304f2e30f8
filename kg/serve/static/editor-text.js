// What can be told from a query's text alone: its prefixes, the name being written, places in it. Touches no page.

const TOKEN =
  /("""|''')(?:\\[^]|(?!\1)[^\\])*\1|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|<[^<>"{}|^`\\\s]*>|#[^\r\n]*/g;

/** Returns the text with what no name can stand in (texts, IRIs, comments) blanked out, places kept. */
export function bare(text) {
  return text.replace(TOKEN, (found) => found.replace(/[^\n]/g, " "));
}

const NAME = /(?<![\p{L}\p{N}_:.\-%?$@])(\p{L}[\p{L}\p{N}_\-]*)?:/gu;

/** Returns the prefixes that a query uses and does not declare, each with where it is first used. */
export function undeclared(text) {
  const names = bare(text);
  const declared = new Set([...names.matchAll(/\bPREFIX\s+(\p{L}[\p{L}\p{N}_\-]*)?:/giu)].map((found) => found[1] ?? ""));
  const free = new Map();
  for (const found of names.matchAll(NAME)) {
    const prefix = found[1] ?? "";
    const isDeclaration = /\bPREFIX\s+$/i.test(names.slice(0, found.index));
    if (!isDeclaration && !declared.has(prefix) && !free.has(prefix)) free.set(prefix, found.index);
  }
  return free;
}

/** Returns a query that declares each known prefix it uses. */
export function withPrefixes(text, prefixes) {
  const lines = [...undeclared(text).keys()].filter((name) => name in prefixes).sort();
  return lines.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("") + text;
}

/** Returns the index in a text of a line and column as the engine counts them: from 1, in characters, not in units. */
export function indexOf(text, line, column) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const own = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("");
  return Math.min(text.length, before + own.length);
}

/** Returns line and column, both from 1, of an index. */
export function placeOf(text, index) {
  const lines = text.slice(0, index).split("\n");
  return { line: lines.length, column: [...lines.at(-1)].length + 1 };
}

/** Returns the name that ends at an index, '' for none. */
export function wordBefore(text, index) {
  return /[?$]?[\p{L}\p{N}_:.\-]*$/u.exec(text.slice(0, index))[0].replace(/^\.+/, "");
}

/** Returns what the name that ends at an index is likely to be: verb, class, entity, or '' where that is open. */
export function expected(text, index) {
  const word = wordBefore(text, index);
  const before = bare(text.slice(0, index - word.length));
  const group = before.slice(Math.max(before.lastIndexOf("{"), before.lastIndexOf("}")) + 1);
  if (!before.includes("{") || /\b(FILTER|BIND|VALUES)\b[^.;]*$/i.test(group)) return "";
  const parts = group.split(/\s+|(?=[.;,](?:\s|$))/).filter(Boolean);
  let place = 0; // 0 subject, 1 verb, 2 object
  let verb = "";
  for (const part of parts) {
    if (part === ".") place = 0;
    else if (part === ";") place = 1;
    else if (part === ",") place = 2;
    else {
      if (place === 1) verb = part;
      place = Math.min(place + 1, 3);
    }
  }
  if (place === 1) return "verb";
  if (place === 2) return verb === "a" || verb === "rdf:type" ? "class" : "entity";
  return place === 0 ? "entity" : "";
}

/** Returns the variables of a query, without the one that is being written. */
export function variables(text, word) {
  const found = [...bare(text).matchAll(/[?$][\p{L}\p{N}_]+/gu)].map((one) => one[0]);
  const counted = found.filter((name) => name !== word || found.indexOf(name) !== found.lastIndexOf(name));
  return [...new Set(counted)].sort();
}

/** Returns how many characters before a word belong to the same name: "loses " before "to", for the label "loses to". */
export function lead(before, word, names) {
  const line = before.toLowerCase();
  let most = 0;
  for (const name of names.map((one) => one.toLowerCase())) {
    for (let at = name.indexOf(word.toLowerCase(), 1); at > 0; at = name.indexOf(word.toLowerCase(), at + 1)) {
      if (/\s/.test(name[at - 1]) && line.endsWith(name.slice(0, at))) most = Math.max(most, at);
    }
  }
  return most;
}
