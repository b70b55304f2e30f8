"""A project on disk: folder in, its problems, build, answers, graph and picture out. The only module that knows all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import __version__, files
from kg.layout import Graphs
from kg.ontology import FOLDERS
from kg.problem import Problem, Span, echo, order
from kg.store import FORMAT, Build, BuildError, current, damage, is_told, publish, refuse_unwritable
from kg.terms import BASE, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import networkx
    import rdflib

    from kg.coverage import Ledger
    from kg.disagree import Disagreement
    from kg.fact import Corpus
    from kg.ontology import Ontology
    from kg.query import Dataset
    from kg.saved import Saved
    from kg.view import View


class ProblemsFound(Exception):
    """The facts cannot be built as they are; carries the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Project:
    """A folder with ontology/, facts/ and queries/.

    >>> Project("tests/demo").root.name
    'demo'
    """

    def __init__(self, path: str | os.PathLike[str] = ".", endpoint: str = "", base: str = "") -> None:
        self.root = Path(path).resolve()
        self.endpoint, self.base = endpoint, base
        """The SPARQL endpoint that is asked in place of the project's own build, and which dataset there."""
        self.tell: Callable[[str], None] = lambda stage: None
        """Is told what long work has come to, and '' at its end; a command line may show it."""
        self.unlocked = 0
        """Passages that the last check could compare with neither a document nor the lock."""
        self.waiting = False
        """Whether the last check came no further than facts and locators."""
        self._read = ""
        """Digest of what the grammar and the corpus were read from, '' where neither is."""

    # --- what is read ---

    @cached_property
    def ontology(self) -> Ontology:
        """The grammar, read from ontology/."""
        from kg.ontology import owl

        self._read = self._read or self.inputs()
        return owl.load(self.root)

    @cached_property
    def corpus(self) -> Corpus:
        """Every entity and fact, and every problem with how they are written."""
        from kg import corpus

        inputs = self.inputs()
        if self._read != inputs:  # the grammar may have been read before, by itself
            self.__dict__.pop("ontology", None)
        self._read = inputs
        return corpus.read(self.root, self.ontology)

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefix to namespace, of the published build where there is one."""
        build = current(self.root)
        return prefixes(build.base if build else BASE)

    def inputs(self) -> str:
        """Returns the digest of all that a build depends on: facts, ontology, rules, and this version of kg."""
        return self._digest("facts", "ontology")

    def _digest(self, *folders: str) -> str:
        """Returns the digest of the names and bytes of all files below folders of the project."""
        from pyoxigraph import __version__ as engine

        linked = self.root / "queries"  # elsewhere: it is not read, and may be the whole disk
        paths = [self.root / folder for folder in folders]
        found = "\n".join(files.digest(None if path == linked and path.is_symlink() else path) for path in paths)
        return hashlib.sha256(f"kg {__version__}.{FORMAT}, pyoxigraph {engine}\n{found}".encode()).hexdigest()

    def _forget(self) -> None:
        """Makes facts and ontology be read anew where a file of theirs has changed since."""
        inputs = self.inputs()
        if self._read != inputs:
            self.__dict__.pop("corpus", None)
            self.__dict__.pop("ontology", None)
            self._read = ""

    # --- check ---

    def check(
        self, documents: str | os.PathLike[str] | None = None, *, lock: bool = False, again: bool = False
    ) -> list[Problem]:
        """Returns everything that is wrong, sorted by place; nothing where the same inputs were clean before.

        `documents` is the folder of the documents that locators are checked against; with `lock`, what was found
        there is written to facts/locators.lock. `again` checks even what was clean.
        """
        from kg import clean

        self.waiting = False
        seen = self._digest("facts", "ontology", "queries")
        known = clean.known(self.root)
        if known and not (lock or again) and known.inputs == seen:
            folder = Path(documents) if documents is not None else self._own_folder(known.documents)
            if known.passages == files.digest(folder):
                self.unlocked = int(known.unlocked)
                return self._damaged()
        self.tell("reading facts")
        self._forget()
        named = self.corpus.dataset.documents
        folder = Path(documents) if documents is not None else self._own_folder(named)
        passages = files.digest(folder)
        problems = self._problems(folder, lock=lock)
        if not problems:
            inputs = self._digest("facts", "ontology", "queries") if lock else seen
            clean.remember(self.root, clean.Clean(inputs, named, passages, str(self.unlocked)))
        self.tell("")
        problems += self._damaged()
        once = {(p.code, p.message, p.span): p for p in problems}  # shapes.ttl is read as a part of the graph too
        return sorted(once.values(), key=order)

    def _damaged(self) -> list[Problem]:
        """Returns a problem for each file of the published build that is not as it was written."""
        try:
            build = current(self.root)
        except BuildError as error:
            return [Problem("damaged-build", str(error), Span("build/current", 0, 1))]
        places = [Span(f"build/current/{name}", 0, 1) for name in damage(build)] if build else []
        hint = "`kg build` makes it anew"
        return [Problem("damaged-build", "is not as it was published", place, hint) for place in places]

    def is_checked(self) -> bool:
        """Says whether the last check found nothing wrong with these very facts, ontology and queries."""
        from kg import clean

        known = clean.known(self.root)
        return bool(known) and known.inputs == self._digest("facts", "ontology", "queries")

    def _problems(self, folder: Path | None, *, lock: bool) -> list[Problem]:
        """Returns what is wrong with facts and locators, and only where nothing is, what is wrong with the graph."""
        from kg import check

        problems = [*self.corpus.problems, *self._outside()]
        if folder is not None:
            self.tell("looking up passages")
        misplaced, self.unlocked = check.check_locators(self.root, self.corpus, folder, lock=lock)
        problems += misplaced
        self.waiting = bool(problems)
        return problems or [*self._misspelt(*FOLDERS), *check.check_graph(self.root, self.corpus, self.tell)]

    def _misspelt(self, *folders: str) -> list[Problem]:
        """Returns a problem for each unknown term in the SPARQL of folders of the ontology."""
        from kg.saved import unknown_terms

        return unknown_terms(self.root, [f"ontology/{folder}" for folder in folders], self.ontology.terms)

    def _own_folder(self, named: str) -> Path | None:
        """Returns the folder of documents that the dataset names, None for none or one outside the project."""
        folder = Path(os.path.realpath(self.root / named)) if named and "\0" not in named else self.root
        return folder if folder != self.root and folder.is_relative_to(self.root) else None

    def _outside(self) -> list[Problem]:
        """Returns a problem where the dataset names a folder of documents that is not the project's own."""
        named = self.corpus.dataset.documents
        if not named or self._own_folder(named):
            return []
        message = f"'documents: {echo(named, 80)}' leads out of the project"
        hint = "name the folder by --documents DIR instead"
        return [Problem("outside-folder", message, self.corpus.dataset.span, hint)]

    def coverage(self, documents: str | os.PathLike[str] | None = None) -> list[Ledger]:
        """Returns, for each document in the folder, what the fact files make of each of its sentences.

        Raises ProblemsFound for documents that cannot be read, and where the dataset's own folder leads out of the
        project.
        """
        from kg import coverage, evidence

        self._forget()
        named = self.corpus.dataset.documents
        if documents is None and not named:
            return []
        folder = Path(documents) if documents is not None else self._own_folder(named)
        if folder is None:
            raise ProblemsFound(self._outside())
        found, problems = evidence.documents(self.corpus, folder)
        if problems:
            raise ProblemsFound(problems)
        return coverage.ledgers(self.corpus, found)

    # --- build ---

    def build(self, *, verify: bool = False) -> Build:
        """Builds the graph and publishes it, unless the published one is of the same inputs.

        With `verify`, a published build is made anew where one of its files is not as it was published.
        Raises ProblemsFound where the facts cannot be laid out; the last build then stays as it is.
        """
        inputs = self.inputs()
        published = None
        with contextlib.suppress(BuildError):  # a broken build is replaced
            published = current(self.root)
        known = published and is_told(published) and published.manifest["inputs"] == inputs
        if known and not (verify and damage(published)):  # type: ignore[arg-type]
            return published  # type: ignore[return-value]
        from kg.graph import derived

        refuse_unwritable(self.root)
        self.tell("reading facts")
        self._forget()
        if problems := self.corpus.problems or self._misspelt("rules", "disagreements"):
            raise ProblemsFound(sorted(problems, key=order))
        found = derived(self.root, self.corpus, self.tell)
        if found.problems:
            raise ProblemsFound(sorted(found.problems, key=order))
        self.tell("writing the build")
        made = publish(self.root, found.graphs, found.places, self._about(inputs), found.rules)
        self.tell("")
        return made

    def _about(self, inputs: str) -> dict[str, Any]:
        import pyoxigraph

        statements = {(f.subject, f.property, f.object, f.qualifiers) for f in self.corpus.facts}
        return {
            "inputs": inputs, "kg": __version__, "pyoxigraph": pyoxigraph.__version__,
            "title": self.corpus.dataset.title or self.corpus.dataset.id,
            "entities": len(self.corpus.entities), "facts": len(self.corpus.facts), "statements": len(statements),
        }  # fmt: skip

    # --- ask and show ---

    def dataset(self) -> Dataset:
        """Returns the store of an up-to-date build, to be asked; builds first where the inputs have changed.

        Where an endpoint is given, that is asked instead. Raises kg.remote.Unanswered.
        """
        from kg import query

        if self.endpoint:
            from kg import remote

            return remote.RemoteStore(self.endpoint, base=self.base).dataset()
        build = self.build()
        return query.Dataset(build.store(), build.base, prefixes(build.base))

    def disagreements(self) -> list[Disagreement]:
        """Returns where sources or speakers differ, typed, what most needs a reader's eye first."""
        from kg import disagree

        return disagree.disagreements(self.dataset(), disagree.read_kinds(self.root)[0])[0]

    def queries(self) -> list[Saved]:
        """Returns the saved queries, by name."""
        from kg import queries

        return queries.read_queries(self.root)[0]

    def query(self, text_or_name: str, **given: str) -> list[dict[str, str]] | bool | str:
        """Returns the answer to a saved query or to SPARQL text: rows of labels, a boolean, or N-Triples.

        Parameters are given by name: `query("lost-to", person="cabello")`. Raises kg.query.QueryError.
        """
        from kg import answers
        from kg.labels import labelled_rows
        from kg.queries import run

        dataset = self.dataset()
        answer = run(dataset, self._saved(text_or_name), given)
        form = answers.form(answer)
        if form == "solutions":
            columns, rows = labelled_rows(dataset, answer)
            return [dict(zip(columns, row, strict=True)) for row in rows]
        if form == "graph":
            return "".join(f"{t} .\n" for t in sorted(str(t) for t in answer))
        return bool(answer)

    def _saved(self, text_or_name: str) -> Saved:
        from kg import queries
        from kg.query import QueryError
        from kg.saved import of_text

        if not any(character in text_or_name for character in " {\n"):
            return queries.find_query(self.root, text_or_name, self.queries())
        saved = of_text(text_or_name, "query", "query")
        if isinstance(saved, Problem):
            raise QueryError(saved)
        return saved

    def graphs(self) -> Graphs:
        """Returns the canonical lines of an up-to-date build."""
        build = self.build()
        return Graphs(build.base, prefixes(build.base), *(build.lines(p) for p in ("facts", "inferred", "ontology")))

    def export(self, name: str, *, inferred: bool = False) -> str:
        """Returns the graph in a format: turtle, trig, ntriples, nquads, jsonld, rdfxml, graphml, gexf, csv."""
        from kg import write

        return "".join(write.load(name).write(self.graphs(), inferred=inferred))

    def graph(self, *, inferred: bool = True) -> rdflib.Graph:
        """Returns the facts, and what rules infer from them, as an rdflib graph with its prefixes bound."""
        import rdflib

        graphs = self.graphs()
        graph = rdflib.Graph(bind_namespaces="none")
        for prefix, namespace in graphs.prefixes.items():
            graph.bind(prefix, namespace)
        lines = graphs.facts + (graphs.inferred if inferred else ())
        return graph.parse(data="\n".join(lines) + "\n", format="nt")

    def network(self) -> networkx.MultiDiGraph:
        """Returns the facts as a network: entities are nodes, statements between entities are edges."""
        from kg.network import network

        dataset = self.dataset()
        return network(dataset.store, dataset.base, {} if self.endpoint else self.build().rules())

    def view(
        self, *, query: str | Saved | None = None, parameters: Mapping[str, str] | None = None,
        documents: str | os.PathLike[str] | None = None, with_passages: bool = False,
        about: str | None = None, title: str | None = None, height: int = 640, **options: Any,
    ) -> View:  # fmt: skip
        """Returns one self-contained HTML page of the network; more options are those of `kg.view.page`.

        With `query` (a saved query's name, or SPARQL) it opens on what that answers, under its `parameters`. From
        `documents`, or with the dataset's own folder of them, each passage gets its lines, `with_passages` its words.

        Raises QueryError for a query that names nothing to draw and for an `about` that is not shown, ProblemsFound
        where passages are asked for and the documents are not at hand or not as they were.
        """
        from kg import choice, passages
        from kg.view import View, page

        whole = shown = self.network()
        if documents is not None or with_passages:
            self._forget()
            folder = Path(documents) if documents is not None else self._own_folder(self.corpus.dataset.documents)
            if problems := passages.put(whole, self.corpus, self.root, folder, words=with_passages):
                raise ProblemsFound(sorted(problems, key=order))
        if query is not None:
            saved = self._saved(query) if isinstance(query, str) else query
            shown = choice.chosen(self.dataset(), saved, parameters or {}, whole)
            title = title or choice.title(shown.graph["query"])
        if about:
            about = choice.entity(self.dataset(), about, shown)
        title = title or (whole.graph["title"] if self.endpoint else self.build().manifest["title"])
        return View(page(shown, title=title, about=about or None, **options), title, height)
