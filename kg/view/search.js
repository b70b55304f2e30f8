// Finding entities by name and class: accents and case fold, names before aliases, beginnings before middles, classes last.

/** Returns text without accents and case, so that `Chavez` finds `Chávez`. */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** Returns a test for folded text: does every word of the query occur in it? */
export function matcher(query) {
  const words = fold(query).split(" ");
  return (folded) => words.every((word) => folded.includes(word));
}

function quality(name, query) {
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  const at = name.indexOf(query);
  if (at < 0) return Infinity;
  return /[\s(“"'-]/.test(name[at - 1]) ? 2 : 4;
}

/** Returns an index to search in: [{node, name, folded, kind, alias}] for every name of every entity; `kind` is its class. */
export function indexNames(nodes, nameOf, kindOf = () => "") {
  const rows = [];
  for (const node of nodes) {
    const kind = fold(kindOf(node));
    const add = (name, alias) => rows.push({ node, name, folded: fold(name).slice(0, 400), kind, alias });
    for (const name of new Set([nameOf(node.id), node.label, ...Object.values(node.names)])) add(name, false);
    for (const name of node.aliases) add(name, true);
  }
  return rows;
}

/** Returns how well a row fits one word: by its name, else by its class, since that is said in the reader's language. */
function fit(row, word) {
  const byName = quality(row.folded, word);
  return byName === Infinity && quality(row.kind, word) < 4 ? 5 : byName;
}

/**
 * Returns at most `limit` hits, best first: {node, name}, each entity once. All words of the query must occur in name or class.
 * Kinds that stand `aside` come after the others.
 */
export function search(index, text, limit, aside = new Set()) {
  const query = fold(text);
  if (!query) return [];
  const words = query.split(" ");
  const best = new Map();
  for (const row of index) {
    let score = fit(row, query);
    if (score >= 5 && words.length > 1) {
      const scores = words.map((word) => fit(row, word));
      score = Math.max(...scores) + 1;
    }
    if (score === Infinity) continue;
    score = score * 2 + (row.alias ? 1 : 0) + (aside.has(row.node.kind) ? 5 : 0);
    const known = best.get(row.node.id);
    if (!known || score < known.score) best.set(row.node.id, { node: row.node, name: row.name, score });
  }
  const hits = [...best.values()];
  hits.sort((a, b) => a.score - b.score || b.node.degree - a.node.degree || (a.name < b.name ? -1 : 1));
  return hits.slice(0, limit);
}
