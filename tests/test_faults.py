"""What is wrong on disk, in files and in the machine ends in a problem or a clear refusal: no traceback, no waiting."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from click.testing import CliRunner, Result

from kg import files, schema, sparql
from kg.cli import main
from kg.layout import statement_key
from kg.problem import Problem, Span, did_you_mean, in_order, visible
from kg.project import Project
from kg.store import BuildError, current

KG = [sys.executable, "-m", "kg.cli"]
GOOD = "  - Cabello governs Miranda\n"
SUMMARY = "#+ summary: x\n"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://kg.example/terms#> .
<https://e.example/S> a sh:NodeShape ; sh:targetClass kg:Person ; sh:sparql <https://e.example/C> .
<https://e.example/C> a sh:SPARQLConstraint ; sh:message "x" ; sh:select "SELECT $this WHERE { %s }" .
"""

Facts = Callable[[str], Project]


def run(project: Project, *words: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["-C", str(project.root), *words], input=given, catch_exceptions=False)


def outside(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Returns what a process of its own printed; one that waits for ever fails the test."""
    return subprocess.run([*KG, *words], capture_output=True, text=True, timeout=60, **options)


def put(project: Project, name: str, text: str | bytes) -> Path:
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def codes(project: Project) -> set[tuple[str, str]]:
    return {(p.code, p.span.path) for p in Project(project.root).check()}


# --- the build ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["facts.nt", "rules.tsv", "places.tsv"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_nothing_is_given_from_a_damaged_build(name: str, how: str, facts: Facts) -> None:
    build = facts(GOOD).build()
    (build.path / name).unlink() if how == "gone" else (build.path / name).write_bytes(b"<a:b> <a:c> <a:d> .\n")
    with pytest.raises(BuildError, match=name.replace(".", r"\.")):
        build.lines("facts") if name == "facts.nt" else build.rules() if name == "rules.tsv" else list(build.places())
    if name == "facts.nt":
        result = run(Project(build.path.parent.parent.parent), "export", "turtle")
        assert result.exit_code == 1
        assert "kg build" in result.output


@pytest.mark.parametrize("change", [
    {"files": []}, {"base": 5}, {"base": "no iri"}, {"title": None}, {"facts": "3"}, {"files": {"a": 1}}, {"id": []},
    {"inputs": 1},
])  # fmt: skip
def test_a_manifest_of_odd_values_is_replaced(change: dict[str, Any], facts: Facts) -> None:
    project = facts(GOOD)
    path = project.build().path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    for command in ("build", "check"):
        assert run(project, command).exit_code == 0
    assert run(project, "query", "-", given="ASK { ?s ?p ?o }").output == "yes\n"


@pytest.mark.parametrize("text", ["[" * 100_000, "\udcff", "null", '{"inputs": "x", "unlocked": "many"}'])
def test_odd_json_in_the_build_is_replaced(text: str, facts: Facts) -> None:
    project = facts(GOOD)
    raw = text.encode("utf-8", "surrogateescape")
    (project.build().path / "manifest.json").write_bytes(raw)
    put(project, "build/clean.json", raw)
    assert codes(project) == {("damaged-build", "build/current")}
    assert run(project, "build").exit_code == 0
    assert run(project, "check").output.startswith("No problems.")


def test_a_manifest_without_counts_is_made_anew(facts: Facts) -> None:
    project = facts(GOOD)
    path = project.build().path / "manifest.json"
    manifest = json.loads(path.read_text())
    kept = {key: manifest[key] for key in ("base", "id", "files", "inputs")}
    path.write_text(json.dumps(kept))
    assert run(project, "build").exit_code == 0


# --- files that are no files -------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "queries/f.rq", "ontology/rules/f.rq", "ontology/checks/f.rq", "ontology/disagreements/f.rq", "ontology/shapes.ttl",
])  # fmt: skip
def test_a_pipe_is_not_waited_for(name: str, facts: Facts) -> None:
    project = facts(GOOD)
    (project.root / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(project.root / name)
    done = outside("-C", project.root, "check")
    assert done.returncode == 1
    assert f"{name}: unreadable-file" in done.stdout


@pytest.mark.parametrize("name", ["clean.json", "lock"])
def test_a_pipe_in_the_build_is_not_waited_for(name: str, facts: Facts) -> None:
    project = facts(GOOD)
    (project.root / "build").mkdir()
    os.mkfifo(project.root / "build" / name)
    assert outside("-C", project.root, "check").returncode == 0
    done = outside("-C", project.root, "build")
    assert done.returncode == (name == "lock")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "code"), [
    ("queries/a.sparql", "unknown-format"), ("queries/sub/z.rq", "unknown-format"),
    ("ontology/rules/A.RQ", "unknown-format"),
    ("ontology/checks/y.txt", "unknown-format"), ("queries/.hidden", ""),
])  # fmt: skip
def test_a_file_that_is_not_read_is_said(name: str, code: str, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, name, "ASK {}")
    shown = name.replace("/z.rq", "")
    assert codes(project) == ({(code, shown)} if code else set())


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become somebody else")
def test_a_folder_that_may_not_be_entered_has_no_traceback(facts: Facts) -> None:
    project = facts(GOOD)
    project.root.chmod(0o755)
    (project.root / "queries").mkdir()
    put(project, "queries/a.rq", f"{SUMMARY}ASK {{}}")
    (project.root / "queries").chmod(0o444)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run([*nobody, *KG, "-C", project.root, "check"], capture_output=True, text=True, timeout=60)
    if "No module named" in done.stderr:
        pytest.skip("nobody may not read the program here")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


# --- ontology ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "code"), [
    ("@prefix : <", "bad-turtle"), (b"\xff\xfe", "not-utf-8"), (None, "unreadable-file"),
    ("<a:b> <a:c> <<( <a:b> <a:c> <a:d> )>> .", "bad-turtle"),
])  # fmt: skip
def test_bad_shapes_are_a_problem(text: str | bytes | None, code: str, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "ontology/shapes.ttl", text) if text else (project.root / "ontology" / "shapes.ttl").mkdir()
    assert (code, "ontology/shapes.ttl") in codes(project)
    assert run(project, "build").exit_code == 1
    assert current(project.root) is None


@pytest.mark.parametrize(("pattern", "code"), [
    ("SERVICE <https://e.example/> { ?a ?b ?c }", "no-service"), ("{" * 5000, "too-deep"), ("?this", "bad-"),
])  # fmt: skip
def test_harmful_shapes_are_a_problem(pattern: str, code: str, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "ontology/shapes.ttl", SHAPES % pattern)
    (found,) = codes(project)
    assert found[0].startswith(code)


@pytest.mark.parametrize(("text", "code"), [
    ("dataset: cases", "bad-structure"), ("dataset: [cases]", "bad-structure"), ("dataset: {id: inferred}", "bad-id"),
])  # fmt: skip
def test_a_dataset_that_is_none_is_a_problem(text: str, code: str, case_project: Callable[..., Project]) -> None:
    project = case_project({"facts/facts.yaml": text}, entities=False)
    assert [p.code for p in project.corpus.problems] == [code]


def test_a_folder_of_documents_that_is_not_there_stands_where_it_is_named(case_project: Callable[..., Project]) -> None:
    text = "entities: {}\ndataset: {id: cases, documents: docs}\n"
    found = case_project({"facts/facts.yaml": text}, entities=False).check()
    assert ("no-document", "facts/facts.yaml", 2) in [(p.code, p.span.path, p.span.line) for p in found]


def test_a_query_whose_name_no_page_can_show_is_a_problem(facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "queries/\udcff.rq", SUMMARY + "SELECT * { ?s ?p ?o } LIMIT 1")
    assert ("unreadable-file", "queries/\udcff.rq") in codes(project)


def test_a_folder_without_fact_files_is_a_problem(case_project: Callable[..., Project]) -> None:
    project = case_project({"facts/readme/.keep": ""}, entities=False)
    assert [p.code for p in project.corpus.problems] == ["no-facts"]


def test_files_that_were_not_read_come_before_what_follows_from_it(facts: Facts) -> None:
    project = facts("  - Nobody governs Miranda\n")
    put(project, "facts/zz.yaml", "entities: [\n")
    assert [p.code for p in Project(project.root).check()] == ["bad-yaml", "unknown-name"]
    put(project, "ontology/zz.ttl", "@prefix kg: <https://kg.example/terms#> . kg:a kg:b kg:c .")
    found = [p.code for p in Project(project.root).check()]
    assert found.index("unknown-name") == len(found) - 1 > found.index("unknown-term")


@pytest.mark.parametrize(("text", "knotted"), [
    (" ".join(f"_:n{i} <a:p> _:n{j} ." for i in range(10) for j in range(10) if i != j), True),
    ("_:a <a:p> _:a .", True), ("_:a <a:p> _:b . _:b <a:p> _:a .", True), ("_:a <a:p> _:c . _:b <a:p> _:c .", True),
    ("<a:s> <a:p> " + ", ".join(["[]"] * 50) + " .", False), ("<a:s> <a:p> _:a . <a:t> <a:p> _:a .", False),
    ("_:a <a:p> " + ", ".join(["[ <a:q> 1 ]"] * 500) + " .", False), (f"<a:s> <a:p> ({'1 ' * 500}) .", False),
    ("<a:s> <a:p> " + "[ <a:q> " * 500 + "1" + " ]" * 500 + " .", False),
    ("<a:s> <a:p> " + ", ".join([f"({' '.join(f'<a:c{n}>' for n in range(40))})"] * 5) + " .", False),
])  # fmt: skip
def test_blank_nodes_are_named_in_time_or_refused(text: str, knotted: bool, tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "a.ttl").write_text(text)
    begun = time.monotonic()
    found, problems = schema.lines(tmp_path)
    assert time.monotonic() - begun < 5
    assert [p.code for p in problems] == ["knotted-blank-nodes"] * knotted
    assert len(found) == (0 if knotted else len(list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE))))


@pytest.mark.parametrize(("head", "body"), [
    ("?s kg:likes ?new", '?s kg:likes ?o BIND(IRI(CONCAT(STR(?o), "x")) AS ?new)'),
    ("?new kg:likes ?on", '?s ?p ?o BIND(IRI(CONCAT(STR(?s), "x")) AS ?new) BIND(IRI(CONCAT(STR(?s), "y")) AS ?on)'),
])  # fmt: skip
def test_endless_rules_end(head: str, body: str, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "ontology/rules/seed.rq", f"{SUMMARY}CONSTRUCT {{ ?s kg:likes ?o }} WHERE {{ ?s kg:governs ?o }}")
    put(project, "ontology/rules/grow.rq", f"{SUMMARY}CONSTRUCT {{ {head} }} WHERE {{ {body} }}")
    put(project, "queries/never.rq", f"{SUMMARY}#+ expect: false\nASK {{ ?s kg:governs ?o }}")
    assert {code for code, _ in codes(project)} == {"endless-rules"}


@pytest.mark.parametrize(("head", "body", "said"), [
    ("?s kg:likes [ a kg:Person ]", "?s kg:governs ?o", "blank node"),
    ("?s kg:likes ?n", "?s kg:governs ?o BIND(UUID() AS ?n)", "UUID()"),
    ("?s kg:likes ?n", "?s kg:governs ?o BIND(now() AS ?n)", "NOW()"),
])  # fmt: skip
def test_a_rule_that_gives_what_it_likes_is_a_problem(head: str, body: str, said: str, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "ontology/rules/odd.rq", f"{SUMMARY}CONSTRUCT {{ {head} }} WHERE {{ {body} }}")
    (problem,) = Project(project.root).check()
    assert problem.code == "bad-rule"
    assert said in problem.message


# --- SPARQL ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "ASK { " + "{" * 5000 + "}" * 5000 + " }", "ASK { FILTER" + "(" * 5000 + "1" + ")" * 5000 + " }",
    "ASK { FILTER(" + "||".join(["1"] * 20_000) + ") }", "ASK { ?a " + "/".join(["kg:p"] * 9000) + " ?b }",
    "ASK { FILTER(" + "!" * 60_000 + "1) }", "ASK { " + "<<" * 20_000 + " }",
])  # fmt: skip
def test_what_overflows_the_parser_is_refused(text: str, facts: Facts) -> None:
    done = outside("-C", facts(GOOD).root, "query", "-", input=text)
    assert done.returncode == 1
    assert "standard input:1:" in done.stderr
    assert "too-deep" in done.stderr


def test_brackets_in_texts_and_comments_are_none() -> None:
    assert sparql.too_deep('ASK { ?s ?p "' + "{" * 500 + '" # ' + "(" * 500 + "\n}", "a.rq") is None
    assert sparql.too_deep("ASK { ?s <https://e.example/" + "/".join("a" * 2000) + "> ?o }", "a.rq") is None
    found = sparql.too_deep("ASK {\n" + "(" * 300, "a.rq")
    assert found is not None
    assert (found.span.line, found.span.column) == (2, 200)


@pytest.mark.parametrize(("header", "code", "line"), [
    ("#+ summary: x\n#+ expect: true\n#+ expect: false", "duplicate-key", 3),
    ("#+ summary: x\n#+ expect: {excludes: [[a]]}", "bad-header", 2),
    ("#+ summary: x\n#+ expect: {includes: }", "bad-header", 2),
    ("#+ summary: x\n#+ expect: {}", "bad-header", 2), ("#+ summary: x\n#+ expect: {includes: text}", "bad-header", 2),
    ("#+ summary: x\n#+ expect:", "bad-header", 2), ("#+ summary: [a, b]", "bad-header", 1),
    ("#+ summary: x\n#+ defaults: [a, b]", "bad-header", 2),
    ("#+ summary: x\n#+ defaults:\n#+   - a: [b]", "bad-header", 2),
    ("#+ summary: x\n#+ enumerate:\n#+   - a: b", "bad-header", 2),
    ("#+ summary: x\n#+ defaults:\n#+   - a: b", "bad-header", 2),
])  # fmt: skip
def test_an_odd_header_is_a_problem_at_its_line(header: str, code: str, line: int, facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "queries/q.rq", f"{header}\nSELECT ?s {{ ?s kg:governs ?o }}")
    assert [(p.code, p.span.line) for p in Project(project.root).check()] == [(code, line)]


def test_asking_a_query_with_a_bad_header_shows_what_is_bad(facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "queries/q.rq", "#+ [\nASK {}")
    put(project, "ontology/checks/c.rq", "#+ [\nSELECT * {}")
    assert "queries/q.rq:" in run(project, "query", "q").output
    result = run(project, "explain", "c")
    assert result.exit_code == 1
    assert "ontology/checks/c.rq:" in result.output
    assert "kg query -" in run(project, "query", "SELECT * { ?s ?p ?o }").output


def test_control_characters_do_not_reach_the_terminal(facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "queries/q.rq", '#+ summary: "a\\e[31mb"\nSELECT ?x { BIND("c\\u001B[31md" AS ?x) }')
    for words in (("query",), ("query", "q"), ("query", "q", "-f", "table")):
        shown = run(project, *words).output
        assert "\x1b" not in shown
        assert "\\x1b[31m" in shown
    assert outside("-C", project.root, "query", "q", "-f", "csv").stdout == "x\nc\x1b[31md\n"
    assert visible("a\u00a0b\nc\u202e") == "a b c\\u202e"


# --- the command line --------------------------------------------------------------------------


def test_likely_spellings_of_many_words_do_not_take_long() -> None:
    near = [f"entity number {n} of {n * n}" for n in range(2000)]
    spans = [Span("a", line, 1) for line in range(1, 1001)]
    problems = [Problem("unknown-name", "x", span, word=f"entty nmber {span.line}", near=near) for span in spans]
    begun = time.monotonic()
    hints = [did_you_mean(p.word, p.near) for p in in_order(problems)]
    assert time.monotonic() - begun < 10
    assert sum(map(bool, hints)) == 50


def test_a_new_lock_replaces_a_bad_one(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["new", str(tmp_path / "p")], catch_exceptions=False)
    project = Project(tmp_path / "p")
    for bad in (b"nonsense\n", b"\xff"):
        put(project, "facts/locators.lock", bad)
        assert "bad-lock" in run(project, "check").output
        assert run(project, "check", "--documents", str(tmp_path / "p" / "documents"), "--lock").exit_code == 0
        assert run(project, "check").output.startswith("No problems.")


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_new_lock_is_written_into_nothing_outside_the_project(kind: str, tmp_path: Path) -> None:
    """A link that leaves the project, or a pipe, in the lock's place is replaced by a file."""
    CliRunner().invoke(main, ["new", str(tmp_path / "p")], catch_exceptions=False)
    lock, secret = tmp_path / "p" / "facts" / "locators.lock", tmp_path / "secret"
    secret.write_text("as it was", encoding="utf-8")
    lock.unlink(missing_ok=True)
    lock.symlink_to(secret) if kind == "link" else os.mkfifo(lock)
    done = outside("-C", tmp_path / "p", "check", "--documents", tmp_path / "p" / "documents", "--lock")
    assert done.returncode == 0, done.stderr
    assert secret.read_text(encoding="utf-8") == "as it was"
    assert lock.is_file()
    assert not lock.is_symlink()
    assert sorted(path.name for path in lock.parent.glob(".*")) == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_that_is_written_anew_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    path.chmod(mode)
    files.deliver("new", path)
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)
    fresh = files.deliver("new", tmp_path / "fresh.html")
    (tmp_path / "plain").write_text("", encoding="utf-8")
    assert fresh.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, OSError, MemoryError, None])
def test_nothing_half_written_stays(
    wrong: type[BaseException] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the writing, the old file is as it was, and nothing lies beside it."""
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise wrong or AssertionError

    if wrong:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(wrong or UnicodeEncodeError):
        files.deliver("new" if wrong else "a\udc80", path)
    assert [found.name for found in tmp_path.iterdir()] == ["page.html"]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("ends", [True, False])
def test_a_long_chain_of_facts_about_facts_is_followed(ends: bool, facts: Facts) -> None:
    """Longer than calls may be nested, and written the wrong way round; one that ends in itself is a problem."""
    count = 3000
    rows = [f"  - Cabello disputes f{n - 1}: {{id: f{n}}}\n" for n in range(count, 0, -1)]
    last = GOOD.replace("\n", ": {id: f0}\n") if ends else f"  - Cabello disputes f{count}: {{id: f0}}\n"
    found = facts("".join(rows) + last).corpus
    assert [p.code for p in found.problems] == ([] if ends else ["circular-fact"])
    if ends:
        said = {fact.identifier: fact for fact in found.facts}
        for n in range(1, count + 1):
            below = statement_key(said[f"f{n - 1}"])
            assert said[f"f{n}"].object.term == f"<{found.dataset.base}statement/{below}>"


def test_output_goes_through_links_and_into_pipes(facts: Facts, tmp_path: Path) -> None:
    project = facts(GOOD)
    text = run(project, "export", "ntriples").stdout
    target, link = tmp_path / "target.nt", tmp_path / "link.nt"
    link.symlink_to(target)
    assert run(project, "export", "ntriples", "-o", str(link)).exit_code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == text
    assert run(project, "export", "ntriples", "-o", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([*KG, "-C", project.root, "export", "ntriples", "-o", pipe], stderr=subprocess.DEVNULL):
        assert pipe.read_text(encoding="utf-8") == text
    assert pipe.is_fifo()
    assert run(project, "export", "ntriples", "-o", "-").stdout == text


@pytest.mark.parametrize("name", ["facts/x.yaml", "ontology/x.ttl", "queries/x.rq", "build/current/facts.nt", ""])
def test_output_never_goes_where_kg_reads(name: str, facts: Facts) -> None:
    project = facts(GOOD)
    before = project.build().lines("facts")
    result = run(project, "export", "turtle", "-o", str(project.root / name) if name else "")
    assert result.exit_code == 2
    assert project.build().lines("facts") == before
    assert not list((project.root / "facts").glob("x*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [("check",), ("export", "turtle"), ("query", "-")])
def test_a_full_device_is_said(words: tuple[str, ...], facts: Facts) -> None:
    with Path("/dev/full").open("w") as full:
        options = {"stdout": full, "stderr": subprocess.PIPE, "text": True, "input": "ASK { ?s ?p ?o }", "timeout": 60}
        done = subprocess.run([*KG, "-C", facts(GOOD).root, *words], **options)  # type: ignore[call-overload]
    assert done.returncode == 1
    assert done.stderr == "Error: output: No space left on device\n"


def test_closed_streams_are_said(facts: Facts) -> None:
    command = f"{sys.executable} -m kg.cli -C {facts(GOOD).root}"
    for words in ("check >&-", "query - <&-", "check 2>&- >/dev/null"):
        done = subprocess.run(["sh", "-c", f"{command} {words}"], capture_output=True, text=True, timeout=60)
        assert "Traceback" not in done.stderr
        assert done.returncode == ("2>&-" not in words)


def test_what_is_asked_from_standard_input_is_text(facts: Facts) -> None:
    project = facts(GOOD)
    assert "not-utf-8" in run(project, "query", "-", given=b"ASK { \xff }").output
    assert "file-too-large" in run(project, "query", "/dev/zero").output


def test_a_deleted_working_folder_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f"cd {gone} && rmdir {gone} && {sys.executable} -m kg.cli check"],
        capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_usage_that_makes_no_sense_is_refused(facts: Facts) -> None:
    project = facts(GOOD)
    put(project, "queries/q.rq", f"{SUMMARY}SELECT ?o {{ ?_who_iri kg:governs ?o }}")
    for words in (
        ("query", "q", "-p", "who=cabello", "-p", "who=ruiz"),
        ("why", "Cabello governs Miranda", "--documents", "nowhere"),
        ("coverage", "--documents", "nowhere"), ("view", "-o", "-", "--open"),
    ):  # fmt: skip
        assert run(project, *words).exit_code == 2, words
    assert run(project, "view", "--about", "zz").output.startswith("unknown-name: ")


@pytest.mark.parametrize("folder", ["../..", "/", ".", "\\0"])
def test_a_dataset_cannot_name_a_folder_outside(folder: str, case_project: Callable[..., Project]) -> None:
    name = '"\\0"' if folder == "\\0" else folder
    dataset = f"dataset: {{id: d, documents: {name}}}\n"
    project = case_project({"facts/d.yaml": dataset, "facts/f.yaml": f"source: paper\nfacts:\n{GOOD}"})
    begun = time.monotonic()
    assert ("outside-folder", "facts/d.yaml") in codes(project)
    assert time.monotonic() - begun < 20


def test_a_file_whose_name_is_no_text_is_still_shown(case_project: Callable[..., Project]) -> None:
    project = case_project()
    name = os.fsdecode(b"a\xffb\nc.yaml")
    (project.root / "facts" / name).write_text(f"source: paper\nfacts:\n{GOOD}  - Cabello govens Miranda\n")
    assert json.loads(outside("-C", project.root, "check", "--json").stdout)[0]["path"] == f"facts/{name}"
    (project.root / "facts" / name).write_text(f"source: paper\nfacts:\n{GOOD}")
    for words in ((), ("--json",)):
        done = outside("-C", project.root, "why", "Cabello governs Miranda", *words)
        assert done.returncode == 0, done.stderr
