"""Turtle 1.2 of the facts, an extra: a graph comes in, statements come out as annotations of what they state.

A statement that some source asserts stands behind its triple (`:a kg:governs :b ~ statement:… {| … |}`); one
that is only alleged, denied or predicted is a block of its own with `rdf:reifies`. rdflib 7 does not read
this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.terms import RDF
from kg.write import Terms, default_graph, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.layout import Graphs
    from kg.write import Pairs

NAME = "turtle12"
LABEL = "Turtle 1.2"
SUFFIX = ".12.ttl"
MEDIA_TYPE = "text/turtle;version=1.2"
GRAPHS = False

_STATES = tuple(f"<{RDF}{part}>" for part in ("subject", "predicate", "object"))

Triple = tuple[str, ...]


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the prefixes that are needed and then a block a subject, in the order of the Turtle export."""
    found = dict(subjects(default_graph(graphs, inferred), graphs.prefixes))
    terms = Terms(graphs.prefixes)
    states = {subject: triple for subject, pairs in found.items() if (triple := _stated(pairs))}
    plain = [(subject, pairs) for subject, pairs in found.items() if subject not in states]
    asserted = {(subject, *pair) for subject, pairs in plain for pair in pairs}
    behind: dict[Triple, list[str]] = {}
    for statement, triple in states.items():
        if triple in asserted:
            behind.setdefault(triple, []).append(statement)
    blocks = []
    for subject, pairs in found.items():
        if subject not in states:
            rows = [_annotated(subject, pair, behind, found, terms) for pair in pairs]
            blocks.append(f"\n{terms[subject]}\n{''.join(rows)}.\n")
        elif states[subject] not in asserted:
            triple = " ".join(terms[term] for term in states[subject])
            reifies = f"    {terms[f'<{RDF}reifies>']} <<( {triple} )>> ;\n"
            blocks.append(f"\n{terms[subject]}\n{reifies}{_rest(pairs, terms, 4)}.\n")
    yield terms.header()
    yield from blocks


def _stated(pairs: Pairs) -> Triple | None:
    """Returns the triple that a statement states; None for any other subject."""
    parts = [[object_ for predicate, object_ in pairs if predicate == part] for part in _STATES]
    return tuple(part[0] for part in parts) if all(len(part) == 1 for part in parts) else None


def _annotated(
    subject: str,
    pair: tuple[str, str],
    behind: Mapping[Triple, list[str]],
    found: Mapping[str, Pairs],
    terms: Terms,
) -> str:
    """Returns one triple and the statements that state it."""
    row = f"    {terms[pair[0]]} {terms[pair[1]]}"
    for statement in behind.get((subject, *pair), ()):
        rest = _rest(found[statement], terms, 8)
        row += f"\n      ~ {terms[statement]}" + (f" {{|\n{rest}      |}}" if rest else "")
    return f"{row} ;\n"


def _rest(pairs: Pairs, terms: Terms, indent: int) -> str:
    """Returns what is said of a statement beside the triple that it states."""
    rest = [pair for pair in pairs if pair[0] not in _STATES]
    return "".join(f"{' ' * indent}{terms[predicate]} {terms[object_]} ;\n" for predicate, object_ in rest)
