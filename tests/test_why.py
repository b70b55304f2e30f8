"""What a rule rests on is found however its author spells the rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import start
from kg.project import Project
from kg.query import QueryError
from kg.why import reasons

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
