"""A sentence or statement back to where it comes from: file and line, document and passage, or rule and premises."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg import evidence as passages
from kg.dates import literal_in_words
from kg.fact import Corpus, Fact, Text, Value
from kg.labels import label_of
from kg.layout import Anchor, statement_key, value_node
from kg.names import Names, Part
from kg.problem import Problem, echo, visible
from kg.query import Dataset, QueryError
from kg.rules import read_rules
from kg.saved import Saved
from kg.sentence import read_sentence
from kg.sparql import parts_of, with_one_prefix_each
from kg.statement import is_statement, sentence_of, triple_of, value_of
from kg.terms import KG, RDF, iri, text_of

Triple = tuple[str, str, str]
"""As N-Triples terms."""

DEPTH_LIMIT = 6
"""Inferences that are followed back, one from another; of those below it is said how to ask for them."""


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of evidence for a statement."""

    file: str
    """path:line of the sentence."""
    document: str
    written_by: tuple[str, ...]
    published_on: str
    status: str
    rank: str
    speakers: tuple[str, ...]
    locator: str
    lines: str
    """Of the document's file, where the locator is locked or the document at hand."""
    passage: str
    """The words themselves, where the documents are at hand."""
    note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is in the graph: it is stated, or a rule infers it."""

    sentence: str
    qualifiers: tuple[str, ...]
    statement: str
    """IRI; '' for what is only inferred."""
    sources: tuple[Source, ...] = ()
    rule: str = ""
    rule_says: str = ""
    premises: tuple[Reason, ...] = ()
    goes_on: str = ""
    """The command that shows the rule, where inferences are no longer followed back."""


def reasons(corpus: Corpus, root: Path, dataset: Dataset, words: str, documents: str | None) -> list[Reason]:
    """Returns every reason for a sentence (`cabello governs miranda`) or a statement's IRI or 16-digit key.

    Raises QueryError for words that are no sentence.
    """
    finder = _Finder(corpus, root, dataset, Path(documents) if documents else None)
    key = re.fullmatch(r"(?:.*/|statement:)?([0-9a-f]{16})", words.strip().strip("<>"))
    if key:
        found = [f for f in corpus.facts if statement_key(f) == key[1]]
        return list(finder.stated(found))
    triple = finder.triple(words)
    return finder.of_triple(triple) + list(finder.tenures(triple))


class _Finder:
    """Follows triples of one dataset back."""

    def __init__(self, corpus: Corpus, root: Path, dataset: Dataset, documents: Path | None) -> None:
        self.corpus, self.root, self.dataset = corpus, root, dataset
        self.locked, _ = passages.read_lock(root, corpus.dataset.base)
        self.documents = passages.documents(corpus, documents)[0] if documents else {}
        self.rules = read_rules(root)[0]

    def triple(self, words: str) -> Triple:
        """Returns the triple that a sentence states, as N-Triples terms."""
        text = Text(words, 1, 1)
        reading = read_sentence(Part(words, "your words", text), None, self._names)
        if isinstance(reading, Problem) and words in self._names:
            message = f"'{echo(words, 60)}' is a name, and a sentence has a verb too"
            hint = f"`kg view --about {shlex.quote(echo(words, 60))}` shows what is said of it"
            raise QueryError(replace(reading, message=message, hint=hint, word=""))
        if isinstance(reading, Problem):
            raise QueryError(reading)
        subject, prop, value = reading.triple(self._names.ontology)
        return self._settled(iri(subject)), iri(prop.iri), self._settled(self._term(value))

    @cached_property
    def _names(self) -> Names:
        from kg.ontology import owl

        return Names(self.corpus.entities.values(), self._named, owl.load(self.root))

    @cached_property
    def _named(self) -> dict[str, str]:
        """Returns the statement that each fact with an id makes."""
        statement = f"{self.dataset.base}statement/"
        return {f.identifier: iri(statement + statement_key(f)) for f in self.corpus.facts if f.identifier}

    def _settled(self, term: str) -> str:
        """Returns a term; the statement for the `#id` of a fact."""
        return self._named[term[2:-1]] if term.startswith("<#") else term

    def _term(self, value: Value) -> str:
        return value_node(self.dataset.base, value)

    def of_triple(self, triple: Triple, above: tuple[Triple, ...] = ()) -> list[Reason]:
        """Returns why a triple is there: the facts that state it and the rules that infer it.

        `above` are the triples that this one is a premise of; nothing is inferred from itself, nor from a statement
        that nobody asserts or that is known to be wrong.
        """
        subject, prop, obj = triple
        facts = [
            f for f in self.corpus.facts
            if iri(f.subject) == subject and iri(f.property) == prop and self._term(f.object) == obj
        ]  # fmt: skip
        if above:
            grounds = {statement_key(fact) for fact in facts if fact.evidence.stands}
            facts = [fact for fact in facts if statement_key(fact) in grounds]
        return list(self.stated(facts)) + list(self.inferred(triple, above))

    def stated(self, facts: Iterable[Fact]) -> Iterator[Reason]:
        """Yields one reason for each statement among the facts, with all its evidence."""
        statements: dict[str, list[Fact]] = {}
        for fact in facts:
            statements.setdefault(statement_key(fact), []).append(fact)
        for key, same in statements.items():
            first = same[0]
            triple = (iri(first.subject), iri(first.property), self._term(first.object))
            qualifiers = tuple(f"{self._label(iri(p))} {self._label(self._term(v))}" for p, v in first.qualifiers)
            sources = tuple(self._source(fact) for fact in same)
            yield Reason(self._sentence(triple), qualifiers, f"{self.dataset.base}statement/{key}", sources)

    def _source(self, fact: Fact) -> Source:
        said = fact.evidence
        about = {f.property: f for f in self.corpus.facts if f.subject == said.document}
        authors = [f for f in self.corpus.facts if f.subject == said.document and f.property == KG + "writtenBy"]
        date = about.get(KG + "publishedOn")
        anchor = self.locked.get((said.document, said.locator))
        lines, passage = self._passage(said.document, said.locator, anchor)
        return Source(
            file=f"{fact.span.path}:{fact.span.line}", document=self._label(iri(said.document)),
            written_by=tuple(self._label(f.object.term) for f in authors),
            published_on=text_of(date.object.term) if date else "", status=said.status, rank=said.rank,
            speakers=tuple(self._label(iri(s)) for s in said.speakers), locator=said.locator, lines=lines,
            passage=passage, note=said.note,
        )  # fmt: skip

    def _passage(self, document: str, locator: str, anchor: Anchor | None) -> tuple[str, str]:
        at_hand = self.documents.get(document)
        if at_hand is None or not locator:
            return "", ""
        from kg import locator as locators

        places = passages.find(locators.parse(locator), at_hand)
        if len(places) != 1:
            return "", ""
        start, end = places[0]
        first, last = at_hand.line(start), at_hand.line(end - 1)
        return (f"line {first}" if first == last else f"lines {first}-{last}"), at_hand.text[start:end]

    def inferred(self, triple: Triple, above: tuple[Triple, ...]) -> Iterator[Reason]:
        """Yields one reason for each rule whose head is the triple and whose pattern holds without it."""
        if not self._is_inferred(triple):
            return
        for rule in self.rules:
            found = premises(self.dataset, rule, triple)
            if not found or not {triple, *above}.isdisjoint(found):
                continue
            below = [reason for premise in found for reason in self._of_premise(premise, (*above, triple))]
            summary = str(rule.header.get("summary", ""))
            yield Reason(self._sentence(triple), (), "", (), rule.name, summary, tuple(dict.fromkeys(below)))

    def _is_inferred(self, triple: Triple) -> bool:
        import pyoxigraph as ox

        graph = ox.NamedNode(self.dataset.base + "inferred")
        quad = next(iter(ox.parse(" ".join((*triple, ".")).encode(), ox.RdfFormat.N_TRIPLES))).triple
        found = self.dataset.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, graph)
        return next(found, None) is not None

    def tenures(self, triple: Triple) -> Iterator[Reason]:
        """Yields one reason for each inferred statement that says the triple with bounds in time of its own."""
        import pyoxigraph as ox

        graph = ox.NamedNode(self.dataset.base + "inferred")
        subject = ox.NamedNode(triple[0][1:-1])
        for quad in list(self.dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "subject"), subject, graph)):
            if self._said(quad.subject) == triple:
                yield from self._tenure(quad.subject, triple, ())

    def _said(self, node: Any) -> Triple | None:
        parts = triple_of(self.dataset, node)
        return (str(parts[0]), str(parts[1]), str(parts[2])) if all(parts) else None

    def _tenure(self, statement: Any, said: Triple, above: tuple[Triple, ...]) -> Iterator[Reason]:
        """Yields one reason for each rule that makes the statement that says a triple."""
        day = value_of(self.dataset, statement, KG + "beginOfBegin")
        qualifiers = (f"beginning on {day.value} at the earliest",) if day else ()
        for reason in self.inferred((str(statement), iri(RDF + "subject"), said[0]), above):
            yield replace(reason, sentence=self._sentence(said), qualifiers=qualifiers, statement=statement.value)

    def _of_premise(self, premise: Triple, above: tuple[Triple, ...]) -> list[Reason]:
        """Returns why a premise holds; one that is part of a statement's layout stands for the statement.

        What a rule infers is not followed back where that only leads in a circle, nor further down than the limit
        where a sentence can ask for it.
        """
        import pyoxigraph as ox

        node = ox.NamedNode(premise[0][1:-1]) if premise[0].startswith("<") else None
        said = node and self._said(node)
        if facts := [fact for fact in self.corpus.facts if said and statement_key(fact) == node.value[-16:]]:
            return list(self.stated(facts))
        is_inferred = self._is_inferred(premise)
        command = self._command(said or premise) if is_inferred and len(above) > DEPTH_LIMIT else ""
        if not command:
            found = list(self._tenure(node, said, above)) if said else self.of_triple(premise, above)
            if found or not is_inferred:
                return found
        return [Reason(self._sentence(said or premise), (), "", goes_on=command or self._command(said or premise))]

    def _command(self, triple: Triple) -> str:
        """Returns the command that shows why a triple is there, '' where no sentence says it."""
        words = " ".join(map(self._word, triple))
        try:
            subject, prop, obj = self.triple(words)
        except QueryError:
            return ""
        same = prop == triple[1] and {subject, obj} == {triple[0], triple[2]}  # either way round where it is symmetric
        return f"kg why {shlex.quote(words)}" if same else ""

    def _word(self, term: str) -> str:
        """Returns how a sentence names a term so that it means nothing else."""
        ids = {entity.iri: entity.id for entity in self.corpus.entities.values()}
        ids |= {text_of(statement): identifier for identifier, statement in self._named.items()}
        return ids.get(text_of(term)) or (self._label(term) if term.startswith("<") else text_of(term))

    def _sentence(self, triple: Triple) -> str:
        return " ".join(self._label(term) for term in triple)

    def _label(self, term: str) -> str:
        import pyoxigraph as ox

        if not term.startswith("<"):
            return literal_in_words(term)
        node = ox.NamedNode(term[1:-1])
        said = sentence_of(self.dataset, node) if is_statement(self.dataset, node) else ""
        return f"“{said}”" if said else label_of(self.dataset, node)


def premises(dataset: Dataset, rule: Saved, triple: Triple) -> list[Triple]:
    """Returns the triples from which a rule gives the triple (N-Triples terms), [] where it does not.

    The rule is parsed by rdflib, its head matched with the triple, and its pattern asked with what that binds.
    """
    from rdflib import Variable
    from rdflib.plugins.sparql import prepareQuery

    text = with_one_prefix_each(rule.text, dataset.prefixes)  # rdflib forgets all but the last
    algebra = prepareQuery(text, initNs=dict(dataset.prefixes), base=dataset.base).algebra
    for head in algebra.template:
        bound = _unified(head, triple, Variable)
        if bound is None:
            continue
        solution = _first(dataset, rule.text, bound)
        if solution is not None:
            found = [_instance(p, solution, Variable) for p in _patterns(algebra)]
            return list(dict.fromkeys(t for t in found if t and t != triple))
    return []


def _unified(head: tuple[Any, ...], triple: tuple[str, ...], variable: type) -> dict[str, str] | None:
    bound: dict[str, str] = {}
    for part, term in zip(head, triple, strict=True):
        if isinstance(part, variable):
            if bound.setdefault(str(part), term) != term:
                return None
        elif part.n3() != term:
            return None
    return bound


def _first(dataset: Dataset, rule: str, bound: Mapping[str, str]) -> Any:
    """Returns the first solution of a rule's pattern under bindings, None where there is none."""
    prologue, pattern = parts_of(rule)
    filters = " ".join(f"FILTER(?{name} = {term})" for name, term in bound.items())
    values = " ".join(f"VALUES ?{name} {{ {term} }}" for name, term in bound.items())
    text = f"{prologue}\nSELECT * WHERE {{ {values} {pattern}\n{filters} }} LIMIT 1"
    options = {"base_iri": dataset.base, "prefixes": dict(dataset.prefixes), "use_default_graph_as_union": True}
    return next(iter(dataset.store.query(text, **options)), None)


def _patterns(algebra: Any) -> Iterator[tuple[Any, ...]]:
    """Yields the triple patterns of a query's WHERE, those under FILTER NOT EXISTS left out."""
    if isinstance(algebra, dict):
        for key, part in algebra.items():
            if key == "triples":
                yield from part
            elif key not in ("expr", "template"):
                yield from _patterns(part)
    elif isinstance(algebra, (list, tuple)):
        for part in algebra:
            if isinstance(part, dict):
                yield from _patterns(part)


def _instance(pattern: tuple[Any, ...], solution: Any, variable: type) -> Triple | None:
    """Returns a pattern with a solution's terms, None where a term is unbound or a path stands."""
    from rdflib.term import Identifier

    terms = []
    for part in pattern:
        if isinstance(part, variable):
            try:
                value = solution[str(part)]
            except KeyError:
                return None
            if value is None:
                return None
            terms.append(str(value))
        elif isinstance(part, Identifier):
            terms.append(part.n3())
        else:
            return None  # a property path
    return tuple(terms)  # type: ignore[return-value]


# --- for people --------------------------------------------------------------------------------


def as_text(found: list[Reason], words: str, width: int) -> str:
    """Returns reasons as indented text."""
    if not found:
        return f"Nothing says so: '{echo(words)}'."
    return "\n\n".join(_reason_text(reason, width, "") for reason in found)


def _reason_text(reason: Reason, width: int, indent: str) -> str:
    out = _wrapped(reason.sentence + "".join(f", {q}" for q in reason.qualifiers), width, indent)
    for source in reason.sources:
        out += _source_lines(source, width, indent + "  ")
    if reason.rule:
        out += _wrapped(f"inferred by {reason.rule}: {reason.rule_says}", width, indent + "  ")
        out += [_reason_text(premise, width, indent + "  ") for premise in reason.premises]
    elif not reason.sources:
        command = f"; `{visible(reason.goes_on)}` shows how" if reason.goes_on else ""
        out.append(f"{indent}  inferred by a rule{command}")
    return "\n".join(out)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(visible(text), width, initial_indent=indent, subsequent_indent=indent + "  ")


def _source_lines(source: Source, width: int, indent: str) -> list[str]:
    unnamed = [author for author in source.written_by if author not in source.document]
    by = f", by {' and '.join(unnamed)}" if unnamed else ""
    date = f", {source.published_on}" if source.published_on else ""
    out = _wrapped(f"{source.status} in {source.document}{by}{date}", width, indent)
    inner = indent + "  "
    if source.speakers:
        out += _wrapped(f"says {', as told by '.join(source.speakers)}", width, inner)
    where = ", ".join(part for part in (source.lines, source.locator) if part)
    if where:
        out += _wrapped(f"at {where}", width, inner)
    if source.passage:
        out += textwrap.wrap(visible(f"“{source.passage}”"), width, initial_indent=inner, subsequent_indent=inner)
    if source.rank != "normal":
        out.append(f"{inner}rank {source.rank}")
    if source.note:
        out += _wrapped(f"note: {source.note}", width, inner)
    return [*out, f"{inner}{visible(source.file)}"]
