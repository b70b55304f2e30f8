"""What a parameter of a saved query may be, and what may have been meant by a text that it cannot be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from datetime import date

import pyoxigraph as ox

from kg.labels import label_of
from kg.parameters import Parameter
from kg.problem import NEAR, fold
from kg.serve.graph import entities, tally
from kg.serve.graph.holding import Holding
from kg.serve.graph.names import Names
from kg.terms import RDFS, tail

CANDIDATES = 20
"""Entities that are listed for an ambiguous name."""

OFFERED = 5
"""Readings that are offered for what is no name, no date, no number."""

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct", "nov", "dec dic"), 1
    )
    for name in names.split()
}
"""How the months begin, in English and Spanish."""

Meant = dict[str, str]
"""An entity or a text that may be meant: `id` is what is written for it, `label` what people read."""


def class_of(holding: Holding, parameter: Parameter) -> str:
    """Returns the class that a parameter is called by, '' for none: `person` takes what is of the class person.

    One whose default is of another class is called by something else.
    """
    if parameter.type != "iri":
        return ""
    found = holding.classes_by_name.get(fold(parameter.name.replace("_", " ")), ())
    cls = next(iter(found)) if len(found) == 1 else ""
    usual = holding.dataset.base + (parameter.default or "")
    return cls if usual not in holding.names.classes or fits(holding, usual, cls) else ""


def classes_by_name(holding: Holding) -> dict[str, set[str]]:
    """Returns each folded label of a class with the classes that have it. Holding.classes_by_name keeps it."""
    found: dict[str, set[str]] = {}
    for cls in filter(tally.is_entity_class, tally.members(holding, *tally.CLASSES)):
        for name in _names_of(holding, cls):
            found.setdefault(name, set()).add(cls)
    return found


def _names_of(holding: Holding, cls: str) -> Iterator[str]:
    yield fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tail(cls)))
    for quad in holding.dataset.store.quads_for_pattern(ox.NamedNode(cls), ox.NamedNode(RDFS + "label"), None, None):
        yield fold(quad.object.value)


def fits(holding: Holding, iri: str, cls: str) -> bool:
    """Says whether an entity is of a class or of one below it; anything is where there is no class."""
    return not cls or holding.names.is_of(iri, entities.below(holding, cls))


def entity(holding: Holding, iri: str, lang: str) -> Meant:
    """Returns an entity as what may be meant."""
    kinds = (kind for kind in holding.names.classes.get(iri, ()) if tally.is_entity_class(kind))
    about = ", ".join(label_of(holding.dataset, ox.NamedNode(kind), lang) for kind in kinds)
    label = label_of(holding.dataset, ox.NamedNode(iri), lang)
    return {"id": iri.removeprefix(holding.dataset.base), "iri": iri, "label": label, "class": about}


def by(holding: Holding, parameter: Parameter, text: str, cls: str, lang: str) -> dict[str, list[Meant]]:
    """Returns what may be meant by a text that a parameter does not take.

    `candidates` bear exactly that name, `near` are those of the class or the dates, numbers or choices that come near,
    `others` bear the name and are of another class.
    """
    if parameter.type == "iri":
        return _entities(holding, text, cls, lang)
    reading = {"date": dates, "integer": numbers, "number": numbers}.get(parameter.type)
    found: Iterable[str] = reading(text) if reading else _choices(parameter, text)
    return {"near": [{"id": one, "label": one} for one in list(found)[:OFFERED]]}


def _entities(holding: Holding, text: str, cls: str, lang: str) -> dict[str, list[Meant]]:
    names, below = holding.names, entities.below(holding, cls) if cls else set[str]()
    exact = [f.iri for f in names.search(text, CANDIDATES) if f.rank == 0 and fold(f.name) == fold(text)]
    fitting = [iri for iri in exact if not cls or names.is_of(iri, below)]
    named = {
        "candidates": fitting,
        "near": [] if fitting else _near(names, text, below)[:OFFERED],
        "others": [iri for iri in exact or _near(names, text, set()) if cls and not names.is_of(iri, below)],
    }
    return {part: [entity(holding, iri, lang) for iri in iris] for part, iris in named.items()}


def _near(names: Names, text: str, below: set[str]) -> list[str]:
    """Returns the entities of some classes whose names begin like a text, or are spelled like it."""
    found = [hit.iri for hit in names.search(text, OFFERED, below)]
    likely = {fold(one) for one in names.near(text, below)}
    alike = [name.iri for name in names.entries if name.folded in likely] if likely else []
    return list(dict.fromkeys([*found, *(iri for iri in alike if not below or names.is_of(iri, below))]))


def _choices(parameter: Parameter, text: str) -> list[str]:
    by_fold = {fold(choice): choice for choice in parameter.choices}
    return [by_fold[one] for one in difflib.get_close_matches(fold(text), by_fold, n=OFFERED, cutoff=NEAR)]


def numbers(text: str) -> list[str]:
    """Returns the number that is written with marks between its digits.

    >>> numbers("5,250,000"), numbers("5.3 million")
    (['5250000'], [])
    """
    bare = re.sub(r"(?<=\d)[ ,.'’\u00a0\u202f](?=\d{3}(?!\d))", "", text.strip())
    return [bare] if bare != text and re.fullmatch(r"[+-]?\d+", bare) else []


def dates(text: str) -> list[str]:
    """Returns the days, or months, that a text may mean.

    >>> dates("23.11.2008"), dates("4/5/2008"), dates("23 de noviembre de 2008"), dates("tomorrow")
    (['2008-11-23'], ['2008-05-04', '2008-04-05'], ['2008-11-23'], [])
    """
    if found := re.fullmatch(r"\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\s*", text):
        one, other, year = (int(part) for part in found.groups())
        return list(dict.fromkeys(filter(None, (_day(year, other, one), _day(year, one, other)))))
    parts = re.findall(r"[^\W\d_]+|\d+", fold(text))
    months = [MONTHS[part[:3]] for part in parts if part[:3] in MONTHS]
    years = [int(part) for part in parts if re.fullmatch(r"\d{4}", part)]
    days = [int(part) for part in parts if re.fullmatch(r"\d{1,2}", part)]
    if len(months) != 1 or len(years) != 1:
        return []
    return [found for day in days[:1] if (found := _day(years[0], months[0], day))] or [f"{years[0]}-{months[0]:02}"]


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
