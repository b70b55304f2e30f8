"""Commands as people type them: exit codes, plain output to a pipe, JSON for programs, clear refusals."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from kg.cli import main
from kg.glossary import as_text, explanation, terms
from kg.project import Project


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=given, catch_exceptions=False)


@pytest.fixture
def new(tmp_path: Path) -> str:
    """Returns the folder of a fresh project."""
    assert run("new", str(tmp_path / "mine")).exit_code == 0
    return str(tmp_path / "mine")


def test_a_fresh_project_is_clean_and_answers(new: str) -> None:
    assert run("-C", new, "check").stdout == "No problems.\n"
    assert run("-C", new, "check", "--documents", f"{new}/documents", "--lock").exit_code == 0
    assert "is accused of\tvote buying\talleged" in run("-C", new, "query", "who-says").stdout
    assert "example.yaml" in run("-C", new, "why", "Mora", "loses", "to", "Ruiz").stdout
    ledger = run("-C", new, "coverage", "--documents", f"{new}/documents")
    assert ledger.exit_code == 1
    assert "neither: Mora did not answer." in ledger.stdout


def test_passages_are_locked_in_the_folder_that_the_dataset_names(new: str) -> None:
    """A fresh project names its own; one that names none is told how to."""
    dataset = Path(new) / "facts" / "example.yaml"
    assert run("-C", new, "check", "--lock").exit_code == 0
    assert (Path(new) / "facts" / "locators.lock").is_file()
    named = [line for line in dataset.read_text(encoding="utf-8").splitlines() if "documents:" not in line]
    dataset.write_text("\n".join(named) + "\n", encoding="utf-8")
    refused = run("-C", new, "check", "--lock")
    assert refused.exit_code == 2
    assert "documents:" in refused.stderr


def test_it_is_told_that_checks_wait_for_facts_that_can_be_read(new: str) -> None:
    more = Path(new, "facts", "more.yaml")
    more.write_text("source: minutes\nfacts: [Ruiz govens Valdera]\n", encoding="utf-8")
    assert "saved queries wait" in run("-C", new, "check").stdout
    more.write_text("source: minutes\nentities:\n  lonely: {type: Person, name: Lonely}\n", encoding="utf-8")
    checked = run("-C", new, "check").stdout
    assert "orphan-entity" in checked
    assert "wait" not in checked


def test_a_saved_query_that_cannot_be_read_is_not_passed_over(new: str) -> None:
    assert "cannot be read" not in run("-C", new, "query").stdout
    for file in (Path(new) / "queries").glob("*.rq"):
        file.unlink()
    (Path(new) / "queries" / "odd.rq").write_text("#+ summary: [\nASK { }\n", encoding="utf-8")
    assert "cannot be read" in run("-C", new, "query").stdout


def test_the_next_commands_can_be_copied_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = str(tmp_path / "my project")
    told = run("new", folder).stdout.splitlines()[1]
    assert run(*shlex.split(told)[1:]).stdout == "No problems.\n"


LISTS = [("query",), ("explain", "bad-ontology"), ("explain", "no-passage"), ("terms", "part of")]


@pytest.mark.parametrize("command", LISTS)
def test_lists_and_explanations_fit_the_terminal(command: tuple[str, ...], new: str) -> None:
    shown = CliRunner(env={"COLUMNS": "60"}).invoke(main, ["-C", new, *command]).stdout
    assert shown
    assert max(map(len, shown.splitlines())) <= 60


def test_help_shows_the_whole_summary_of_every_command() -> None:
    """None is cut, and none is wider than the terminal."""
    lines = run("--help").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    said = " ".join(" ".join(lines).split())
    commands = main.list_commands(click.Context(main))
    assert len(commands) == 14
    for name in commands:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert f"{name} {command.get_short_help_str(10_000)} " in f"{said} "
    assert "..." not in said.partition("Commands:")[2]


def test_what_goes_to_a_pipe_is_never_cut(new: str) -> None:
    """A list of terms in a narrow terminal is cut to its width; to another program each line goes whole."""
    shown = CliRunner(env={"COLUMNS": "40"}).invoke(main, ["-C", new, "terms"]).stdout
    assert "…" not in shown
    found = terms(Project(new).ontology)
    assert len(shown.splitlines()) > len(found) > 100
    assert max(map(len, as_text(found, 40, cut=True).splitlines())) == 40


def test_a_default_that_names_nothing_is_a_problem_at_its_line(new: str) -> None:
    query = Path(new, "queries", "who-says.rq")
    query.write_text(query.read_text(encoding="utf-8").replace("luis-mora", "luis-moro"), encoding="utf-8")
    assert "queries/who-says.rq:3:16: unknown-name: nothing is called 'luis-moro'" in run("-C", new, "check").stdout


def test_new_leaves_what_is_there_alone(new: str) -> None:
    before = sorted(Path(new).rglob("*"))
    result = run("new", new)
    assert result.exit_code == 2
    assert "not empty" in result.output
    assert sorted(Path(new).rglob("*")) == before


def test_problems_are_exit_one_and_usage_is_exit_two(new: str) -> None:
    Path(new, "facts", "more.yaml").write_text("source: minutes\nfacts: [Ruiz govens Valdera]\n", encoding="utf-8")
    for command in (("check",), ("build",), ("query", "who-says"), ("export", "turtle"), ("view",)):
        result = run("-C", new, *command)
        assert result.exit_code == 1, command
        assert "unknown-verb" in result.output
    assert run("-C", new, "chek").exit_code == 2
    assert run("-C", f"{new}/nowhere", "check").exit_code == 2


def test_problems_as_json_hold_place_and_hint(new: str) -> None:
    Path(new, "facts", "more.yaml").write_text("source: minutes\nfacts: [Ruiz govens Valdera]\n", encoding="utf-8")
    rows = json.loads(run("-C", new, "check", "--json").stdout)
    places = [(r["path"], r["line"], r["column"], r["code"]) for r in rows]
    assert places == [("facts/more.yaml", 2, 14, "unknown-verb")]
    assert "did you mean 'governs'" in rows[0]["hint"]


def test_a_build_is_used_until_something_changes(new: str) -> None:
    first = json.loads(run("-C", new, "build", "--json").stdout)
    assert json.loads(run("-C", new, "build", "--json").stdout) == first
    path = Path(new, "facts", "example.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "  - Ruiz is accused of vote buying\n", encoding="utf-8")
    assert "Ana Ruiz" not in run("-C", new, "query", "who-says", "-p", "person=Ruiz", "-f", "csv").stdout
    assert json.loads(run("-C", new, "build", "--json").stdout)["facts"] == first["facts"] + 1


@pytest.mark.parametrize("form", ["plain", "table", "csv", "tsv", "json", "xml"])
def test_every_result_format_answers(new: str, form: str) -> None:
    result = run("-C", new, "query", "who-says", "-f", form)
    assert result.exit_code == 0
    assert "vote" in result.stdout
    if form == "json":
        assert len(json.loads(result.stdout)["results"]["bindings"]) == 2


def test_queries_from_a_file_and_from_standard_input(new: str, tmp_path: Path) -> None:
    text = "SELECT ?who WHERE { ?who a kg:Person } ORDER BY ?who"
    assert run("-C", new, "query", "-", given=text).stdout == "who\nAna Ruiz\nLuis Mora\n"
    (tmp_path / "people.rq").write_text(text, encoding="utf-8")
    assert run("-C", new, "query", str(tmp_path / "people.rq"), "--iris").stdout == "who\n:ana-ruiz\n:luis-mora\n"
    assert run("-C", new, "query", "-", given="ASK { :ana-ruiz a kg:Person }").stdout == "yes\n"
    triples = run("-C", new, "query", "-", given="CONSTRUCT { ?a kg:losesTo ?b } WHERE { ?a kg:losesTo ?b }").stdout
    assert ":luis-mora kg:losesTo :ana-ruiz" in triples


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query", "who-sys"), "did you mean 'who-says'"),
        (("query", "who-says", "-p", "persn=Ruiz"), "did you mean 'person'"),
        (("query", "who-says", "-p", "person=Ruz"), "unknown-name: parameter 'person': nothing is called 'Ruz'"),
        (("query", "who-says", "-p", "person"), "NAME=VALUE"),
        (("query", "who-says", "-f", "turtle"), "CONSTRUCT"),
        (("query", "nowhere.rq"), "cannot be read"),
        (("export", "turtel"), "turtle"),
        (("explain", "no-sorce"), "no-source"),
        (("why", "Ruiz", "xyz", "Mora"), "no property is labelled 'xyz'"),
        (("why", "0123456789abcdef"), "Nothing says so"),
        (("disagreements", "--kind", "quarrel"), "contradicts"),
        (("disagreements", "--about", "Ruis"), "did you mean 'ruiz'"),
        (("disagreements", "--about", "nobody"), "nothing is called 'nobody'"),
        (("view", "--at", "2012-13-01"), "'2012-13-01' is no day, month or year, which are written 2006-01-31"),
        (("view", "--at", "2012-02-30"), "'2012-02-30' is no day"),
        (("view", "--at", "12"), "'12' is no day"),
        (("view", "--about", "nobody"), "nothing is called 'nobody'"),
        (("terms", "xyzzy"), "No class, verb or qualifier"),
    ],
)
def test_what_cannot_be_done_is_said(new: str, words: tuple[str, ...], said: str) -> None:
    result = run("-C", new, *words)
    assert result.exit_code in (1, 2)
    assert said in result.output


def test_bad_sparql_is_shown_at_its_place(new: str) -> None:
    result = run("-C", new, "query", "-", given="SELECT ?who\nWHERE { ?who a }")
    assert result.exit_code == 1
    assert "standard input:2:" in result.output
    assert "bad-query" in result.output


def test_a_term_that_the_ontology_lacks_is_named(new: str) -> None:
    """`kg:losesto` would match nothing; the answer would look like nobody lost."""
    result = run("-C", new, "query", "-", given="SELECT ?who\nWHERE { ?who kg:losesto ?whom }")
    assert result.exit_code == 1
    assert "standard input:2:14: unknown-term: the ontology has no 'kg:losesto'" in result.output
    assert "    2 | WHERE { ?who kg:losesto ?whom }\n                     ^^^^^^^^^^\n" in result.output
    assert "did you mean 'kg:losesTo'" in result.output
    assert run("-C", new, "query", "-", given='ASK { ?s rdfs:label "kg:losesto" } # kg:losesto').exit_code == 0


def test_a_misspelt_name_explains_an_empty_answer(new: str, tmp_path: Path) -> None:
    """Beside the answer, which stays as it is for programs, and not where something came."""
    path = tmp_path / "q.rq"
    for name, said in (("luis-moro", "nothing is called ':luis-moro'"), ("luis-mora", "")):
        path.write_text(f"SELECT ?whom {{ :{name} kg:losesTo ?whom }}", encoding="utf-8")
        result = run("-C", new, "query", str(path), "-f", "csv")
        assert result.exit_code == 0
        assert result.stdout.startswith("whom")
        assert said in result.stderr
        assert ("did you mean ':luis-mora'" in result.stderr) == bool(said)


def test_why_follows_a_rule_to_the_fact_behind_it(new: str) -> None:
    text = run("-C", new, "why", "Ruiz holds mayor of Valdera").stdout
    assert "inferred by winning-a-contest-gives-the-office" in text
    assert "Ana Ruiz wins Valdera mayor election 1999" in text
    assert "facts/example.yaml" in text


def test_terms_and_explain(new: str) -> None:
    assert "governs" in run("-C", new, "terms", "gobierna").stdout
    assert "Every fact comes from a document" in run("-C", new, "explain", "no-source").stdout
    assert "orphan-entity" in run("-C", new, "explain").stdout
    assert "no fact speaks of" in run("-C", new, "explain", "orphan-entity").stdout
    said = run("-C", new, "explain", "reported-before-it-happened").stdout
    assert "… is dated …, but says" in said


@pytest.mark.parametrize("check", sorted(path.stem for path in (ROOT / "ontology" / "checks").glob("*.rq")))
def test_an_explanation_has_no_template_in_it(check: str) -> None:
    """What a check fills with the columns of a row is left open where there is no row."""
    said = explanation(ROOT, check)
    assert said
    assert not re.search(r"[{}]", re.sub(r"`[^`]*`", "", said))


def test_terms_lists_units_with_every_way_to_write_them(new: str) -> None:
    """The word for units brings all of them and says that a currency is one too; a unit is found by its words."""
    Path(new, "ontology", "mine.ttl").write_text(
        '@prefix kg: <https://kg.example/terms#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n'
        '<urn:barrel> a kg:Unit ; rdfs:label "barrels"@en , "barriles"@es .\n', encoding="utf-8")  # fmt: skip
    for word in ("unit", "unidad"):
        said = run("-C", new, "terms", word).stdout
        assert all(text in said for text in ("unit       barrels", "barriles", "percentage points", "años", "ISO 4217"))
    assert [t["label"] for t in json.loads(run("-C", new, "terms", "año", "--json").stdout)] == ["years"]
    assert run("-C", new, "terms", "barriles", "--lang", "es").stdout.startswith("unit       barriles\n")


@pytest.mark.parametrize(
    ("word", "status"),
    [("denies", "denied"), ("deny", "denied"), ("alleges", "alleged"), ("predicts", "predicted"),
     ("threat", "threatened")],
)
def test_terms_says_how_it_is_written_what_a_source_does(word: str, status: str, new: str) -> None:
    """An author who looks for the verb `denies` is led to `status: denied`, which facts understand."""
    assert f"{{status: {status}}}" in " ".join(run("-C", new, "terms", word).stdout.split())
    facts = Path(new, "facts", "more.yaml")
    facts.write_text(f"source: minutes\nfacts: [Ruiz governs Valdera: {{status: {status}}}]\n", encoding="utf-8")
    assert run("-C", new, "build").exit_code == 0
    assert "status" not in run("-C", new, "terms", "density").stdout


def test_export_to_a_file_is_whole_or_nothing(new: str, tmp_path: Path) -> None:
    target = tmp_path / "graph.ttl"
    assert run("-C", new, "export", "turtle", "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == run("-C", new, "export", "turtle").stdout
    result = run("-C", new, "export", "turtle", "-o", str(tmp_path / "no" / "graph.ttl"))
    assert result.exit_code == 1
    assert not list(tmp_path.glob(".graph*"))


def test_python_users_get_the_same(new: str) -> None:
    project = Project(new)
    assert project.check() == []
    assert {row["object"] for row in project.query("who-says")} == {"vote buying", "Ana Ruiz"}  # type: ignore[union-attr]
    assert project.query("who-says", person="Ruiz")
    assert project.query("ASK { :ana-ruiz a kg:Person }") is True
    graph = project.graph()
    assert len(list(graph.query("SELECT ?who WHERE { ?who a kg:Person }"))) == 2
    network = project.network()
    assert any(data["sentence"].startswith("Luis Mora loses to") for _, _, data in network.edges(data=True))


def test_the_wheel_holds_everything(tmp_path: Path) -> None:
    """Built and installed elsewhere, it makes, checks and shows a project without the checkout."""
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", "build", ".venv", "*.egg-info", "tests"))
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("kg-*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", str(wheel)], check=True, capture_output=True)
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    here = next(p for p in sys.path if p.endswith("site-packages"))
    (site / "dependencies.pth").write_text(here + "\n", encoding="utf-8")  # what it depends on, and only that
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    program = tmp_path / "venv" / "bin" / "kg"
    for words in (("new", "mine"), ("-C", "mine", "check"), ("-C", "mine", "view"), ("-C", "mine", "explain", "shape")):
        done = subprocess.run([program, *words], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine" / "build" / "network.html").stat().st_size > 100_000
    show = [python, "-c", "import kg; print(kg.__file__)"]
    where = subprocess.run(show, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert str(tmp_path) in where.stdout
