"""A fresh project: the shipped ontology, one example file of facts with its document, one query."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

EXAMPLE = {
    "facts/example.yaml": """\
# Each fact is one sentence: subject, verb, object. `kg terms` lists the verbs, `kg check` checks every line.
dataset:
  id: example
  title: An example
  base: https://example.org/example/
  documents: documents

source: minutes                  # the document that every fact below comes from

entities:
  minutes:
    type: Document
    name: Minutes of the council
    file: minutes.txt
    published on: {1999-05-03: {at: "Valdera, 3 May 1999"}}
  ana-ruiz:
    type: Person
    name: Ana Ruiz
    also: [Ruiz]
  luis-mora:
    type: Person
    name: Luis Mora
    also: [Mora]
  valdera:
    type: Municipality
    name: Valdera
  mayor-of-valdera:
    type: Mayoralty
    name: mayor of Valdera
    is an office of: {valdera: {at: "elected mayor of Valdera"}}
  valdera-mayor-1999:
    type: Contest
    name: Valdera mayor election 1999
    for office: {mayor-of-valdera: {at: "elected mayor of Valdera"}}
    on: {1999-05-02: {at: "On 2 May 1999"}}

facts:
  - Ruiz wins Valdera mayor election 1999: {votes: "1,204", at: "Ana Ruiz … 1,204 votes"}
  - Ruiz defeats Mora: {in: Valdera mayor election 1999, at: "ahead of Luis Mora"}
  - Mora is accused of vote buying: {says: Ruiz, status: alleged, at: "Ruiz said … bought votes"}
""",
    "facts/topics.yaml": """\
source: minutes

entities:
  vote-buying:
    type: Offence
    name: vote buying
""",
    "documents/minutes.txt": """\
Minutes of the council of Valdera, 3 May 1999.
On 2 May 1999 Ana Ruiz was elected mayor of Valdera.
The clerk counted for Ana Ruiz 1,204 votes, ahead of Luis Mora.
Ruiz said that Mora had bought votes. Mora did not answer.
""",
    "queries/who-says.rq": """\
#+ summary: What is said about a person, who says so and how.
#+ defaults:
#+   - person: luis-mora
#+ expect:
#+   - {verb: is accused of, object: vote buying, status: alleged, speaker: Ana Ruiz}
#+   - {verb: loses to, object: Ana Ruiz, status: asserted}
SELECT ?verb ?object ?status ?speaker ?document WHERE {
  ?statement rdf:subject ?_person_iri ; rdf:predicate ?verb ; rdf:object ?object ; kg:evidence ?evidence .
  ?evidence kg:status ?status ; prov:hadPrimarySource ?document .
  OPTIONAL { ?evidence kg:speaker ?speaker }
} ORDER BY ?verb ?object
""",
}


def shipped_ontology() -> Path:
    """Returns the folder of the ontology that came with this install, or stands beside a checkout."""
    package = Path(str(resources.files("kg")))
    inside = package / "shipped" / "ontology"
    return inside if inside.is_dir() else package.parent / "ontology"


def make(folder: Path) -> None:
    """Writes the project into a new or empty folder. Raises FileExistsError for one that holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"'{folder}' is there already and is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped_ontology(), folder / "ontology")
    for name, text in {**EXAMPLE, ".gitignore": "build/\n"}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
