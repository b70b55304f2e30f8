"""Compares the Turtle writer with rdflib's on 98,000 made-up triples: prints CPU seconds and their ratio.

Run it from the root of the project: `python tests/bench/turtle.py`. The two writers take turns and the best
run of each counts.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from kg import terms
from kg.layout import Graphs
from kg.write import turtle

BASE = "https://kg.example/bench/"
STATEMENTS = 7_000
ROUNDS = 5


def _lines() -> Iterator[str]:
    """Yields facts as the layout writes them: an entity, a statement and its evidence each round."""
    for number in range(STATEMENTS):
        name = hashlib.sha256(str(number).encode()).hexdigest()[:16]
        entity, place = f"<{BASE}person-{number}>", f"<{BASE}place-{number % 700}>"
        statement, evidence = f"<{BASE}statement/{name}>", f"<{BASE}evidence/{name}>"
        selector, day = f"<{BASE}selector/{name}>", f'"20{number % 90 + 10}-11-23"^^<{terms.XSD}date>'
        for subject, predicate, object_ in (
            (entity, terms.RDF + "type", f"<{terms.KG}Person>"),
            (entity, terms.RDFS + "label", f'"Person \\"{number}\\" of Mérida"'),
            (entity, terms.KG + "governs", place),
            (statement, terms.RDF + "type", f"<{terms.KG}Statement>"),
            (statement, terms.RDF + "subject", entity),
            (statement, terms.RDF + "predicate", f"<{terms.KG}governs>"),
            (statement, terms.RDF + "object", place),
            (statement, terms.KG + "until", day),
            (statement, terms.KG + "votes", f'"{number * 37}"^^<{terms.XSD}integer>'),
            (statement, terms.KG + "evidence", evidence),
            (evidence, terms.RDF + "type", f"<{terms.KG}Evidence>"),
            (evidence, terms.PROV + "hadPrimarySource", f"<{BASE}document-{number % 40}>"),
            (evidence, terms.OA + "hasSelector", selector),
            (selector, terms.OA + "exact", f'"the incumbent number {number}"'),
        ):
            yield f"{subject} <{predicate}> {object_} ."


def _seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def main() -> None:
    import rdflib

    facts = tuple(sorted(_lines()))
    graphs = Graphs(BASE, terms.prefixes(BASE), facts)
    graph = rdflib.Graph()
    graph.parse(data="\n".join(facts), format="nt")
    for prefix, namespace in graphs.prefixes.items():
        graph.bind(prefix, namespace)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: "".join(turtle.write(graphs))))
        theirs.append(_seconds(lambda: graph.serialize(format="turtle")))
    print(f"{len(facts):,} triples: ours {min(ours):.3f} s, rdflib {min(theirs):.3f} s, ", end="")
    print(f"{min(theirs) / min(ours):.1f} times as fast")


if __name__ == "__main__":
    main()
