"""A project's folder, to its corpus: every entity and fact, and every problem on the way. Writes nothing."""

from __future__ import annotations

import contextlib
import gc
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from kg.detail import EVIDENCE_KEYS, Details, fact_id, nothing, read_details
from kg.fact import Aside, Corpus, Dataset, Entity, Entry, Fact, Items, Node, Pairs, Text, Value
from kg.files import barred
from kg.layout import statement_key
from kg.names import Names, Referent
from kg.ontology import Ontology
from kg.problem import Problem, Span, echo, fold
from kg.read import readers
from kg.sentence import facts_of, grouped_facts
from kg.terms import BASE, KG, RESERVED_IDS, entity_iri, iri, is_iri

T = TypeVar("T")

ENTITY_KEYS = ("type", "name", "also", *(key for key in EVIDENCE_KEYS if key != "id"))
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
DATASET_KEYS = ("id", "title", "base", "language", "license", "documents")


def read(root: Path, ontology: Ontology) -> Corpus:
    """Returns everything the fact files below facts/ say, in an order that does not depend on the file system."""
    with no_collection():
        return _read(root, ontology)


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Keeps the garbage collector from walking thousands of new records again and again; none of them is a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # both together put the new records among the old ones without a walk
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _read(root: Path, ontology: Ontology) -> Corpus:
    problems = list(ontology.problems)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for item in _entries(root):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            entries[item.kind].append(item)
    problems += [_no_tables(entry) for entry in entries["tables"]]
    dataset = _dataset(entries["dataset"], problems)
    entities = _entities(entries["entity"], dataset, ontology, problems)
    ids = _fact_ids([*entries["entity"], *entries["fact"]], entities, problems)
    names = Names(entities.values(), ids, ontology)
    facts = list(_facts(entries, entities, names, dataset, problems))
    facts = _resolved(facts, dataset.base, problems)
    problems += _repeated(facts)
    asides = list(_sorted_out(_asides(entries["aside"], names), problems))
    once = tuple({(p.code, p.message, p.span): p for p in problems}.values())  # a file's source serves many facts
    by_iri = {e.iri: e for e in sorted(entities.values(), key=lambda e: e.iri)}
    return Corpus(dataset, by_iri, tuple(facts), tuple(asides), once)


def _entries(root: Path) -> Iterator[Entry | Problem]:
    """Yields the entries of every fact file, in the order of their names."""
    folder = root / "facts"
    if not folder.is_dir():
        hint = "`kg new DIR` makes a project; `kg -C DIR` names one"
        yield Problem("no-facts", "there is no folder of facts here", Span("facts", 0, 1), hint)
        return
    known = readers()
    if why := barred(folder.resolve(), root):
        yield Problem("unreadable-file", why, Span("facts", 0, 1))
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(root).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or name == "facts/locators.lock":
            continue
        is_folder = path.is_dir()
        if not is_folder and path.suffix not in known:
            hint = f"fact files end in {', '.join(sorted(known))}"
            yield Problem("unknown-format", "is no fact file and is not read", Span(name, 0, 1), hint)
        elif why := barred(path, root):
            yield Problem("unreadable-file", why, Span(name, 0, 1))
        elif not is_folder:
            yield from known[path.suffix].read(path, name)


def _no_tables(entry: Entry) -> Problem:
    span = entry.head.span(entry.path)
    return Problem("no-tables", "this version reads no tables yet", span, "write the facts out under facts:")


# --- dataset -----------------------------------------------------------------------------------


def _dataset(entries: list[Entry], problems: list[Problem]) -> Dataset:
    """Returns what the project's one `dataset:` says, with defaults for what it does not."""
    for extra in entries[1:]:
        message = f"a second dataset; the first is in {entries[0].path}"
        problems.append(Problem("duplicate-dataset", message, extra.head.span(extra.path), "keep one"))
    if not entries:
        return Dataset(base=BASE)
    entry = entries[0]
    found: dict[str, str] = {}
    for key, value in entry.value.pairs if isinstance(entry.value, Pairs) else ():
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
        elif text := fact_id(value, entry.path, problems) if name == "id" else value.text:
            found[name] = text
    return Dataset(**{"base": BASE, **found, "span": entry.head.span(entry.path)})


def _is_base(text: str) -> bool:
    """Says whether IRIs can begin with the text: strict parsers read them, and an id can follow."""
    import pyoxigraph as ox

    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return is_iri(text) and text.endswith(("/", "#"))


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


def _entities(
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
        problems.append(Problem("bad-id", f"'{identifier}' is kept for the graph itself", span, "choose another id"))
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


_ALPHABETS = {"LATIN", "GREEK", "CYRILLIC"}


def _mixed(text: str, span: Span) -> Iterator[Problem]:
    """Yields a problem for each word of a name with letters of alphabets that look alike (UTS 39, mixed scripts)."""
    for word in () if text.isascii() else re.findall(r"[^\W\d_]+", text):
        found = _ALPHABETS & {unicodedata.name(c, "").partition(" ")[0] for c in word}
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
            if _is_language(tag.text):
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


# --- facts -------------------------------------------------------------------------------------


def _fact_ids(entries: list[Entry], entities: dict[str, Entity], problems: list[Problem]) -> list[str]:
    """Returns the ids that facts give themselves in their details."""
    found: dict[str, Span] = {}
    for entry in entries:
        for value in _id_texts(entry):
            identifier = fact_id(value, entry.path, [])  # one that is none is reported where the fact is read
            span = value.span(entry.path)
            taken = entities[identifier].span if identifier in entities else found.get(identifier)
            if taken:
                message = f"the id '{echo(identifier, 60)}' is taken: {taken.path}:{taken.line}"
                problems.append(Problem("duplicate-id", message, span, "choose another id"))
            elif identifier:
                found[identifier] = span
    return list(found)


def _id_texts(entry: Entry) -> list[Text]:
    """Returns the text behind each `id:` in the details of one sentence, or of the facts under one entity."""
    pairs = entry.value.pairs if isinstance(entry.value, Pairs) else ()
    if entry.kind == "entity":
        inner = [value for _, verb in pairs if isinstance(verb, Pairs) for _, value in verb.pairs]
        pairs = tuple(pair for details in inner if isinstance(details, Pairs) for pair in details.pairs)
    return [value for key, value in pairs if fold(key.text) == "id" and isinstance(value, Text)]


def _facts(
    entries: dict[str, list[Entry]],
    entities: dict[str, Entity],
    names: Names,
    dataset: Dataset,
    problems: list[Problem],
) -> Iterator[Fact]:
    """Yields the facts of every sentence and of every entity's block."""
    for entry in entries["entity"]:
        entity = entities.get(unicodedata.normalize("NFC", entry.head.text))
        if entity and entity.span == entry.head.span(entry.path):
            yield from _sorted_out(_grouped(entry, entity, names), problems)
    sentences = _let_go(entries.pop("fact", []))
    yield from _sorted_out((found for entry in sentences for found in facts_of(entry, names)), problems)


def _let_go(entries: list[Entry]) -> Iterator[Entry]:
    """Yields entries and keeps none of them: there may be a hundred thousand."""
    entries.reverse()
    while entries:
        yield entries.pop()


def _sorted_out(found: Iterable[T | Problem], problems: list[Problem]) -> Iterator[T]:
    """Yields what is no problem, and keeps the problems."""
    for item in found:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            yield item


def _asides(entries: list[Entry], names: Names) -> Iterator[Aside | Problem]:
    """Yields the passages that are set aside, each of its file's document."""
    for entry in entries:
        at = Pairs(((Text("at", entry.head.line, entry.head.column, False), entry.head),), 0, 0)
        details = read_details(at, entry, names)
        span = entry.head.span(entry.path)
        reason = entry.value.text.strip() if isinstance(entry.value, Text) else ""
        yield from details.problems
        if not reason:
            yield Problem("no-reason", "this passage is set aside without a reason", span, "opinion, metaphor, …")
        elif not details.document:
            yield Problem("no-source", "this passage is of no document", span, "source: ID, once for the file")
        elif not details.problems:
            yield Aside(details.document, details.locator, reason, span)


def _grouped(entry: Entry, entity: Entity, names: Names) -> Iterator[Fact | Problem]:
    """Yields the facts that stand under an entity, its own source and locator their default."""
    pairs = entry.value.pairs if isinstance(entry.value, Pairs) else ()
    own = Pairs(tuple((k, v) for k, v in pairs if fold(k.text) in EVIDENCE_KEYS), entry.head.line, entry.head.column)
    defaults: Details = read_details(own, entry, names)
    yield from defaults.problems
    subject = Referent(entity.iri, entity.cls, entity.name)
    for key, value in pairs:
        if fold(key.text) not in ENTITY_KEYS:
            yield from grouped_facts(subject, entry.head, key, value, entry, names, defaults)


def _resolved(facts: list[Fact], base: str, problems: list[Problem]) -> list[Fact]:
    """Returns the facts with `#id` replaced by the IRI of the statement that the named fact makes."""
    named = {f"#{f.identifier}": f for f in facts if f.identifier}
    if not named:
        return facts
    known: dict[str, str] = {}

    def statement(reference: str, above: tuple[str, ...]) -> str:
        if reference in known:
            return known[reference]
        if reference in above:
            fact = named[reference]
            message = f"the fact '{fact.identifier}' speaks about itself, by way of others"
            problems.append(Problem("circular-fact", message, fact.span, "a fact about facts ends somewhere"))
            return f"{base}statement/circular"
        if reference not in named:
            return f"{base}statement/missing"  # the named fact has a problem of its own
        fact = settle(named[reference], (*above, reference))
        known[reference] = f"{base}statement/{statement_key(fact)}"
        return known[reference]

    def value(old: Value, above: tuple[str, ...]) -> Value:
        return Value(iri(statement(old.term[1:-1], above))) if old.term.startswith("<#") else old

    def settle(fact: Fact, above: tuple[str, ...]) -> Fact:
        subject = statement(fact.subject, above) if fact.subject.startswith("#") else fact.subject
        quals = tuple((name, value(v, above)) for name, v in fact.qualifiers)
        return fact._replace(subject=subject, object=value(fact.object, above), qualifiers=quals)

    return [settle(fact, (f"#{fact.identifier}",) if fact.identifier else ()) for fact in facts]


def _repeated(facts: list[Fact]) -> Iterator[Problem]:
    """Yields a problem for each fact that says again what another says by the same evidence."""
    first: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = (fact.subject, fact.property, fact.object, fact.qualifiers, fact.evidence)
        earlier = first.setdefault(key, fact)
        if earlier is not fact:
            place = f"{earlier.span.path}:{earlier.span.line}"
            hint = "remove one, or give each its own passage (at:)"
            yield Problem("repeated-fact", f"this fact is already stated: {place}", fact.span, hint)
