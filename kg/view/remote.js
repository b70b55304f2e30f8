// More of the network from the server that sent the page, entity by entity. Without such a server it does nothing.

import { enlarge, fullIri } from "./model.js";

/**
 * Returns what fetches the facts about an entity that the page lacks: `knows(id)` says that it has them all, `fetch(id)` gets
 * them into the model and says by a promise whether there were any, `pageOf(id)` is the address of the entity's own page.
 */
export function createRemote(model, remote = {}) {
  const known = new Set(remote.whole ?? []);
  const asked = new Map();
  const active = Boolean(remote.neighbours);

  async function fetched(id) {
    const address = `${remote.neighbours}?iri=${encodeURIComponent(fullIri(model, id))}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    const size = model.facts.size;
    enlarge(model, await answer.json());
    known.add(id);
    return model.facts.size > size;
  }

  return {
    active,
    knows: (id) => !active || known.has(id) || !model.nodes.has(id),
    fetch(id) {
      if (!asked.has(id))
        asked.set(
          id,
          fetched(id).finally(() => asked.delete(id)),
        );
      return asked.get(id);
    },
    pageOf(id) {
      if (!remote.pages) return "";
      const iri = fullIri(model, id);
      if (!remote.base || !iri.startsWith(remote.base)) {
        return remote.browse && `${remote.browse}?iri=${encodeURIComponent(iri)}`;
      }
      const path = iri.slice(remote.base.length).split("/").map(encodeURIComponent).join("/");
      const address = remote.pages + path + (remote.ending ?? "");
      return address.replace(/^\/\//, "/%2F"); // two slashes would lead to another host
    },
  };
}
