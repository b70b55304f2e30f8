"""One entry, the ontology and the names, to facts; or to a problem at the wrong word. Knows no file formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.detail import Details, read_details
from kg.fact import Bounds, Entry, Fact, Items, Node, Pairs, Text, Value, new
from kg.names import Names, Part, Referent
from kg.ontology import Ontology, Property
from kg.problem import Problem, Span, echo, fold
from kg.terms import iri
from kg.value import NotAValue, impossible, literal_value, merged, placed

WORD_LIMIT = 200
"""Words a sentence may have; a name or two and a verb need far fewer."""


class Reading(NamedTuple):
    """One way to divide a sentence into subject, verb and object."""

    subject: Part
    verb: Part
    object: Part
    property: Property
    subjects: Sequence[Referent]
    """Whom the subject's words may name, whether or not their class fits."""
    objects: Sequence[Referent]
    value: Value | None
    """A literal object; None for an entity or for words that are no such literal."""
    trouble: tuple[str, str] = ("", "")
    """Why the object's words are no value: message, hint."""

    @property
    def length(self) -> int:
        """How many words the verb has."""
        return len(self.verb.text.split())

    def triple(self, ontology: Ontology) -> tuple[str, Property, Value]:
        """Returns (subject IRI, property, object) the canonical way round: no inverse verb, symmetric ones sorted."""
        subject, value = self.subjects[0].iri, self.value or new(Value, (iri(self.objects[0].iri), None, None))
        if self.property.inverse:
            canonical = ontology.properties[self.property.inverse]
            return self.objects[0].iri, canonical, Value(iri(subject))
        if self.property.symmetric and value.term[1:-1] < subject:
            return value.term[1:-1], self.property, Value(iri(subject))
        return subject, self.property, value

    @property
    def known(self) -> int:
        """How many of subject and object are known words: 0, 1 or 2."""
        return bool(self.subjects) + bool(self.objects or self.value)


def facts_of(entry: Entry, names: Names) -> Sequence[Fact | Problem]:
    """Returns the facts that one entry of `facts:` states, or what is wrong with it."""
    sentence = entry.head
    if not sentence.text.strip():
        place = Span(entry.path, sentence.line, sentence.column)
        return [Problem("empty-sentence", "a fact is a sentence; this one is empty", place)]
    whole = Part(sentence.text, entry.path, sentence, 0)
    value = entry.value
    if value is None or (isinstance(value, Text) and not value.text):
        return _facts_with(whole, None, None, entry, names)
    if isinstance(value, Pairs) and not (value.pairs and isinstance(value.pairs[0][1], Pairs)):
        return _facts_with(whole, None, value, entry, names)
    found: list[Fact | Problem] = []
    for each in _objects(value, sentence.text, entry.path):
        if isinstance(each, Problem):
            found.append(each)
        else:
            item, pairs = each
            found += _facts_with(whole, Part(item.text, entry.path, item, 0), pairs, entry, names)
    return found


def _facts_with(
    whole: Part, value: Part | None, pairs: Pairs | None, entry: Entry, names: Names
) -> Sequence[Fact | Problem]:
    """Returns the fact of a sentence, whose object may stand apart in `value`, with its details; or what is wrong."""
    details = read_details(pairs, entry, names)
    reading = read_sentence(whole, value, names)
    if isinstance(reading, Problem):
        return [*details.problems, reading]
    return details.problems or fact_of(reading, details, names)


def _objects(value: Node, before: str, path: str) -> Iterator[tuple[Text, Pairs | None] | Problem]:
    """Yields each object behind a colon with the details that it has for itself, or what is wrong with it."""
    if isinstance(value, Pairs):
        for item, inner in value.pairs:
            if isinstance(inner, Pairs):
                yield item, inner
            else:
                hint = f"write {echo(before, 60)}: {{{echo(item.text, 60)}: {{at: …}}}}"
                span = Span(path, inner.line, inner.column)
                yield Problem("bad-structure", "details stand in { } behind the object", span, hint)
        return
    for item in value.items if isinstance(value, Items) else (value,):
        if isinstance(item, Text):
            yield item, None
        else:
            hint = "several objects are written [a, b]; details are written {key: value}"
            yield Problem("bad-structure", "an object is text", Span(path, item.line, item.column), hint)


def grouped_facts(
    subject: Referent, at: Text, verb: Text, value: Node, entry: Entry, names: Names, defaults: Details
) -> Iterator[Fact | Problem]:
    """Yields the facts of one `verb: value` line in an entity's block; `at` is the entity's id in the file."""
    choices = _verbs_named(verb.text, names.ontology)
    if not choices:
        hint = "the keys of an entity are type, name, also, its default evidence, and verbs"
        span = Part(verb.text, entry.path, verb, 0).span
        message = f"no property is labelled '{echo(verb.text, 60)}'"
        yield Problem("unknown-verb", message, span, hint, verb.text, names.ontology.verb_labels)
        return
    for found in _objects(value, verb.text, entry.path):
        if isinstance(found, Problem):
            yield found
            continue
        item, pairs = found
        details = read_details(pairs, entry, names, defaults)
        yield from details.problems
        subject_part, verb_part = Part(at.text, entry.path, at, 0), Part(verb.text, entry.path, verb, 0)
        part = Part(item.text, entry.path, item, 0)
        readings = [_reading(subject_part, verb_part, part, p, names, (subject,)) for p in choices]
        best = _best(readings, verb_part, names, part)
        if isinstance(best, Problem):
            yield best
        elif not details.problems:
            yield from fact_of(best, details, names)


def fact_of(reading: Reading, details: Details, names: Names) -> Sequence[Fact | Problem]:
    """Returns the fact of one reading that has one subject and one object, or what is wrong with it."""
    prop, ontology = reading.property, names.ontology
    problems = list(details.misplaced(prop, ontology)) if details.keys else []
    span = _sentence_span(reading)
    if not details.document:
        hint = "name one in its details, or once for the file: source: ID"
        problems.append(Problem("no-source", "this fact names no source", span, hint))
    if problems:
        return problems
    subject, prop, value = reading.triple(ontology)
    qualifiers = details.qualifiers
    bounds = _bounds(value, qualifiers, ontology)
    if bounds and (why := impossible(bounds))[0]:
        return [Problem("backwards-interval", why[0], span, why[1])]
    at = details.at or span
    return [new(Fact, (subject, prop.iri, value, qualifiers, bounds, details.evidence, details.identifier, span, at))]


def _bounds(value: Value, qualifiers: tuple[tuple[str, Value], ...], ontology: Ontology) -> Bounds | None:
    """Returns the bounds of a statement in time, from its qualifiers and its object."""
    parts = []
    for name, qualifier in qualifiers:
        role = ontology.properties[name].time_role
        if qualifier.bounds and role:
            parts.append(placed(qualifier, role))
    if value.bounds:
        parts.append(value.bounds)
    return merged(parts) if parts else None


def _sentence_span(reading: Reading) -> Span:
    """Returns the place of the sentence's text, or of the object where an entity's block gives each its own."""
    if reading.subject.whole is not reading.verb.whole:
        return reading.object.span
    return reading.verb.whole.span(reading.verb.path)


# --- readings ----------------------------------------------------------------------------------


def _verbs_named(text: str, ontology: Ontology) -> list[Property]:
    """Returns the properties that the text as a whole is a verb of."""
    words = tuple(fold(text).split())
    return [prop for phrase, prop in ontology.verbs.get(words[0] if words else "", ()) if phrase == words]


def read_sentence(whole: Part, value: Part | None, names: Names) -> Reading | Problem:
    """Returns the one reading of a sentence, whose object may stand apart in `value`."""
    words = _folded(whole.text)
    if len(words) > WORD_LIMIT:
        return Problem("sentence-too-long", f"this sentence has {len(words)} words", whole.span, "say one fact")
    readings = []
    objectless: Part | None = None
    verbs = names.ontology.verbs
    for i in range(1, len(words)):
        for phrase, prop in verbs.get(words[i], ()):
            end = i + len(phrase)
            if tuple(words[i:end]) != phrase:
                continue
            subject, verb, obj = _parts(whole, i, end)
            if bool(obj.text) != (value is not None):
                readings.append(_reading(subject, verb, value or obj, prop, names))
            elif value is None and subject.text in names:
                objectless = objectless or verb
    if objectless and not any(reading.known == 2 for reading in readings):
        message = f"nothing stands behind '{echo(objectless.text, 60)}'"
        return Problem("unknown-object", message, objectless.span, "a sentence is: subject, verb, object")
    return _best(readings, whole, names, value)


def _folded(text: str) -> list[str]:
    """Returns the words of a text, each folded."""
    return text.lower().split() if text.isascii() else [fold(word) for word in text.split()]


def _parts(whole: Part, first: int, last: int) -> tuple[Part, Part, Part]:
    """Returns the words before the first, those from it to before the last, and those from there on; counted from 0."""
    text, path, written, _ = whole
    begin = len(text) - len(text.lstrip())
    behind = _behind(text, first)
    middle, end = len(text) - len(behind), len(text) - len(_behind(behind, last - first))
    return (
        new(Part, (text[begin:middle].rstrip(), path, written, begin)),
        new(Part, (text[middle:end].rstrip(), path, written, middle)),
        new(Part, (text[end:].rstrip(), path, written, end)),
    )


def _behind(text: str, count: int) -> str:
    """Returns the text behind so many words and the space after them."""
    words = text.split(None, count)
    return words[count] if len(words) > count else ""


def _reading(
    subject: Part, verb: Part, obj: Part, prop: Property, names: Names, subjects: Sequence[Referent] = ()
) -> Reading:
    """Returns a reading with what its words may mean, narrowed to what fits where anything fits."""
    domain, expected = _sides(prop, names.ontology)
    found = names.fitting(subjects, domain) or subjects if subjects else names.meant(subject.text, domain)
    if prop.datatype:
        try:
            value = literal_value(obj.text, prop.datatype, names.ontology.units)
        except NotAValue as error:
            return Reading(subject, verb, obj, prop, found, (), None, error.args)
        return Reading(subject, verb, obj, prop, found, (), value)
    return new(Reading, (subject, verb, obj, prop, found, names.meant(obj.text, expected), None, ("", "")))


def _sides(prop: Property, ontology: Ontology) -> tuple[frozenset[str], frozenset[str]]:
    """Returns the classes expected of subject and object, the inverse verb's turned round."""
    canonical = ontology.properties.get(prop.inverse)
    if canonical:
        return prop.domain or canonical.range, prop.range or canonical.domain
    return prop.domain, prop.range


def _trouble(reading: Reading, names: Names) -> Problem | None:
    """Returns why a reading is no fact, or None where it is one."""
    prop, verb = reading.property, reading.verb.text
    domain, expected = _sides(prop, names.ontology)
    if problem := names.problem(reading.subject, reading.subjects, domain, verb):
        return problem
    if not prop.datatype:
        return names.problem(reading.object, reading.objects, expected, verb)
    if reading.value is None:
        return Problem("not-a-value", reading.trouble[0], reading.object.span, reading.trouble[1])
    return None


def _best(
    readings: list[Reading], whole: Part, names: Names, value: Part | None = None
) -> Reading | Problem:
    """Returns the reading with the longest verb whose names are known, or the problem that says most."""
    known = [r for r in readings if r.known == 2]
    if len(known) == 1:
        return _trouble(known[0], names) or known[0]
    good = [r for r in known if _trouble(r, names) is None]
    longest = [r for r in good if r.length == max(p.length for p in good)]
    if len(longest) > 1:
        return _ambiguous(longest, whole)
    if longest:
        return longest[0]
    if known:
        troubles = [(r.length, problem) for r in known if (problem := _trouble(r, names))]
        return max(troubles, key=lambda t: (t[0], t[1].code == "ambiguous-name"))[1]
    return _unreadable(readings, whole, names, value)


def _ambiguous(readings: list[Reading], whole: Part) -> Problem:
    listed = "; ".join(f"[{r.subject.text}] {r.verb.text} [{r.object.text}]" for r in readings[:3])
    if len({(r.subject.text, r.object.text) for r in readings}) == 1:
        listed = ", ".join(sorted(r.property.iri.rsplit("#", 1)[-1] for r in readings))
    message = f"this sentence can be read in {len(readings)} ways"
    return Problem("ambiguous-sentence", message, whole.span, f"it may be {echo(listed)}: use an id or another verb")


_NEGATIONS = frozenset(
    {"not", "no", "never", "cannot", "can't", "didn't", "doesn't", "don't", "hasn't", "isn't", "wasn't", "won't",
     "nunca", "jamas", "tampoco"}
)  # fmt: skip
"""Words that turn a verb round, folded: a verb that is like the rest would say the opposite."""


def _unreadable(
    readings: list[Reading], whole: Part, names: Names, value: Part | None
) -> Problem:
    """Returns the problem of a sentence with a name or a verb that nothing knows."""
    middle = _unknown_verb(whole, names, value)
    begun = [r for r in readings if middle and r.subjects and r.verb.start == middle.start]  # a verb, then an odd name
    if middle and not begun and not any(r.known == 1 and (value or r.length > 1) for r in readings):
        message = f"no property is labelled '{echo(middle.text, 60)}'"
        if not _NEGATIONS.isdisjoint(_folded(middle.text)):
            hint = "what somebody denies is written as if it were so, with {status: denied}"
            return Problem("unknown-verb", message, middle.span, hint)
        hint = "`kg terms` lists the verbs"
        return Problem("unknown-verb", message, middle.span, hint, middle.text, names.ontology.verb_labels)
    if readings:
        best = max(begun or readings, key=lambda r: (r.known, r.length))
        if problem := _trouble(best, names):
            return problem
    hint = "a sentence is: subject, verb, object; `kg terms` lists the verbs"
    if first := _begin(whole, names):
        subject, rest, _ = _parts(whole, first, len(whole.text.split()))
        message = f"no verb of the ontology stands behind '{echo(subject.text, 60)}'"
        return Problem("unknown-verb", message, rest.span, hint, rest.text.split()[0], names.ontology.verb_labels)
    return Problem("unknown-verb", "no verb of the ontology stands in this sentence", whole.span, hint)


def _begin(whole: Part, names: Names) -> int:
    """Returns how many words the longest known name has that a sentence begins with; 0 where nothing stands behind."""
    count = len(whole.text.split())
    return next((i for i in range(count - 1, 0, -1) if _parts(whole, i, count)[0].text in names), 0)


def _unknown_verb(whole: Part, names: Names, value: Part | None) -> Part | None:
    """Returns the words between the longest known name a sentence begins with and the one it ends with."""
    count, first = len(whole.text.split()), _begin(whole, names)
    if not first:
        return None
    if value is not None:
        return _parts(whole, first, count)[1]
    last = next((i for i in range(first + 1, count) if _parts(whole, i, count)[1].text in names), 0)
    return _parts(whole, first, last)[1] if last else None
