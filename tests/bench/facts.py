"""Measures 20,000 hand-written facts from YAML to a queryable store: facts per CPU second, and peak memory.

    python tests/bench/facts.py [COUNT]

Prints both as ratios too, taken in the same run: from YAML to a store, to PyYAML's mere yielding of the file's events;
reading the file, places included, to PyYAML's own safe loader.
"""

from __future__ import annotations

import platform
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import yaml

import kg
from kg import start
from kg.corpus import no_collection
from kg.graph import stated
from kg.read import yaml as reader
from kg.store import in_memory


def write_project(root: Path, count: int) -> Path:
    """Writes a project of so many facts, shaped like the shipped ones, and returns its fact file."""
    start.make(root)
    for example in (root / "facts").glob("*.yaml"):
        example.unlink()
    (root / "queries" / "who-says.rq").unlink()
    people, towns = count // 10, count // 40
    lines = ['dataset: {id: big, title: Big, base: "https://example.org/big/"}', "source: paper", "entities:"]
    lines += ["  paper: {type: Document, name: The paper}"]
    lines += [f"  p{i}: {{type: Person, name: Person Number {i}, also: [Number {i}]}}" for i in range(people)]
    lines += [f"  m{i}: {{type: Municipality, name: Town {i}}}" for i in range(towns)]
    lines += [f"  o{i}: {{type: Mayoralty, name: mayor of Town {i}}}" for i in range(towns)]
    lines += [f"  c{i}: {{type: Contest, name: Town {i} election}}" for i in range(towns)]
    lines.append("facts:")
    for i in range(count):
        town, turn = i // 4 % towns, i // 4 // towns
        one, two = (town * 7 + turn) % people, (town * 7 + turn + 1) % people
        at, year = f'at: "words {i} … end {i}"', 1960 + 4 * turn
        lines.append([
            f"  - Person Number {one} loses to Number {two}: {{in: Town {town} election, {at}}}",
            f"  - Number {one} governs Town {town}: {{from: {year}-06-01, until: {year + 4}-05-31, {at}}}",
            f"  - p{one} linked to p{two}: {{status: alleged, says: p{(two + 5) % people}, {at}}}",
            f'  - Person Number {one} stands in Town {town} election: {{votes: "{i * 7919 % 10**6:,}", {at}}}',
        ][i % 4])  # fmt: skip
    text = "\n".join(lines)
    path = root / "facts" / "big.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def seconds_for_events(path: Path) -> float:
    """Returns the CPU seconds that PyYAML's C parser takes to yield the events of a file, which is the least of all."""
    text = path.read_text(encoding="utf-8")
    with no_collection():
        started = time.process_time()
        for _ in yaml.parse(text, yaml.CSafeLoader):
            pass
        return time.process_time() - started


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        with ProcessPoolExecutor(1, get_context("spawn")) as another:  # what writes leaves nothing in our memory
            path = another.submit(write_project, root, count).result()
        before = seconds_for_events(path)
        started = time.process_time()

        project = kg.open(root)
        count_read = len(project.corpus.facts)
        assert count_read >= count, (count_read, project.corpus.problems[:3])
        read = time.process_time() - started
        asked = in_memory(stated(root, project.corpus)[0])
        assert len(asked) > count
        stored = time.process_time() - started
        events = (before + seconds_for_events(path)) / 2
        del asked
        begun = time.process_time()
        build = project.build()
        total = read + time.process_time() - begun
        triples = len(build.lines("facts"))
        inferred = len(build.lines("inferred"))
        print(f"Python {platform.python_version()}, {platform.python_compiler()}")
        print(f"{count:,} facts, {triples:,} triples, {inferred:,} inferred")
        print(f"YAML to facts                     {read:5.2f} s CPU")
        print(f"facts to a published store, rules {total - read:5.2f} s CPU")
        print(f"{count / stored:,.0f} facts per CPU second from YAML to a queryable store in memory")
        print(f"that is {stored / events:.1f} times PyYAML's events, of {count / events:,.0f} facts per CPU second")
        print(f"{count / total:,.0f} facts per CPU second from YAML to a published build with all that follows")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        with no_collection():  # as a project is read; what else is in memory would be walked and counted
            started = time.process_time()
            yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
            loader = time.process_time() - started
            started = time.process_time()
            for _ in reader.read(path, "big.yaml"):
                pass
            ours = time.process_time() - started
        ratio = f"{ours / loader:.2f} of PyYAML's CSafeLoader ({loader:.2f} s)"
        print(f"reading the YAML with places: {ours:.2f} s, {ratio}")


if __name__ == "__main__":
    main()
