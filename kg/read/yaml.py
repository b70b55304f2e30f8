"""A YAML fact file, to entries with their places. Reads the C parser's events: text stays text, and nothing
is built that an alias, a tag or a depth of nesting could make harmful. Knows no ontology."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kg import slips
from kg.fact import Entry, Items, Node, Pairs, Text, new
from kg.problem import Problem, Span, echo, fold

SUFFIXES = (".yaml", ".yml")

FILE_LIMIT = 64 * 1024 * 1024
SCALAR_LIMIT = 1024 * 1024
DEPTH_LIMIT = 32
SECTIONS = ("dataset", "source", "entities", "facts", "aside")
KEYS = (*SECTIONS, "tables")

_ONCE = frozenset(
    (*KEYS, "type", "name", "also", "source", "at", "says", "status", "note", "rank", "id", "title", "base",
     "language", "license", "documents")
)  # fmt: skip
"""Keys that mean the same in any spelling, so that a second one would be passed over."""

_Parser = getattr(yaml, "CLoader", yaml.Loader)  # libyaml's parser wherever PyYAML was built with it
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_INVISIBLE = re.compile(
    r"[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile(r"\r(?!\n)|[\x85\u2028\u2029]")
"""What ends a line for YAML, but not for editors: places would be those of other lines."""
_ODD = re.compile(rf"[{_FORBIDDEN.pattern[1:-1]}{_INVISIBLE.pattern[1:-1]}\r\x85\u2028\u2029]")
"""Any of these: most files have none, and one look is enough."""
_TIGHT = re.compile(r"#(?<=[ \t]#)(?=[^\s#])")
"""What may begin a comment by mistake: '#2' behind a blank. The sign stands first: a file without is soon searched."""
_SIGN = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)
_QUOTES = ("'", '"')
"""Styles of a text that stands in quotes; a plain one has no style, and that of a block stands below its sign."""


class _Stop(Exception):
    """Reading cannot go on in this file; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(path: Path, name: str) -> Iterator[Entry | Problem]:
    """Yields the entries of a fact file and whatever is wrong with its YAML; `name` is what problems call it."""
    problems: list[Problem] = []
    try:
        text = _text(path, name, problems)
        root = _Tree(text, name, problems).root()
        if _TIGHT.search(text) and not any(problem.code == "bad-yaml" for problem in problems):
            problems += _cut(text, name)
    except _Stop as stop:
        yield from (*problems, stop.problem)
        return
    yield from problems
    yield from _entries(root, name)


def _text(path: Path, name: str, problems: list[Problem]) -> str:
    """Returns the text of a file, or stops at the place of what is no text; what cannot be seen is a problem."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise _Stop(Problem("file-too-large", "is larger than 64 MB", Span(name, 0, 1), "split it"))
        raw = path.read_bytes()
    except OSError as error:
        raise _Stop(Problem("unreadable-file", f"cannot be read: {error.strerror}", Span(name, 0, 1))) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise _Stop(Problem("not-utf-8", message, Span(name, line, column), "save the file as UTF-8")) from None
    if _ODD.search(text):
        _refuse_odd(text, name, problems)
    return text


def _refuse_odd(text: str, name: str, problems: list[Problem]) -> None:
    """Stops at the first character that cannot stand in a fact file; each that cannot be seen is a problem."""
    if bad := _FORBIDDEN.search(text):
        line, column = text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start())
        message = f"the control character U+{ord(bad[0]):04X} cannot stand in a fact file"
        raise _Stop(Problem("control-character", message, Span(name, line, column), "delete it"))
    if end := _LINE_END.search(text):
        line, column = text.count("\n", 0, end.start()) + 1, end.start() - text.rfind("\n", 0, end.start())
        message = f"a line ends in U+{ord(end[0]):04X}, which is no line end of a fact file"
        hint = "end lines with a line feed, as editors do that save for Unix or Windows"
        raise _Stop(Problem("control-character", message, Span(name, line, column), hint))
    for unseen in _INVISIBLE.finditer(text):
        at = unseen.start()
        span = Span(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        message = f"the character U+{ord(unseen[0]):04X} cannot be seen, and two names could differ by it"
        problems.append(Problem("invisible-character", message, span, "delete it"))


def _cut(text: str, name: str) -> Iterator[Problem]:
    """Yields a problem for each comment behind other words that has no blank behind its '#': it may belong to them.

    What stands in a scalar is known from a second pass, which is made for files only that hold such a '#' anywhere.
    """
    scalars = [event for event in yaml.parse(text, _Parser) if type(event) is ScalarEvent]
    begins = [event.start_mark.index for event in scalars]
    line, counted, position = 1, 0, 0
    while sign := _SIGN.search(text, position):
        at = sign.start()
        nearest = bisect_right(begins, at) - 1
        if nearest >= 0 and at < scalars[nearest].end_mark.index:
            position = max(at + 1, scalars[nearest].end_mark.index - 1)  # whose mark may stand on the next line
            continue
        begin, position = text.rfind("\n", 0, at) + 1, (text.find("\n", at) + 1 or len(text) + 1) - 1
        if _TIGHT.match(text, at) and text[begin:at].strip():
            line, counted = line + text.count("\n", counted, at), at
            said = text[at:position].rstrip()
            message = f"'{echo(said, 40)}' is a comment, and is left out"
            hint = f"quote the text if '{echo(said.split()[0], 40)}' belongs to it; a comment has a blank behind '#'"
            yield Problem("comment-in-text", message, Span(name, line, at - begin + 1, len(said)), hint)


class _Tree:
    """Builds the small tree of one file from parser events."""

    def __init__(self, text: str, name: str, problems: list[Problem]) -> None:
        self.text, self.name, self.problems = text, name, problems
        self.parser = _Parser(text)

    def root(self) -> Node | None:
        """Returns the tree of the file's one YAML document, None where the file is empty."""
        try:
            self.parser.get_event()  # stream start
            event = self.parser.get_event()
            if not isinstance(event, yaml.DocumentStartEvent):
                return None
            root = self._node(self.parser.get_event(), 0)
            self.parser.get_event()  # document end
            extra = self.parser.get_event()
        except yaml.MarkedYAMLError as error:
            raise _Stop(self._syntax(error)) from None
        if isinstance(extra, yaml.DocumentStartEvent):
            self._problem("bad-yaml", extra, "a second YAML document begins here", "remove the line '---'")
        return root

    def _problem(self, code: str, event: yaml.Event, message: str, hint: str = "") -> None:
        mark = event.start_mark
        self.problems.append(Problem(code, message, Span(self.name, mark.line + 1, mark.column + 1), hint))

    def _syntax(self, error: yaml.MarkedYAMLError) -> Problem:
        stop = error.problem_mark or error.context_mark
        since = error.context_mark or stop
        at, hint = slips.found(slips.Stop(self.text, stop.index, since.index, error.problem or "")) if stop else (0, "")
        line, column = self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)
        return Problem("bad-yaml", f"this is not YAML: {error.problem}", Span(self.name, line, column), hint)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if depth >= DEPTH_LIMIT:
            mark = event.start_mark
            message = f"nesting goes deeper than {DEPTH_LIMIT} levels"
            raise _Stop(Problem("too-deep", message, Span(self.name, mark.line + 1, mark.column + 1)))
        if kind is MappingStartEvent:
            return self._mapping(event, depth)
        if kind is SequenceStartEvent:
            return self._sequence(event, depth)
        self._refuse(event)
        return Text("", event.start_mark.line + 1, event.start_mark.column + 1, False)

    def _refuse(self, event: yaml.Event) -> None:
        """Reports anchors, aliases and tags: they would make text mean something it does not say."""
        if isinstance(event, AliasEvent):
            message = f"'*{echo(event.anchor, 40)}' is a YAML alias"
            self._problem("yaml-alias", event, message, "write the value out, or quote text that begins with '*'")
            return
        if event.anchor:
            hint = "write the value out, or quote text that begins with '&'"
            self._problem("yaml-alias", event, f"'&{echo(event.anchor, 40)}' is a YAML anchor", hint)
        if event.tag:
            hint = "leave it out: every value is text, and the ontology says what it means"
            self._problem("yaml-tag", event, f"'{echo(event.tag, 60)}' is a YAML tag", hint)

    def _scalar(self, event: ScalarEvent) -> Text:
        if event.anchor or event.tag:
            self._refuse(event)
        start, end, text, style = event.start_mark, event.end_mark, event.value, event.style
        if len(text) > SCALAR_LIMIT:
            self._problem("text-too-long", event, "this text is longer than 1 MB")
            text = ""
        line, column = start.line, start.column
        quote = 1 if style and style in _QUOTES else 0
        if line == end.line and end.column - column == len(text) + 2 * quote:
            return new(Text, (text, line + 1, column + 1 + quote, quote == 1 or not style))
        if quote and (bad := _FORBIDDEN.search(text) or _INVISIBLE.search(text)):
            message = f"this text holds the character U+{ord(bad[0]):04X}, which cannot be seen"
            self._problem("control-character", event, message, "delete it, or its escape")
        return Text(text, line + 1, column + 1 + quote, False)

    def _sequence(self, event: SequenceStartEvent, depth: int) -> Items:
        if event.anchor or event.tag:
            self._refuse(event)
        items = []
        get_event, node, below = self.parser.get_event, self._node, depth + 1
        while type(following := get_event()) is not SequenceEndEvent:
            items.append(node(following, below))
        if not items:
            self._problem("empty-section", event, "this list holds nothing", "fill it, or remove it with its key")
        return Items(tuple(items), event.start_mark.line + 1, event.start_mark.column + 1)

    def _mapping(self, event: MappingStartEvent, depth: int) -> Pairs:
        if event.anchor or event.tag:
            self._refuse(event)
        pairs: list[tuple[Text, Node]] = []
        odd = 0
        get_event, scalar, node, below = self.parser.get_event, self._scalar, self._node, depth + 1
        while type(head := get_event()) is not MappingEndEvent:
            key = scalar(head) if type(head) is ScalarEvent else node(head, below)
            value = scalar(body) if type(body := get_event()) is ScalarEvent else node(body, below)
            if type(key) is Text:
                pairs.append((key, value))
            else:
                odd += 1
                self._problem("bad-key", head, "a key must be text", "quote it if it holds [ ] { }")
        if not (pairs or odd):
            hint = "fill them, or remove them with their key"
            self._problem("empty-section", event, "these braces hold nothing", hint)
        if len(pairs) > 1 and _repeats(tuple([key.text for key, _ in pairs])):
            pairs = self._without_repeats(pairs)
        mark = event.start_mark
        return new(Pairs, (tuple(pairs), mark.line + 1, mark.column + 1))

    def _without_repeats(self, pairs: list[tuple[Text, Node]]) -> list[tuple[Text, Node]]:
        """Returns the pairs of a mapping whose key stands there for the first time, and reports the others."""
        first: dict[str, tuple[Text, Node]] = {}
        for pair in pairs:
            key = pair[0]
            earlier, _ = first.setdefault(_meaning(key.text), pair)
            if earlier is not key:
                message = f"'{echo(key.text, 60)}' stands here twice, first in line {earlier.line}"
                place = Span(self.name, key.line, key.column)
                self.problems.append(Problem("duplicate-key", message, place, "merge the two, or remove one"))
        return list(first.values())


@lru_cache(maxsize=1024)
def _repeats(keys: tuple[str, ...]) -> bool:
    """Says whether two keys of a mapping mean the same; the details of most facts have the same few."""
    return len({*map(_meaning, keys)}) < len(keys)


def _meaning(key: str) -> str:
    """Returns a key as it is told from others: folded where it means the same in any spelling."""
    return key if key in _ONCE or (folded := fold(key)) not in _ONCE else folded


@dataclass(frozen=True, slots=True)
class _File:
    """What holds for every entry of one file."""

    name: str
    source: Text | None


def _entries(root: Node | None, name: str) -> Iterator[Entry | Problem]:
    """Yields what stands under the file's keys."""
    if root is None or (isinstance(root, Text) and not root.text):
        yield Problem("empty-file", "says nothing", Span(name, 0, 1), "a fact file has 'facts:' or 'entities:'")
        return
    if not isinstance(root, Pairs):
        hint = "the keys of a fact file are " + ", ".join(SECTIONS)
        yield Problem("bad-structure", "a fact file is a mapping", Span(name, root.line, root.column), hint)
        return
    sections = {fold(key.text): value for key, value in root.pairs}
    source = sections.get("source")
    file = _File(name, source if isinstance(source, Text) else None)
    if isinstance(source, (Items, Pairs)):
        hint = "a fact may name its own source in its details"
        yield _wrong(name, source, "'source' is the id of one document", hint)
    for key, value in root.pairs:
        yield from _section(file, key, value)


def _section(file: _File, key: Text, value: Node) -> Iterator[Entry | Problem]:
    kind = fold(key.text)
    if kind not in KEYS:
        message = f"'{echo(key.text, 60)}' is not a key of a fact file"
        hint = "the keys are " + ", ".join(SECTIONS)
        yield Problem("unknown-key", message, key.span(file.name), hint, key.text, SECTIONS)
    elif isinstance(value, Text) and not value.text and kind != "source":
        yield Problem("empty-section", f"'{kind}:' has nothing under it", key.span(file.name), "fill or remove it")
    elif kind == "dataset":
        yield Entry("dataset", file.name, key, value)
    elif kind == "entities":
        yield from _entities(file, value)
    elif kind == "facts":
        yield from _facts(file, value)
    elif kind == "aside":
        yield from _asides(file, value)
    elif kind == "tables":
        yield Entry("tables", file.name, key, value)


def _entities(file: _File, value: Node) -> Iterator[Entry | Problem]:
    if not isinstance(value, Pairs):
        yield _wrong(file.name, value, "'entities' is a mapping from ids to what they are", "miranda: {type: State}")
        return
    for head, body in value.pairs:
        yield Entry("entity", file.name, head, body, file.source)


def _facts(file: _File, value: Node) -> Iterator[Entry | Problem]:
    if not isinstance(value, Items):
        bodies = [body.pairs for _, body in value.pairs if isinstance(body, Pairs)] if isinstance(value, Pairs) else []
        entity = any(fold(key.text) == "type" for pairs in bodies for key, _ in pairs)
        hint = "an entity stands under 'entities:'" if entity else "begin each sentence with '- '"
        yield _wrong(file.name, value, "'facts' is a list", hint)
        return
    for item in value.items:
        if isinstance(item, Text):
            yield Entry("fact", file.name, item, None, file.source)
        elif isinstance(item, Pairs) and len(item.pairs) == 1:
            yield new(Entry, ("fact", file.name, *item.pairs[0], file.source))
        elif isinstance(item, Pairs) and item.pairs:
            second = item.pairs[1][0]
            hint = "indent details deeper than their sentence; begin another sentence with '- '"
            message = f"'{echo(second.text, 60)}' stands beside the sentence '{echo(item.pairs[0][0].text, 60)}'"
            yield Problem("bad-structure", message, second.span(file.name), hint)
        else:
            yield _wrong(file.name, item, "a fact is one sentence", "- Cabello governs Miranda")


def _asides(file: _File, value: Node) -> Iterator[Entry | Problem]:
    for item in value.items if isinstance(value, Items) else (value,):
        if isinstance(item, Pairs) and len(item.pairs) == 1 and isinstance(item.pairs[0][1], Text):
            yield Entry("aside", file.name, *item.pairs[0], file.source)
        else:
            hint = '- "first words … last words": opinion'
            yield _wrong(file.name, item, "'aside' is a list of passages, each with the reason", hint)


def _wrong(name: str, node: Node, message: str, hint: str) -> Problem:
    return Problem("bad-structure", message, Span(name, node.line, node.column), hint)
