"""Every sentence leads back to all that it rests on, and to nothing else; rules are followed however they are spelt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from examples import project

from kg import start
from kg.project import Project
from kg.query import QueryError
from kg.why import Reason, as_text, reasons

RULE = Path("ontology/rules/losing-to-gives-the-contest.rq")
OWN = "PREFIX where: <https://kg.example/terms#>\n"
GIVEN = "VALUES ?office { <https://example.org/example/mayor-of-valdera> }"
ASKED = "Luis Mora loses Valdera mayor election 1999"

SPELLINGS: dict[str, Callable[[str], str]] = {
    "without the word WHERE": lambda text: text.replace("\nWHERE {", "\n{"),
    "with the word in a comment": lambda text: text.replace("CONSTRUCT", "# Where } one loses\nCONSTRUCT"),
    "with the word as a variable": lambda text: text.replace("?loser", "?where"),
    "with a prefix of its own": lambda text: OWN + text.replace("kg:", "where:"),
    "with two prefixes of one namespace": lambda text: OWN + text.replace("kg:partOf", "where:partOf"),
    "with values given behind it": lambda text: text + GIVEN,
    "with an order and a comment behind it": lambda text: text + "ORDER BY ?office # }",
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_the_premises_of_a_rule_are_found(spelled: Callable[[str], str], tmp_path: Path) -> None:
    start.make(tmp_path / "own")
    project = Project(tmp_path / "own")
    text = (project.root / RULE).read_text(encoding="utf-8")
    assert spelled(text) != text
    (project.root / RULE).write_text(spelled(text), encoding="utf-8")
    (reason,) = reasons(project.corpus, project.root, project.dataset(), ASKED, None)
    assert reason.rule == RULE.stem
    assert "Luis Mora loses to Ana Ruiz" in {premise.sentence for premise in reason.premises}


def test_a_name_alone_leads_to_where_it_is_shown(tmp_path: Path) -> None:
    start.make(tmp_path / "own")
    project = Project(tmp_path / "own")
    with pytest.raises(QueryError) as caught:
        reasons(project.corpus, project.root, project.dataset(), "Luis Mora", None)
    assert caught.value.problem.message == "'Luis Mora' is a name, and a sentence has a verb too"
    assert "kg view --about 'Luis Mora'" in caught.value.problem.hint


def asked(made: Project, words: str) -> list[Reason]:
    """Returns why a project says so; that it can be printed goes without saying."""
    found = reasons(made.corpus, made.root, made.dataset(), words, None)
    assert as_text(found, words, 80)
    return found


def said(reason: Reason) -> str:
    """Returns a reason's sentence with its qualifiers."""
    return ", ".join((reason.sentence, *reason.qualifiers))


def below(reason: Reason) -> list[Reason]:
    """Returns a reason and all that it rests on."""
    return [reason, *(each for premise in reason.premises for each in below(premise))]


# --- numbers -----------------------------------------------------------------------------------

NUMBERS = {
    "facts": [
        {"general election had turnout": {"65.45%": {"id": "turnout"}}},
        {"general election had votes cast": "just over 11 million"},
        {"Left Party contests general election": {"votes": "about 5.4 million", "share": "52.5%", "id": "share"}},
        "Ana disputes turnout",
        "Ben disputes share",
    ]
}
NUMBERED = {
    "general election had turnout 65.45%": "general election had turnout 65.45%",
    "general election had votes cast just over 11 million": "general election had votes cast just over 11 million",
    "Left Party contests general election":
        "Left Party contests general election, share 52.5%, votes about 5.4 million",
    "Ana disputes turnout": "Ana disputes “general election had turnout 65.45%”",
    "Ben disputes share": "Ben disputes “Left Party contests general election”",
}  # fmt: skip


def test_a_sentence_with_a_number_leads_to_its_source(tmp_path: Path) -> None:
    made = project(tmp_path, NUMBERS)
    for words, whole in NUMBERED.items():
        (reason,) = asked(made, words)
        assert (said(reason), len(reason.sources)) == (whole, 1)
        key = reason.statement.rpartition("/")[2]
        assert [said(each) for each in asked(made, key)] == [whole]


def test_a_number_that_nobody_says_has_no_reason(tmp_path: Path) -> None:
    made = project(tmp_path, NUMBERS)
    for words in ("general election had turnout 66%", "general election had votes cast 11 million"):
        assert asked(made, words) == []


# --- premises ----------------------------------------------------------------------------------

LOST = {"Ana loses to Ben": {"in": "North contest"}}
HELD = "Ben holds governor of North"


@pytest.mark.parametrize("how", [{"status": "denied"}, {"status": "alleged"}, {"rank": "deprecated"}], ids=str)
def test_what_nobody_asserts_is_no_ground(how: dict[str, str], tmp_path: Path) -> None:
    """The premise `Ben wins North contest` is inferred: what is only said otherwise is shown to who asks for it."""
    made = project(tmp_path, {"facts": [LOST, {"Ben wins North contest": how}]})
    (top,) = asked(made, HELD)
    wins = [each for each in below(top) if each.sentence == "Ben wins North contest"]
    assert [(each.rule, each.sources) for each in wins] == [("losing-to-gives-the-contest", ())]
    stated, inferred = asked(made, "Ben wins North contest")
    assert (len(stated.sources), stated.rule, inferred.rule) == (1, "", "losing-to-gives-the-contest")


def test_a_ground_that_is_asserted_is_named_with_all_who_speak_of_it(tmp_path: Path) -> None:
    facts = ["Ben wins North contest", {"Ben wins North contest": {"status": "denied", "says": "Ana"}}]
    (top,) = asked(project(tmp_path, {"facts": facts}), HELD)
    (wins,) = [each for each in below(top) if each.sentence == "Ben wins North contest"]
    assert sorted(source.status for source in wins.sources) == ["asserted", "denied"]


# --- long derivations --------------------------------------------------------------------------


def chain(root: Path, length: int) -> Project:
    """Returns a project in which each place lies within the next."""
    places = {f"p{i}": {"type": "State", "name": f"Place {i}"} for i in range(length + 1)}
    return project(root, {"entities": places, "facts": [f"p{i} within p{i + 1}" for i in range(length)]})


def test_a_long_derivation_says_where_it_goes_on(tmp_path: Path) -> None:
    """Whoever asks as told comes to every fact of the chain."""
    made, seen, questions = chain(tmp_path, 12), set[str](), ["kg why 'p0 within p12'"]
    for question in questions:
        (top,) = asked(made, question.removeprefix("kg why ").strip("'"))
        found = below(top)
        seen |= {each.sentence for each in found if each.sources}
        questions += [each.goes_on for each in found if each.goes_on]
        assert all(each.sources or each.premises or each.goes_on for each in found)
    assert len(questions) > 1
    assert seen == {f"Place {i} within Place {i + 1}" for i in range(12)}


def test_a_long_derivation_is_printed_with_the_command_that_goes_on(tmp_path: Path) -> None:
    text = as_text(asked(chain(tmp_path, 12), "p0 within p12"), "", 80)
    assert re.search(r"Place \d+ within Place \d+\n +inferred by a rule; `kg why 'p\d+ within p\d+'` shows how", text)


def test_a_short_derivation_is_shown_whole(tmp_path: Path) -> None:
    (top,) = asked(chain(tmp_path, 4), "p0 within p4")
    assert [each.goes_on for each in below(top) if each.goes_on] == []
    assert sum(bool(each.sources) for each in below(top)) == 4


def test_a_ground_that_a_rule_says_with_its_own_bounds_is_shown_with_its_rule(tmp_path: Path) -> None:
    """A rule of a project's own may rest on the tenure that another rule infers."""
    made = project(tmp_path, {"facts": [LOST]})
    (made.root / "ontology/rules/own.rq").write_text(
        "#+ summary: Who holds an office is against Ana.\nCONSTRUCT { ?who kg:opposes :ana }\n"
        "WHERE { ?said rdf:subject ?who ; rdf:predicate kg:holds }", "utf-8",
    )  # fmt: skip
    (top,) = asked(Project(made.root), "Ben opposes Ana")
    assert [(each.sentence, each.rule) for each in top.premises] == [(HELD, "winning-a-contest-gives-the-office")]
