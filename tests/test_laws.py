"""Laws: what holds for every corpus, whatever it says. Written sentences come back, order says nothing, and no text
makes the reader fail. `KG_MUTANTS=200000` feeds it as many as the faults file asks for."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CASES, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import corpus
from kg.fact import Corpus, Entry, Fact, Items, Node, Pairs, Text
from kg.layout import graph_lines, statement_key
from kg.names import Names
from kg.ontology import Ontology
from kg.ontology.owl import load
from kg.problem import Problem, fold, report
from kg.read.yaml import read
from kg.sentence import facts_of
from kg.store import PARTS, current
from kg.terms import KG, iri

BASE = "https://example.org/cases/"
MUTANTS = int(os.environ.get("KG_MUTANTS", "3000"))
KG_COMMAND = [sys.executable, "-m", "kg.cli"]


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """Yields a project with the small grammar and its entities, in memory where there is such a folder."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as name:
        for folder in ("facts", "ontology"):
            Path(name, folder).mkdir()
        shutil.copy(CASES / "common" / "grammar.ttl", Path(name, "ontology"))
        shutil.copy(ROOT / "ontology" / "core.ttl", Path(name, "ontology"))
        shutil.copy(CASES / "common" / "entities.yaml", Path(name, "facts"))
        yield Path(name)


@pytest.fixture(scope="module")
def grammar(root: Path) -> Ontology:
    """Returns the small grammar."""
    return load(root)


@pytest.fixture(scope="module")
def names(root: Path, grammar: Ontology) -> Names:
    """Returns the names of its entities."""
    return Names(corpus.read(root, grammar).entities.values(), [], grammar)


# --- what is written comes back ----------------------------------------------------------------

WAYS = {  # id: ways to write it that mean nothing else
    "cabello": ("cabello", "Cabello", "Diosdado Cabello", "DIOSDADO  cabello"),
    "capriles": ("capriles", "Henrique Capriles Radonski", "Henriqué Capriles Radonski"),
    "ledezma": ("ledezma", "antonio ledezma"),
    "miranda": ("miranda", "Miranda"), "tachira": ("tachira", "Táchira", "Ta\u0301chira"),
    "sucre-state": ("sucre-state", "Sucre state"), "sucre-municipality": ("sucre-municipality",),
    "psuv": ("psuv", "PSUV"), "paper": ("paper", "The paper"), "letter": ("letter", "the LETTER"),
    "miranda-2008": ("miranda-2008", "Miranda governor election 2008"),
    "regional-elections-2008": ("regional-elections-2008", "Regional Elections 2008"),
}  # fmt: skip
PEOPLE = ("cabello", "capriles", "ledezma")
PLACES = ("miranda", "tachira", "sucre-state", "sucre-municipality")
STATES = ("miranda", "tachira", "sucre-state")
EVENTS = ("miranda-2008", "regional-elections-2008")
DOCUMENTS = ("paper", "letter")
VERBS = {  # property: (labels, subjects, objects, whether the labels turn it round)
    "governs": (("governs", "governed", "gobierna"), PEOPLE, PLACES, False),
    "governs ": (("is governed by", "es gobernado por"), PLACES, PEOPLE, True),
    "governsState": (("is governor of",), PEOPLE, STATES, False),
    "losesTo": (("loses to", "lost to", "pierde contra"), PEOPLE, PEOPLE, False),
    "contests": (("contests",), ("psuv",), EVENTS, False),
    "within": (("within",), PLACES, PLACES, False),
    "partOfEvent": (("part of",), EVENTS, EVENTS, False),
    "partOfPlace": (("part of",), PLACES, PLACES, False),
    "runsFor": (("runs",), PEOPLE, EVENTS, False),
    "alliedWith": (("allied with", "ALLIED WITH"), (*PEOPLE, "psuv"), (*PEOPLE, "psuv"), False),
}
KEYS = ("from", "until", "source", "says", "status", "rank", "note", "at")
DATES = {"2008-11-23": "date", "2008-11": "gYearMonth", "2008": "gYear"}


@st.composite
def _statements(draw: st.DrawFn) -> tuple[str, Pairs, dict[str, object]]:
    """Draws a sentence, its details, and what must come of the two."""
    name = draw(st.sampled_from(sorted(VERBS)))
    labels, subjects, objects, turned = VERBS[name]
    ends = [draw(st.sampled_from(side)) for side in (subjects, objects)]
    written = [draw(st.sampled_from(WAYS[end])) for end in ends]
    sentence = f"{written[0]} {draw(st.sampled_from(labels))} {written[1]}"
    if turned or (name == "alliedWith" and ends[1] < ends[0]):
        ends.reverse()
    details: dict[str, tuple[str, object]] = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        if key in ("from", "until"):
            date = draw(st.sampled_from(sorted(DATES))) if key == "until" else "1999"
            details[key] = (date, f'"{date}"^^<http://www.w3.org/2001/XMLSchema#{DATES.get(date, "gYear")}>')
        elif key in ("source", "says"):
            end = draw(st.sampled_from(DOCUMENTS if key == "source" else (*PEOPLE, "psuv")))
            details[key] = (draw(st.sampled_from(WAYS[end])), BASE + end)
        elif key == "status":
            details[key] = (draw(st.sampled_from(["Asserted", "alleged", "DENIED", "predicted", "threatened"])), "")
        elif key == "rank":
            details[key] = (draw(st.sampled_from(["preferred", "normal", "deprecated"])), "")
        else:
            words = st.text("abc xyzáé'\"#:-", min_size=1, max_size=20).filter(str.strip)
            details[key] = (draw(words), "")
    pairs = Pairs(tuple((Text(key, 1, 1), Text(value, 1, 1)) for key, (value, _) in details.items()), 1, 1)
    expected = {key: meant or " ".join(value.split()) for key, (value, meant) in details.items()}
    return sentence, pairs, {**expected, "triple": (BASE + ends[0], KG + name.strip(), iri(BASE + ends[1]))}


@settings(max_examples=400, deadline=1000)
@given(_statements())
def test_a_written_statement_parses_back(names: Names, drawn: tuple[str, Pairs, dict[str, object]]) -> None:
    """A sentence in any spelling of its names and verb gives the triple, qualifiers and evidence it came from."""
    sentence, pairs, expected = drawn
    (fact,) = facts_of(Entry("fact", "f.yaml", Text(sentence, 1, 1), pairs, Text("paper", 1, 1)), names)
    assert isinstance(fact, Fact), fact
    assert (fact.subject, fact.property, fact.object.term) == expected["triple"]
    dates = {KG + key: expected[key] for key in ("from", "until") if key in expected}
    assert {prop: value.term for prop, value in fact.qualifiers} == dates
    said = fact.evidence
    assert said.document == expected.get("source", BASE + "paper")
    assert said.speakers == ((expected["says"],) if "says" in expected else ())
    assert (said.status, said.rank) == (fold(str(expected.get("status", "asserted"))), expected.get("rank", "normal"))
    assert (said.note, said.locator) == (expected.get("note", ""), expected.get("at", ""))


# --- order, files and growth -------------------------------------------------------------------

LINES = [
    "Cabello governs Miranda: {until: 2008-11-23, at: the incumbent … Cabello}",
    "Cabello governs Miranda: {source: letter, until: 2008-11-23}",
    "Miranda is governed by Cabello: {status: denied, says: [Capriles, PSUV]}",
    "Capriles loses to Cabello: {votes: about 5.4 million, id: the-loss}",
    "Capriles loses to Ledezma: {votes: about 5.4 million, rank: deprecated}",
    "Cabello allied with the-loss: {note: an opinion}",
    "regional elections 2008 had turnout 65.45%: {at: the incumbent … Cabello}",
    "regional elections 2008 had turnout: [65%, about 4 million]",
    "PSUV contests: [miranda-2008, regional-elections-2008]",
    "Cabello allied with Capriles",
    "Capriles allied with Ledezma: {from: 2002~, note: 'a: b'}",
    "Miranda has seats 17",
]


def _corpus(root: Path, grammar: Ontology, files: dict[str, list[str]]) -> Corpus:
    """Returns what files of facts say beside the common entities, without a problem."""
    folder = root / "facts"
    for path in folder.glob("law-*"):
        path.unlink()
    for name, lines in files.items():
        text = "".join(f"  - {line}\n" for line in lines)
        (folder / f"law-{name}.yaml").write_text(f"source: paper\nfacts:\n{text}" if lines else "source: paper\n")
    found = corpus.read(root, grammar)
    assert found.problems == ()
    return found


@settings(max_examples=40, deadline=5000)
@given(st.permutations(LINES), st.lists(st.sampled_from("abcdef"), min_size=len(LINES), max_size=len(LINES)))
def test_neither_order_nor_files_change_the_graph(
    root: Path, grammar: Ontology, lines: list[str], names: list[str]
) -> None:
    """The same facts in any order, split over any files, give the same lines to the byte."""
    files: dict[str, list[str]] = {}
    for line, name in zip(lines, names, strict=True):
        files.setdefault(name, []).append(line)
    whole, _ = graph_lines(_corpus(root, grammar, {"all": LINES}), {})
    assert list(whole) == sorted(set(whole))
    assert graph_lines(_corpus(root, grammar, files), {})[0] == whole


@settings(max_examples=40, deadline=5000)
@given(st.sets(st.sampled_from(LINES), max_size=6), st.sampled_from([line for line in LINES if "id:" not in line]))
def test_a_fact_adds_only_lines_of_its_own(root: Path, grammar: Ontology, some: set[str], more: str) -> None:
    """A graph never loses or changes a line by another fact, and gains only what speaks of that fact."""
    few = sorted({*some, LINES[3]} - {more})  # that one is named by another, and so is always there
    before, _ = graph_lines(_corpus(root, grammar, {"few": few}), {})
    after_corpus = _corpus(root, grammar, {"few": few, "one": [more]})
    after, places = graph_lines(after_corpus, {})
    assert set(before) <= set(after)
    facts = [fact for fact in after_corpus.facts if fact.span.path == "facts/law-one.yaml"]
    nodes = {place.node for place in places if place.path == "facts/law-one.yaml"}
    nodes |= {place.evidence for place in places if place.path == "facts/law-one.yaml"}
    nodes |= {fact.subject for fact in facts}
    for line in set(after) - set(before):
        subject = line.split(" ", 1)[0][1:-1]
        assert subject in nodes or subject.startswith((BASE + "quantity/", BASE + "selector/")), line


def test_rdflib_and_pyoxigraph_read_the_same_graph(
    root: Path, grammar: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line of facts means the same triple to both engines, down to the lexical form; so do the shipped ones."""
    import pyoxigraph as ox
    import rdflib

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    for found in (_corpus(root, grammar, {"all": LINES}), corpus.read(ROOT, load(ROOT))):
        lines, _ = graph_lines(found, {})
        text = "\n".join(lines) + "\n"
        theirs = {tuple(map(str, triple)) for triple in rdflib.Graph().parse(data=text, format="nt")}
        triples = list(ox.parse(text, ox.RdfFormat.N_TRIPLES))
        assert theirs == {tuple(part.value for part in (t.subject, t.predicate, t.object)) for t in triples}
        assert {f"{t.subject} {t.predicate} {t.object} ." for t in triples} == set(lines)


# --- whatever is fed to the reader -------------------------------------------------------------

ODD = (*"\u202e\u00ad\u200b\u0301\u00a0\0\n\t’…ﷺİß#'\\\"", ": ", "\x1b[31m")


def _mutant(chance: random.Random, text: str, others: list[str]) -> str:
    """Returns a text with one to four things changed in it."""
    for _ in range(chance.randint(1, 4)):
        words = text.split(" ")
        at, cut = chance.randrange(len(words)), chance.randrange(len(text) + 1)
        match chance.randrange(8):
            case 0:
                del words[at]
                text = " ".join(words)
            case 1:
                words.insert(at, chance.choice(chance.choice(others).split(" ")))
                text = " ".join(words)
            case 2:
                words[at] = words[at] * chance.choice((2, 3, 40))
                text = " ".join(words)
            case 3:
                text = text[:cut] + chance.choice(ODD) + text[cut:]
            case 4:
                text = text[:cut] + text[cut + 1 :]
            case 5:
                text = text[:cut] + chr(chance.choice((0, 0x10000)) + chance.randrange(0xD7FF)) + text[cut:]
            case 6:
                text = text[cut:] + text[:cut]
            case 7:
                text = f"{text} {chance.choice(others)}"
        if not text:
            text = " "
    return text


def _value(chance: random.Random, others: list[str]) -> Node | None:
    """Returns what might stand behind a sentence: nothing, an object, several, or details, good or bad."""
    text = Text(_mutant(chance, chance.choice(others), others), 1, 1)
    details = ("at", "until", "votes", "status", "says", "source", "share", "in", "zzz", "")
    pairs = Pairs(tuple((Text(chance.choice(details), 1, 1), text) for _ in range(chance.randrange(4))), 1, 1)
    return chance.choice((None, None, text, Items((text, text), 1, 1), pairs, Pairs(((text, pairs),), 1, 1)))


def test_mutants_of_sentences_give_facts_or_problems(names: Names) -> None:
    """No sentence, value or detail makes the parser fail or take a second; every problem can be shown."""
    values = ["line 155", "2008/..", "at least 80%", "5-4%"]
    good = [line.replace(": {", " ").replace("}", "") for line in LINES] + values
    problems: list[Problem] = []
    for seed in range(MUTANTS):
        chance = random.Random(seed)
        sentence = _mutant(chance, chance.choice(good), good)
        entry = Entry("fact", "f.yaml", Text(sentence, 1, 1), _value(chance, good), Text("paper", 1, 1))
        start = time.process_time()
        for item in facts_of(entry, names):
            assert isinstance(item, (Fact, Problem)), (seed, sentence)
            if isinstance(item, Fact):
                assert len(statement_key(item)) == 16
            else:
                problems.append(item)
        assert time.process_time() - start < 1, (seed, sentence)
    assert len(problems) > MUTANTS / 4
    assert report(problems[:500], lambda path, number: sentence, limit=500).encode()


def test_mutants_of_files_give_entries_or_problems(root: Path, grammar: Ontology) -> None:
    """No bytes in a fact file make the reader fail or take a second; what it can read goes on to the graph."""
    good = [path.read_bytes() for path in sorted(CASES.rglob("*.yaml"))]
    path = root / "facts" / "law-mutant.yaml"
    for seed in range(MUTANTS // 6):
        chance = random.Random(seed)
        raw = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.choice((0, 0, 1, 20))] = chance.choice(
                (chance.randbytes(2), chance.choice(good)[:60], b"\n  ", b"[" * 50, b"{a: ", b"\t", b"&a *a !b", b"? ")
            )
        path.write_bytes(chance.randbytes(200) if seed % 20 == 0 else raw)
        start = time.process_time()
        found = corpus.read(root, grammar)
        lines, _ = graph_lines(found, {}) if not found.problems else ((), ())
        assert time.process_time() - start < 1, (seed, bytes(raw))
        shown = path.read_bytes().decode("utf-8", "replace")
        assert report(found.problems, lambda _, number, shown=shown: f"{shown}\n".splitlines()[0]).encode() or lines
    path.unlink()


BOMBS = {
    "nesting": b"[" * 500_000, "keys": b"{a: " * 500_000, "blocks": b"- " * 500_000, "questions": b"? " * 500_000,
    "quotes": b'facts: "' + b"\\u0041" * 500_000, "scalar": b"facts:\n  - " + b"x" * 3_000_000,
    "words": b"source: paper\nfacts:\n  - " + b"Cabello governs " * 60_000,
    "spaces": b"facts:\n  -" + b" " * 3_000_000 + b"x",
    "aliases": b"a: &a [x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 121)),
    "directives": b"%TAG ! x\n" * 50_000, "anchors": b"&a " * 300_000, "colons": b"a:" * 500_000 + b" b",
    "number": b"source: paper\nfacts:\n  - Cabello governs Miranda: {at: line " + b"9" * 900_000 + b"}\n",
    "amount": b"source: paper\nfacts:\n  - PSUV contests miranda-2008: {votes: " + b"1" * 900_000 + b"}\n",
    "date": b"source: paper\nfacts:\n  - Cabello governs Miranda: {until: " + b"2008/" * 200_000 + b"}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_once(name: str, tmp_path: Path, root: Path, grammar: Ontology) -> None:
    """Deep, long, repeated or self-repeating text is a problem within two seconds, and is not echoed whole."""
    path = tmp_path / "bomb.yaml"
    path.write_bytes(BOMBS[name])
    start = time.process_time()
    known = Names(corpus.read(root, grammar).entities.values(), [], grammar)
    read_first = list(read(path, "bomb.yaml"))
    parsed = [found for item in read_first if isinstance(item, Entry) for found in facts_of(item, known)]
    problems = [item for item in (*read_first, *parsed) if isinstance(item, Problem)]
    assert time.process_time() - start < 2
    assert problems
    assert all(len(problem.message) < 400 for problem in problems)


# --- the same from the same --------------------------------------------------------------------

WORLDS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Caracas", "LANG": "tr_TR.UTF-8"},
]


def test_the_same_inputs_give_the_same_build_anywhere(tmp_path: Path) -> None:
    """Hash seed, time zone and locale change neither the id of the shipped build nor one byte of its graph."""
    found = []
    for folder in ("facts", "ontology"):
        shutil.copytree(ROOT / folder, tmp_path / "shipped" / folder)
    for number, world in enumerate(WORLDS):
        copy = shutil.copytree(tmp_path / "shipped", tmp_path / str(number))
        environment = {**os.environ, **world, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*KG_COMMAND, "-C", copy, "build", "--json"], capture_output=True, env=environment)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        build = current(copy)
        assert build is not None
        assert json.loads(done.stdout)["id"] == build.manifest["id"]
        files = {name: (build.path / name).read_bytes() for name in (*(f"{part}.nt" for part in PARTS), "places.tsv")}
        found.append((build.manifest["id"], build.manifest["inputs"], files))
    assert found[1:] == found[:1] * (len(WORLDS) - 1)
    assert found[0][2]["inferred.nt"]


@pytest.mark.skipif(not shutil.which("strace"), reason="there is no strace to watch with")
def test_a_build_makes_no_connection(root: Path, tmp_path: Path) -> None:
    """From start to end, reading and building opens no socket to anywhere."""
    copy = shutil.copytree(root, tmp_path / "watched")
    log = tmp_path / "calls"
    command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,bind", "-o", log, *KG_COMMAND, "-C", copy, "build"]
    done = subprocess.run(command, capture_output=True, text=True)
    if "ptrace" in done.stderr:
        pytest.skip("strace is not allowed to watch here: " + done.stderr)
    assert done.returncode == 0, done.stderr
    assert [line for line in log.read_text().splitlines() if "AF_" in line] == []
