// Finding entities by name: accents and case fold, names before aliases, beginnings before middles.

/** Returns text without accents and case, so that `Chavez` finds `Chávez`. */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

function quality(name, query) {
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  const at = name.indexOf(query);
  if (at < 0) return Infinity;
  return /[\s(“"'-]/.test(name[at - 1]) ? 2 : 4;
}

/** Returns an index to search in: [{id, name, folded, alias}] for every name of every entity. */
export function indexNames(nodes, nameOf) {
  const rows = [];
  for (const node of nodes) {
    const names = new Set([nameOf(node.id), node.label, ...Object.values(node.names)]);
    for (const name of names) rows.push({ node, name, folded: fold(name).slice(0, 400), alias: false });
    for (const name of node.aliases) rows.push({ node, name, folded: fold(name).slice(0, 400), alias: true });
  }
  return rows;
}

/**
 * Returns at most `limit` hits, best first: {node, name}, each entity once. All words of the query must occur.
 * Kinds that stand `aside` come after the others.
 */
export function search(index, text, limit, aside = new Set()) {
  const query = fold(text);
  if (!query) return [];
  const words = query.split(" ");
  const best = new Map();
  for (const row of index) {
    let score = quality(row.folded, query);
    if (score === Infinity && words.length > 1) {
      const scores = words.map((word) => quality(row.folded, word));
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
