"""The entries of `dataset:` and `entities:`, to records; each wrong key or value to a problem at its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kg.detail import fact_id, nothing
from kg.fact import Dataset, Entity, Entry, Items, Node, Pairs, Text
from kg.ontology import Ontology
from kg.problem import ALPHABETS, Problem, Span, echo, fold
from kg.terms import BASE, KG, RESERVED_IDS, entity_iri, is_iri

DATASET_KEYS = ("id", "title", "base", "language", "license", "documents")
_SCHEMES = ("http://", "https://", "urn:", "tag:")
"""What IRIs of things begin with; one that browsers would run or open as a file is nobody's name."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


# --- dataset -----------------------------------------------------------------------------------


def dataset_of(entries: list[Entry], problems: list[Problem]) -> Dataset:
    """Returns what the project's one `dataset:` says, with defaults for what it does not."""
    for extra in entries[1:]:
        message = f"a second dataset; the first is in {entries[0].path}"
        problems.append(Problem("duplicate-dataset", message, extra.head.span(extra.path), "keep one"))
    if not entries:
        return Dataset(base=BASE)
    entry = entries[0]
    found: dict[str, str] = {}
    if not isinstance(entry.value, Pairs):
        hint = "dataset: {id: my-dataset, title: …, base: …}"
        problems.append(Problem("bad-structure", "a dataset is a mapping", entry.head.span(entry.path), hint))
        return Dataset(base=BASE)
    for key, value in entry.value.pairs:
        name, span = fold(key.text), key.span(entry.path)
        if name not in DATASET_KEYS:
            hint = "the keys are " + ", ".join(DATASET_KEYS)
            message = f"'{echo(key.text, 60)}' is not a key of a dataset"
            problems.append(Problem("unknown-key", message, span, hint, key.text, DATASET_KEYS))
        elif not isinstance(value, Text):
            problems.append(Problem("bad-structure", f"'{name}' is one text", span))
        elif not value.text.strip():
            problems.append(nothing(name, value, entry.path))
        elif name == "base" and not _is_base(value.text):
            hint = "base: https://example.org/my-dataset/"
            place = value.span(entry.path)
            problems.append(Problem("bad-base", "the base is no IRI that ends in / or #", place, hint))
        elif name == "language" and not _is_language(value.text):
            problems.append(_no_language(entry.path, value))
        elif name == "id" and value.text in RESERVED_IDS:
            problems.append(_reserved(value.text, value.span(entry.path)))
        elif text := fact_id(value, entry.path, problems) if name == "id" else value.text:
            found[name] = text
    return Dataset(**{"base": BASE, **found, "span": entry.head.span(entry.path)})


def _reserved(identifier: str, span: Span) -> Problem:
    return Problem("bad-id", f"'{identifier}' is kept for the graph itself", span, "choose another id")


def _is_base(text: str) -> bool:
    """Says whether IRIs can begin with the text: strict parsers read them, and an id can follow."""
    import pyoxigraph as ox

    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return is_iri(text) and text.startswith(_SCHEMES) and text.endswith(("/", "#"))


def _is_language(text: str) -> bool:
    """Says whether the text is a language tag that strict parsers read (BCP 47)."""
    import pyoxigraph as ox

    try:
        ox.Literal("", language=text)
    except ValueError:
        return False
    return bool(_LANGUAGE.fullmatch(text))


def _no_language(path: str, text: Text) -> Problem:
    return Problem("bad-language", f"'{echo(text.text, 40)}' is no language", text.span(path), "en, es, pt-br")


# --- entities ----------------------------------------------------------------------------------


def entities_of(
    entries: list[Entry], dataset: Dataset, ontology: Ontology, problems: list[Problem]
) -> dict[str, Entity]:
    """Returns id to entity, the dataset among them."""
    itself = Entity(
        dataset.id, entity_iri(dataset.base, dataset.id), KG + "Dataset",
        ((dataset.title or dataset.id, dataset.language if dataset.title else ""),), (), dataset.span,
    )  # fmt: skip
    found = {dataset.id: itself}
    for entry in entries:
        entity = _entity(entry, dataset, ontology, problems)
        if entity is None:
            continue
        if entity.id in found:
            first = found[entity.id].span
            message = f"the id '{entity.id}' is taken: {first.path}:{first.line}"
            problems.append(Problem("duplicate-id", message, entity.span, "merge the two, or rename one"))
        else:
            found[entity.id] = entity
    return found


def _entity(entry: Entry, dataset: Dataset, ontology: Ontology, problems: list[Problem]) -> Entity | None:
    span = entry.head.span(entry.path)
    identifier = fact_id(entry.head, entry.path, problems)
    if identifier in RESERVED_IDS:
        problems.append(_reserved(identifier, span))
        return None
    if not isinstance(entry.value, Pairs):
        message = f"'{echo(entry.head.text, 60)}' needs a type"
        problems.append(Problem("no-type", message, span, f"{echo(entry.head.text, 40)}: {{type: Person, name: …}}"))
        return Entity(identifier, entity_iri(dataset.base, identifier), "", (), (), span) if identifier else None
    values = {fold(key.text): value for key, value in entry.value.pairs}
    cls = _class(entry, values.get("type"), ontology, problems)
    names = _texts(values.get("name"), entry.path, problems, "name")
    aliases = _texts(values.get("also"), entry.path, problems, "also")
    for text in (identifier, *(text for text, _ in (*names, *aliases))):
        problems += _mixed(text, span)
    if not identifier:
        return None
    unique = tuple(a for a in dict.fromkeys(aliases) if a not in names)
    if len(unique) < len(aliases):
        twice = next(a for a in aliases if a in names or aliases.count(a) > 1)
        message = f"'{echo(twice[0], 60)}' names {identifier} twice"
        place = Span(entry.path, values["also"].line, values["also"].column)
        problems.append(Problem("duplicate-label", message, place, "remove one"))
    return Entity(identifier, entity_iri(dataset.base, identifier), cls, names, unique, span)


def _class(entry: Entry, node: Node | None, ontology: Ontology, problems: list[Problem]) -> str:
    if not isinstance(node, Text) or not node.text.strip():
        span = entry.head.span(entry.path)
        message = f"'{echo(entry.head.text, 60)}' needs a type"
        problems.append(Problem("no-type", message, span, "type: Person, or another class; `kg terms` lists them"))
        return ""
    if cls := ontology.class_names.get(fold(node.text)):
        return cls
    labels = sorted(c.label() for c in ontology.classes.values())
    message = f"no class is called '{echo(node.text, 60)}'"
    span = node.span(entry.path)
    problems.append(Problem("unknown-class", message, span, "`kg terms` lists the classes", node.text, labels))
    return ""


def _mixed(text: str, span: Span) -> Iterator[Problem]:
    """Yields a problem for each word of a name with letters of alphabets that look alike (UTS 39, mixed scripts)."""
    for word in () if text.isascii() else re.findall(r"[^\W\d_]+", text):
        found = ALPHABETS & {unicodedata.name(c, "").partition(" ")[0] for c in word}
        if len(found) > 1:
            alphabets = " and ".join(sorted(name.title() for name in found))
            message = f"the word '{echo(word, 40)}' has letters of {alphabets}: two names could look the same"
            yield Problem("mixed-scripts", message, span, "type it again in one alphabet")


def _texts(node: Node | None, path: str, problems: list[Problem], key: str) -> tuple[tuple[str, str], ...]:
    """Returns (text, language) for a name or aliases: text, a list, or a mapping from language to either."""
    if node is None:
        return ()
    if isinstance(node, Pairs):
        found = []
        for tag, value in node.pairs:
            if isinstance(value, Pairs):
                place = Span(path, value.line, value.column)
                problems.append(Problem("bad-structure", "a name has one language", place, f"{key}: {{en: …, es: …}}"))
            elif _is_language(tag.text):
                found += [(text, tag.text.lower()) for text, _ in _texts(value, path, problems, key)]
            else:
                problems.append(_no_language(path, tag))
        return tuple(found)
    out = []
    for item in node.items if isinstance(node, Items) else (node,):
        if isinstance(item, Text) and item.text.strip():
            out.append((" ".join(item.text.split()), ""))
        elif isinstance(item, Text):
            problems.append(nothing(key, item, path))
        else:
            place = Span(path, item.line, item.column)
            problems.append(Problem("bad-structure", "a name is text", place, "quote it if it holds [ ] { } or ,"))
    return tuple(out)
