"""Triples that no statement says, as lines of a network; a bare RDF graph as a network. Knows no queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.network import network, rows
from kg.network.facts import Fact, bare
from kg.terms import BASE, KG, MINTED, OA, PROV, RDF, RDFS, SKOS, tail

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox
    import rdflib

SHOWN_ANYWAY = frozenset({RDF + "type", RDFS + "label", SKOS + "altLabel"})
"""Properties that an entity's mark and name already show."""


def fact(known: nx.MultiDiGraph, subject: str, predicate: str, obj: Any) -> Fact:
    """Returns a triple as a fact of a network that is `given` and has no evidence.

    `obj` is a term of pyoxigraph; one that is no entity of the network reads as a value.
    """
    verb = known.graph["properties"].get(predicate) or dict.fromkeys(("en", "es"), tail(predicate))
    entity = obj.value in known if hasattr(obj, "value") else False
    text = known.nodes[obj.value]["label"] if entity else _text(known, obj)
    sentence = f"{known.nodes[subject]['label']} {verb['en']} {text}"
    value = ("", "") if entity else (text, str(obj))
    return bare(predicate, verb, sentence, *value) | {"given": True}


def key(subject: str, predicate: str, obj: Any) -> str:
    """Returns the name under which a given triple stands in a network."""
    return f"given:<{subject}> <{predicate}> {obj}"


def add(known: nx.MultiDiGraph, subject: str, predicate: str, obj: Any) -> None:
    """Puts a given triple into the network as a line, or into its subject's facts."""
    made = fact(known, subject, predicate, obj)
    name = key(subject, predicate, obj)
    if made["object"]:
        known.nodes[subject]["facts"].append(made | {"key": name})
    else:
        known.add_edge(subject, obj.value, name, **made)


def said(known: nx.MultiDiGraph) -> set[tuple[str, str, str]]:
    """Returns the triples that asserted or inferred facts of the network say, the object as N-Triples."""
    return {
        (subject, row["property"], f"<{obj}>" if obj else row["term"]) for subject, obj, _, row in rows(known)
        if row["status"] == "asserted"
    }  # fmt: skip


def network_of(graph: rdflib.Graph) -> nx.MultiDiGraph:
    """Returns an rdflib graph as a network: its statements are facts; a plain triple that none of them says is a line
    that is `given`, since the graph names no source for it.

    The base is what the empty prefix stands for; labels of `kg:` terms are those of the shipped ontology.
    """
    import pyoxigraph as ox

    base = next((str(name) for prefix, name in graph.namespaces() if prefix == ""), BASE)
    store = ox.Store()
    text = graph.serialize(format="nt", encoding="utf-8")
    store.bulk_load(text, ox.RdfFormat.N_TRIPLES)
    ontology = ox.NamedNode(base + "ontology")
    for line in _grammar():
        store.bulk_load(line, ox.RdfFormat.TURTLE, to_graph=ontology)
    known = network(store, base)
    for subject, predicate, obj in _unsaid(store, known):
        add(known, subject, predicate, obj)
    return known


def _grammar() -> Iterator[bytes]:
    from kg.start import shipped_ontology

    for path in sorted(shipped_ontology().glob("*.ttl")):
        if path.name not in ("shapes.ttl", "alignments.ttl"):
            yield path.read_bytes()


def _unsaid(store: ox.Store, known: nx.MultiDiGraph) -> list[tuple[str, str, Any]]:
    """Returns the plain triples about entities that no fact of the network says, sorted."""
    import pyoxigraph as ox

    found = {
        (quad.subject.value, quad.predicate.value, str(quad.object)): quad.object
        for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
        and known.nodes.get(quad.subject.value, {"cls": KG + "Dataset"})["cls"] != KG + "Dataset"
        and isinstance(quad.object, (ox.NamedNode, ox.Literal))
    }
    marked = store.quads_for_pattern(None, ox.NamedNode(KG + "structural"), None)
    structural = {str(quad.subject)[1:-1] for quad in marked}
    shown = SHOWN_ANYWAY | structural
    machinery = {name for name in found if name[1] in shown or name[1].startswith((PROV, OA))}
    return [(s, p, found[s, p, o]) for s, p, o in sorted(found.keys() - said(known) - machinery)]


def about_evidence(iri: str, base: str) -> bool:
    """Says whether an IRI is one of those by which statements are laid out, which a picture shows with their fact."""
    return iri.startswith(tuple(f"{base}{name}/" for name in MINTED))


def _text(known: nx.MultiDiGraph, term: Any) -> str:
    if not hasattr(term, "value"):
        return str(term)
    label = known.graph["properties"].get(term.value)
    is_iri = str(term).startswith("<")
    return (label["en"] if label else tail(term.value) if is_iri and term.value.startswith(KG) else term.value) or "''"
