"""The published files of a build, as they lie: what begins with a name is found in sorted lines, and none is loaded."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.rules import read_rules


class SortedLines:
    """A file of sorted lines. It is mapped, so that processes forked later read it without opening anything."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            self.raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def starting(self, text: str) -> Iterator[str]:
        """Yields the lines that begin with a text, without their line ends."""
        wanted = text.encode("utf-8", "surrogatepass")
        place = self._first(wanted)
        while place < len(self.raw):
            end = self._end(place)
            line = self.raw[place:end]
            if not line.startswith(wanted):
                return
            yield line.decode("utf-8", "surrogatepass")
            place = end + 1

    def __iter__(self) -> Iterator[str]:
        return self.starting("")

    def _first(self, wanted: bytes) -> int:
        """Returns where the first line begins that is not before the bytes; code points and UTF-8 sort alike."""
        low, high = 0, len(self.raw)
        while low < high:
            start = self.raw.rfind(b"\n", 0, (low + high) // 2) + 1
            end = self._end(start)
            if self.raw[start:end] < wanted:
                low = end + 1
            else:
                high = start
        return low

    def _end(self, place: int) -> int:
        found = self.raw.find(b"\n", place)
        return len(self.raw) if found < 0 else found


@dataclass(frozen=True)
class Shelf:
    """What a build says of itself beside its store."""

    parts: Mapping[str, SortedLines]
    """Lines of the graph, of facts, inferred and ontology."""
    places: SortedLines
    says: Mapping[str, str] = field(default_factory=dict)
    """Rule to the sentence that says what it does."""

    @classmethod
    def of(cls, path: Path, root: Path | None) -> Shelf:
        """Returns the shelf of a build's folder; rules are described in the project's."""
        parts = {part: SortedLines(path / f"{part}.nt") for part in ("facts", "inferred", "ontology")}
        rules = read_rules(root)[0] if root else ()
        says = {rule.name: str(rule.header.get("summary", "")) for rule in rules}
        return cls(parts, SortedLines(path / "places.tsv"), says)

    def lines(self, subject: str) -> Iterator[str]:
        """Yields what the graph says of a subject, as N-Triples lines, each value as it was written."""
        for part in self.parts.values():
            yield from part.starting(f"<{subject}> ")

    def written(self, node: str) -> list[tuple[str, str, int]]:
        """Returns where a statement or entity is written: its evidence ('' for an entity), file and line."""
        rows = [line.split("\t") for line in self.places.starting(f"{node}\t")]
        return [(row[1], row[2].encode().decode("unicode_escape"), int(row[3])) for row in rows]
