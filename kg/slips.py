"""Where YAML cannot be read on, to what most likely is wrong, and where. Looks at the text alone and parses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Stop(NamedTuple):
    """Where the parser stopped, and what it said."""

    text: str
    at: int
    """Offset of what it could not read."""
    since: int
    """Offset of the begin of what it was reading: a bracket, a quotation mark, a list, a mapping."""
    said: str

    @property
    def line(self) -> int:
        """Offset of the line in which it stopped."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def before(self) -> str:
        """What stands in the line before the place."""
        return self.text[self.line : self.at]

    @property
    def behind(self) -> str:
        """The rest of the line."""
        return self.text[self.at :].partition("\n")[0].rstrip("\r")

    def number(self, offset: int) -> int:
        """Returns the 1-based line of an offset."""
        return self.text.count("\n", 0, offset) + 1


Slip = tuple[int, str]
"""The offset to point at, and the hint."""

_OPENED = re.compile(
    r"""(?:^|(?<=[ \t]))\#[^\n]*|(?:^|[-:?,\[{]|[-:?,][ ]+|^[ ]+|[\[{][ ]*)(["'])""", re.MULTILINE
)
"""A comment, or a quotation mark where a text may begin; inside a word it means nothing to YAML."""
_CLOSED = {'"': re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL), "'": re.compile(r"(?:[^']|'')*'")}
_ENDS = re.compile(r"[ \t]*(?:[,}\]:\r\n]|#|$)")
"""What may stand behind the closing mark."""


def found(stop: Stop) -> Slip:
    """Returns the first slip of the table that explains the stop; '' as its hint where none does.

    >>> found(Stop('a: "b\\nc: "d"', 10, 0, "did not find expected key"))
    (3, 'the quotation mark is not closed in this line, so that the next one, in line 2, closes it')
    """
    return next(filter(None, (slip(stop) for slip in _TABLE)), (stop.at, ""))


def _texts(stop: Stop) -> tuple[str, Slip | None]:
    """Returns the text up to the end of the line, texts in quotes replaced by blanks; and the mark left open."""
    text, end = stop.text, stop.at + len(stop.behind)
    begin = text.rfind("\n", 0, stop.since) + 1
    kept, position = [" " * begin], begin
    while mark := _OPENED.search(text, position, end):
        if not mark[1]:
            kept, position = [*kept, text[position : mark.end()]], mark.end()
            continue
        opened = mark.start(1)
        closed = _CLOSED[mark[1]].match(text, opened + 1)
        if not closed:
            return "", (opened, "the quotation mark is not closed")
        if "\n" in closed[0] and not _ENDS.match(text, closed.end()):
            number = stop.number(closed.end() - 1)
            hint = f"the quotation mark is not closed in this line, so that the next one, in line {number}, closes it"
            return "", (opened, hint)
        kept += [text[position:opened], re.sub(r"[^\n]", "_", text[opened : closed.end()])]
        position = closed.end()
    return "".join([*kept, text[position:end]]), None


def _tab(stop: Stop) -> Slip | None:
    return (stop.at, "YAML is indented with spaces, not tabs") if "\t" in stop.before + stop.behind[:1] else None


def _quote(stop: Stop) -> Slip | None:
    return _texts(stop)[1]


def _sign(stop: Stop) -> Slip | None:
    sign = stop.behind[:1]
    return (stop.at, f"quote text that begins with '{sign}'") if sign and sign in "*&@`%!" else None


def _bracket(stop: Stop) -> Slip | None:
    """A bracket that is not closed in its line, perhaps because a comment holds what closes it."""
    if not re.search("',' or|end of stream|':'", stop.said) or stop.text[stop.since : stop.since + 1] not in ("[", "{"):
        return None
    sign = stop.text[stop.since]
    for comment in re.finditer(r"(?<=[ \t])#[^\n]*", _texts(stop)[0][stop.since : stop.at]):
        end = re.search(r"[\]}]", comment[0]) or (re.search(",", comment[0]) if comment[0][1:2].strip() else None)
        if end:
            hint = f"what follows ' #' is a comment, the '{end[0]}' too: quote the text if '#' belongs to it"
            return stop.since + comment.start(), hint
    line = stop.before + stop.behind  # where it may be closed, with something else wrong in it
    closed = len(re.findall(r"[\]}]", line)) > len(re.findall(r"[\[{]", line))
    if "\n" in stop.text[stop.since : stop.at] and not closed:
        return stop.since, f"the '{sign}' opened here, in line {stop.number(stop.since)}, is not closed"
    return None


def _behind_quotes(stop: Stop) -> Slip | None:
    if not stop.before.rstrip().endswith(('"', "'")):
        return None
    if "',' or" in stop.said and re.match(r"[\w ]+:(?: |$)", stop.behind):
        return stop.at, "a comma stands between two details"
    return stop.at, "quote all of the text or nothing of it: quotes inside it are of the other kind, ' or \""


def _brace(stop: Stop) -> Slip | None:
    """Details directly behind the sentence, or behind its colon."""
    line = _texts(stop)[0][stop.line :]
    brace = re.search(r"[^\s:,\[{-](:?)( *)\{\s*[\w ]+:", line[: len(stop.before) + 1])
    if not brace or (brace[1] and brace[2]):
        return None
    at = stop.line + brace.start(2) + len(brace[2])
    return at, "a blank stands between ':' and '{'" if brace[1] else "': ' stands between a sentence and its details"


def _dash(stop: Stop) -> Slip | None:
    """A list in which a '-' has no blank behind it or is not there, or that holds an entity."""
    if "',' or" in stop.said:
        return None
    since = stop.text.rfind("\n", 0, stop.since) + 1
    for tight in re.finditer(rf"^ {{{stop.since - since}}}-(?=[^\s-])", stop.text[since : stop.at + 2], re.MULTILINE):
        return since + tight.end() - 1, "a blank stands behind '-'"
    at = stop.since if "':'" in stop.said else stop.at
    begin = stop.text.rfind("\n", 0, at) + 1
    indent, dashed = at - begin, stop.text.startswith("- ", at)
    above = re.findall(rf"^( {{0,{indent}}})(- )?(?=[^\s#])", stop.text[:begin], re.MULTILINE)[-1:]
    if stop.text[begin:at].strip() or not above or len(above[0][0]) < indent or bool(above[0][1]) == dashed:
        return None
    if re.match(r"[^\n:]+:(?: \{(?:[^\n]*, *)?type:|\s*\n +type:)", stop.text[at : at + 500]):
        return at, "an entity stands under 'entities:', and only sentences in the list of 'facts:'"
    if dashed:  # the sentence above has none
        at = [at, *(m.end() for m in re.finditer(rf"^ {{{indent}}}(?=[^\s#-])", stop.text[:begin], re.MULTILINE))][-1]
    return at, "begin each sentence with '- '"


def _above(stop: Stop, mark: str = "") -> tuple[int, str]:
    """Returns the nearest line above that says something, behind the mark, with its offset."""
    since = max(0, stop.line - 5000)
    lines = [m for m in re.finditer(rf"^ *{mark}(?=[^\s#])[^\n]*", stop.text[since : stop.line], re.MULTILINE)]
    return (since + lines[-1].start(), lines[-1][0].rstrip()) if lines else (0, "")


def _colon(stop: Stop) -> Slip | None:
    """A key in the line above with its value directly behind the colon."""
    at, line = _above(stop)
    tight = re.fullmatch(r" *(?:- )?[\w -]+:(?=[^\s/])[^\s].*", line)
    if "mapping values" not in stop.said or not tight or ": " in line:
        return None
    return at + line.index(":"), "a blank stands behind ':'"


def _indent(stop: Stop) -> Slip | None:
    """A line that begins in no column of the lines above it."""
    indent = len(stop.before) - len(stop.before.lstrip())
    deeper = "mapping values" in stop.said and re.fullmatch(r"[\w -]+", stop.before.strip())
    item = stop.text.startswith("- ", stop.line + indent)
    at, line = _above(stop, "- ") if item else _above(stop)
    begin = len(re.match(r" *" if item else r" *(?:- +(?=\S+[^\n]*:(?: |$)))?", line)[0])  # type: ignore[index]
    if not line or not stop.behind or (stop.before.strip() and not (deeper and indent > begin)) or indent == begin:
        return None
    if "expected" not in stop.said and not deeper:
        return None
    blanks = f"{indent} blank{' stands' if indent == 1 else 's stand'}"
    hint = f"{blanks} before it, {begin} in line {stop.number(at)}: what belongs together begins in one column"
    return stop.line + indent, hint


def _bare(stop: Stop) -> Slip | None:
    """A key that has no colon: the parser stops at the next one."""
    if "':'" in stop.said and (glued := re.match(r"[\w -]+:(?=\S)", stop.text[stop.since : stop.since + 200])):
        return stop.since + glued.end() - 1, "a blank stands behind ':'"
    if "':'" in stop.said:
        return stop.since, "a key needs ': ' behind it; check the indentation and the quotes above"
    at, line = _above(stop)
    indent = len(line) - len(line.lstrip())
    key = re.fullmatch(rf" {{{indent}}}(?!- )[^:]+", stop.before)
    if "mapping values" not in stop.said or not key or not re.fullmatch(r" *(?!- )[^:#]+", line):
        return None
    return at + len(line), "a key needs ': ' behind it"


def _said(pattern: str, hint: str, where: str = "") -> Callable[[Stop], Slip | None]:
    """Returns a slip by what the parser says, and by what stands before the place."""

    def slip(stop: Stop) -> Slip | None:
        return (stop.at, hint) if re.search(pattern, stop.said) and re.search(where, stop.before) else None

    return slip


def _surplus(stop: Stop) -> Slip | None:
    sign = stop.behind[:1]
    return (stop.at, f"this '{sign}' closes nothing: remove it, or quote the text") if sign in tuple("]}") else None


_TABLE: tuple[Callable[[Stop], Slip | None], ...] = (
    _tab,
    _quote,
    _bracket,
    _sign,
    _brace,
    _behind_quotes,
    _surplus,
    _dash,
    _colon,
    _indent,
    _said("expected key|indicator", "quote text that begins with '*' or '&'", r"(?:^|[-:] )\s*[*&]\S+\s$"),
    _said("expected key|indicator", "nothing stands behind the details: quote the text", r"[\]}]\s*$"),
    _said("mapping values", "details stand in { } behind the whole sentence", r":\s.*,\s*\w[\w ]*$"),
    _bare,
    _said("mapping values", "quote a text that holds ': '; details stand in { }"),
    _said("end of stream", "a quotation mark or bracket is not closed"),
    _said("',' or", "quote text that holds , [ ] { } inside { } or [ ]"),
)
"""What explains a stop, the surest first."""
