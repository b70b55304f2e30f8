"""Blank nodes are named by content: the same graph gives the same lines, and these are that graph."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg import blank

TERMS = st.sampled_from(["1", "2", "<a:x>"])


def _bracketed(objects: list[str]) -> str:
    return f"[ <a:q> {', '.join(objects)} ]" if objects else "[]"


def _listed(objects: list[str]) -> str:
    return f"({' '.join(objects)})"


OBJECTS = st.recursive(
    TERMS, lambda inner: st.lists(inner, max_size=3).map(_bracketed) | st.lists(inner, max_size=4).map(_listed)
)


@settings(deadline=None, max_examples=60)
@given(st.lists(OBJECTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_names_follow_from_what_is_said(objects: list[str], order: random.Random) -> None:
    """However they were called and in whatever order they come, the lines are the same, and the same graph."""
    text = f"<a:s> <a:p> {', '.join(objects)} . {objects[0] if objects[0][0] == '[' else '<a:t>'} <a:r> 3 ."
    triples = list(ox.parse(text, ox.RdfFormat.TURTLE))
    again = list(ox.parse(text, ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    order.shuffle(again)
    found = sorted(blank.lines(triples))
    assert found == sorted(blank.lines(again))
    assert isomorphic(rdflib.Graph().parse(data="\n".join(found), format="nt"), rdflib.Graph().parse(data=text))


def test_adding_one_leaves_the_names_of_the_others() -> None:
    """RDFC-1.0 numbers them, so that one more changes the lines of all."""
    before = "<a:s> <a:p> [ <a:q> 1 ], [ <a:q> 2 ; <a:r> [ <a:q> 3 ] ] ."
    few, more = (set(blank.lines(ox.parse(t, ox.RdfFormat.TURTLE))) for t in (before, f"{before} <a:a> <a:p> [] ."))
    assert few < more
    assert len(more) == len(few) + 1


@pytest.mark.parametrize("text", ["_:a <a:p> _:a", "_:a <a:p> _:b . _:b <a:p> _:a", "_:a <a:p> _:c . _:b <a:p> _:c"])
def test_what_is_no_tree_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a blank node stands in two others, or in itself"):
        blank.lines(ox.parse(f"{text} .", ox.RdfFormat.TURTLE))
