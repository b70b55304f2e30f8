"""A project's folder, to its corpus: every entity and fact, and every problem on the way. Writes nothing."""

from __future__ import annotations

import contextlib
import gc
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from kg.detail import Details, fact_id, read_details
from kg.entity import dataset_of, entities_of
from kg.fact import ENTITY_KEYS, EVIDENCE_KEYS, Aside, Corpus, Dataset, Entity, Entry, Fact, Node, Pairs, Text, Value
from kg.files import barred
from kg.layout import statement_key
from kg.names import Names, Referent
from kg.ontology import Ontology
from kg.problem import Problem, Span, echo, fold
from kg.read import readers
from kg.sentence import facts_of, grouped_facts
from kg.terms import iri

T = TypeVar("T")


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
    dataset = dataset_of(entries["dataset"], problems)
    entities = entities_of(entries["entity"], dataset, ontology, problems)
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
    if why := barred(folder.resolve(), root):  # the folder itself may be a link: projects share their facts
        yield Problem("unreadable-file", why, Span("facts", 0, 1))
    paths = sorted(folder.rglob("*"))
    if not (why or any(path.suffix in known for path in paths)):
        hint = f"write what sources say into facts/NAME{min(known)}"
        yield Problem("no-facts", "there is no file of facts here", Span("facts", 0, 1), hint)
    for path in paths:
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


# --- facts -------------------------------------------------------------------------------------


def _fact_ids(entries: list[Entry], entities: dict[str, Entity], problems: list[Problem]) -> list[str]:
    """Returns the ids that facts give themselves in their details."""
    found: dict[str, Span] = {}
    spelt = {key for key in _keys([entry.value for entry in entries]) if fold(key) == "id"}
    if not spelt:
        return []
    texts = [
        (value, entry.path) for entry in entries for pairs in _details(entry) for key, value in pairs.pairs
        if key.text in spelt and isinstance(value, Text)
    ]  # fmt: skip
    named = {fold(text): e.span for e in entities.values() for text, _ in (*e.names, *e.aliases)}
    for value, path in texts:
        if identifier := fact_id(value, path, []):  # one that is none is reported where the fact is read
            span = value.span(path)
            known = entities.get(identifier)
            taken = known.span if known else found.get(identifier) or named.get(fold(identifier))
            if taken:
                message = f"the id '{echo(identifier, 60)}' is taken: {taken.path}:{taken.line}"
                problems.append(Problem("duplicate-id", message, span, "choose another id"))
            else:
                found[identifier] = span
    return list(found)


def _keys(nodes: list[Node | None]) -> set[str]:
    """Returns every key of the mappings among some nodes, and of those in these."""
    keys = set()
    for node in nodes:  # it grows while it is walked
        if isinstance(node, Pairs):
            for key, value in node.pairs:
                keys.add(key.text)
                if isinstance(value, Pairs):
                    nodes.append(value)
    return keys


def _details(entry: Entry) -> list[Pairs]:
    """Returns every mapping that may be the details of a sentence, of one of its objects, or of a fact of an entity."""
    if not isinstance(entry.value, Pairs):
        return []
    inner = [value for _, value in entry.value.pairs if isinstance(value, Pairs)]
    if entry.kind == "entity":
        return [pairs for verb in inner for _, pairs in verb.pairs if isinstance(pairs, Pairs)]
    return [entry.value, *inner]


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

    def said(reference: str) -> str:
        missing = "circular" if reference in named else "missing"  # which is a problem of its own
        return known.get(reference) or f"{base}statement/{missing}"

    def value(old: Value) -> Value:
        return Value(iri(said(old.term[1:-1]))) if old.term.startswith("<#") else old

    def settle(fact: Fact) -> Fact:
        if not _references(fact):
            return fact
        subject = said(fact.subject) if fact.subject.startswith("#") else fact.subject
        quals = tuple((name, value(v)) for name, v in fact.qualifiers)
        return fact._replace(subject=subject, object=value(fact.object), qualifiers=quals)

    for reference in _innermost_first(facts, named, problems):
        known[reference] = f"{base}statement/{statement_key(settle(named[reference]))}"
    return [settle(fact) for fact in facts]


def _references(fact: Fact) -> list[str]:
    """Returns the `#id` of each fact that a fact speaks about."""
    terms = [*(value.term for _, value in fact.qualifiers), fact.object.term]
    found = [fact.subject] if fact.subject.startswith("#") else []
    return [*found, *(term[1:-1] for term in terms if term.startswith("<#"))]


def _innermost_first(facts: list[Fact], named: dict[str, Fact], problems: list[Problem]) -> Iterator[str]:
    """Yields the `#id` of each named fact after those that it speaks about; a circle is a problem, and cut."""
    above: dict[str, None] = {}  # as a stack, since a chain may be longer than Python's own
    done: set[str] = set()
    for fact in facts:
        waiting = [iter([f"#{fact.identifier}"] if fact.identifier else _references(fact))]
        while waiting:
            reference = next(waiting[-1], None)
            if reference is None:
                waiting.pop()
                if above:
                    settled, _ = above.popitem()
                    done.add(settled)
                    yield settled
            elif reference in above:
                circular = named[reference]
                message = f"the fact '{circular.identifier}' speaks about itself, by way of others"
                problems.append(Problem("circular-fact", message, circular.span, "a fact about facts ends somewhere"))
            elif reference in named and reference not in done:
                above[reference] = None
                waiting.append(iter(_references(named[reference])))


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
