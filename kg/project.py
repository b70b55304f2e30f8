"""A project on disk: folder in, its problems, build, answers, graph and picture out. The only module that knows all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import __version__, files
from kg.layout import Graphs, Place, graph_lines
from kg.problem import Problem, Span, echo, order
from kg.store import FORMAT, Build, BuildError, current, damage, in_memory, is_told, publish, refuse_unwritable
from kg.terms import BASE, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import networkx
    import pyoxigraph as ox
    import rdflib

    from kg.coverage import Ledger
    from kg.disagree import Disagreement
    from kg.fact import Corpus
    from kg.ontology import Ontology
    from kg.query import Dataset
    from kg.saved import Saved
    from kg.view import View

CLEAN = "clean.json"
"""In build/: of which inputs the last check found nothing wrong."""


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
        self._read = ""

    # --- what is read ---

    @cached_property
    def ontology(self) -> Ontology:
        """The grammar, read from ontology/."""
        from kg import ontology

        return ontology.load(self.root)

    @cached_property
    def corpus(self) -> Corpus:
        """Every entity and fact, and every problem with how they are written."""
        from kg import corpus

        self._read = self.inputs()
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

        found = "\n".join(files.digest(self.root / folder) for folder in folders)
        return hashlib.sha256(f"kg {__version__}.{FORMAT}, pyoxigraph {engine}\n{found}".encode()).hexdigest()

    def _forget(self) -> None:
        """Makes facts and ontology be read anew where a file of theirs has changed since."""
        inputs = self.inputs()
        if self._read != inputs:
            self.__dict__.pop("corpus", None)
            self.__dict__.pop("ontology", None)

    # --- check ---

    def check(
        self, documents: str | os.PathLike[str] | None = None, *, lock: bool = False, again: bool = False
    ) -> list[Problem]:
        """Returns everything that is wrong, sorted by place; nothing where the same inputs were clean before.

        `documents` is the folder of the documents that locators are checked against; with `lock`, what was found
        there is written to facts/locators.lock. `again` checks even what was clean.
        """
        seen = self._digest("facts", "ontology", "queries")
        known = self._known_clean()
        if not (lock or again) and known.get("inputs") == seen:
            folder = Path(documents) if documents is not None else self._own_folder(known["documents"])
            if known["passages"] == files.digest(folder):
                self.unlocked = int(known["unlocked"])
                return []
        self.tell("reading facts")
        self._forget()
        problems = list(self.corpus.problems)
        named = self.corpus.dataset.documents
        folder = Path(documents) if documents is not None else self._own_folder(named)
        if named and not self._own_folder(named):
            hint = "name the folder by --documents DIR instead"
            message = f"'documents: {echo(named, 80)}' leads out of the project"
            problems.append(Problem("outside-folder", message, self.corpus.dataset.span, hint))
        passages = files.digest(folder)
        problems += self._check_locators(folder, lock)
        if not problems:
            problems = self._check_graph()
        if not problems:
            inputs = self._digest("facts", "ontology", "queries") if lock else seen
            unlocked = str(self.unlocked)
            clean = {"inputs": inputs, "documents": named, "passages": passages, "unlocked": unlocked}
            self._remember_clean(clean)
        self.tell("")
        return sorted(problems, key=order)

    def _own_folder(self, named: str) -> Path | None:
        """Returns the folder of documents that the dataset names, None for none or one outside the project."""
        folder = Path(os.path.realpath(self.root / named)) if named and "\0" not in named else self.root
        return folder if folder != self.root and folder.is_relative_to(self.root) else None

    def _check_locators(self, folder: Path | None, lock: bool) -> list[Problem]:
        from kg import evidence

        locked, problems = evidence.read_lock(self.root, self.corpus.dataset.base)
        problems = [] if lock else problems  # it is written anew
        if folder is None:
            self.unlocked = evidence.unlocked(self.corpus.facts, locked)
            return problems
        self.tell("looking up passages")
        if not folder.is_dir():
            return [*problems, Problem("no-document", f"there is no folder '{folder}'", Span("facts", 0, 1))]
        found, more = evidence.documents(self.corpus, folder)
        anchors, misplaced = evidence.check_locators(self.corpus, found, {} if lock else locked)
        problems += more + misplaced
        self.unlocked = evidence.unlocked(self.corpus.facts, {**locked, **anchors})
        if lock and not problems:
            text = evidence.lock_text(anchors, self.corpus.dataset.base)
            path = self.root / evidence.LOCK
            part = path.with_name(f".{path.name}")
            try:
                part.write_text(text, encoding="utf-8", newline="\n")
                part.replace(path)
            except OSError as error:
                raise BuildError(f"{path}: cannot be written ({error.strerror})") from None
        return problems

    def _check_graph(self) -> list[Problem]:
        from kg import check, query

        graphs, store, places, _, problems = self._graphs()
        if any(problem.code == "endless-rules" for problem in problems):
            return problems
        dataset = query.Dataset(store, graphs.base, graphs.prefixes)
        spans = check.Spans(places)
        checks, more = check.read_checks(self.root)
        queries, wrong = query.read_queries(self.root)
        problems += more + wrong
        self.tell("running checks")
        problems += check.run_checks(dataset, checks, spans)
        self.tell("holding the graph against its shapes")
        problems += check.run_shapes(self.root, graphs, dataset, spans)
        self.tell("asking the saved queries")
        problems += query.check_queries(dataset, queries)
        return problems

    def _known_clean(self) -> dict[str, str]:
        """Returns the digests of what was found clean: its inputs, and the documents it was checked against."""
        try:
            known = json.loads(files.content(self.root / "build" / CLEAN))
        except (OSError, ValueError, RecursionError):
            return {}
        keys = {"inputs", "documents", "passages", "unlocked"}
        good = isinstance(known, dict) and known.keys() == keys and all(isinstance(v, str) for v in known.values())
        return known if good and re.fullmatch("[0-9]{1,9}", known["unlocked"]) else {}

    def _remember_clean(self, seen: dict[str, str]) -> None:
        """Keeps that these inputs are clean; where build/ cannot be written the next check just takes longer."""
        with contextlib.suppress(OSError):
            (self.root / "build").mkdir(exist_ok=True)
            part = self.root / "build" / f"tmp-{CLEAN}.{os.getpid()}"  # the next build clears what starts so
            part.write_text(json.dumps(seen), encoding="utf-8")
            part.replace(self.root / "build" / CLEAN)

    def coverage(self, documents: str | os.PathLike[str] | None = None) -> list[Ledger]:
        """Returns, for each document in the folder, what the fact files make of each of its sentences.

        Raises ProblemsFound for documents that cannot be read.
        """
        from kg import coverage, evidence

        named = self.corpus.dataset.documents
        if documents is None and not named:
            return []
        folder = Path(documents) if documents is not None else self.root / named
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
        refuse_unwritable(self.root)
        self.tell("reading facts")
        self._forget()
        if self.corpus.problems:
            raise ProblemsFound(sorted(self.corpus.problems, key=order))
        graphs, _, places, names, problems = self._graphs()
        if problems:
            raise ProblemsFound(sorted(problems, key=order))
        self.tell("writing the build")
        made = publish(self.root, graphs, places, self._about(inputs), names)
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

    def _graphs(self) -> tuple[Graphs, ox.Store, tuple[Place, ...], dict[str, str], list[Problem]]:
        """Returns the graphs with what follows from the facts, a store of them, places, rule by line, and problems."""
        import pyoxigraph as ox

        from kg import disagree, query, rules

        stated, places, problems = self._stated()
        store = in_memory(stated)
        self.tell("inferring")
        found, wrong = rules.read_rules(self.root)
        lines, endless = rules.infer(store, found, stated.base, stated.prefixes)
        self.tell("comparing sources")
        kinds, more = disagree.read_kinds(self.root)
        differences, bad = disagree.disagreements(query.Dataset(store, stated.base, stated.prefixes), kinds)
        added = disagree.lines(differences, stated.base)
        graph = ox.NamedNode(stated.base + "inferred")
        store.load("\n".join(added).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
        graphs = replace(stated, inferred=tuple(sorted([*lines, *added])))
        return graphs, store, places, lines, [*problems, *wrong, *endless, *more, *bad]

    def _stated(self) -> tuple[Graphs, tuple[Place, ...], list[Problem]]:
        """Returns the graphs of the corpus without what rules infer, and where each node is written."""
        from kg import evidence, schema
        from kg.corpus import no_collection

        self.tell("laying out the graph")
        base = self.corpus.dataset.base
        anchors, problems = evidence.read_lock(self.root, base)
        with no_collection():
            lines, places = graph_lines(self.corpus, anchors)
        grammar, more = schema.lines(self.root)
        return Graphs(base, prefixes(base), lines, (), grammar), places, [*problems, *more]

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
        from kg import query

        return query.read_queries(self.root)[0]

    def query(self, text_or_name: str, **given: str) -> list[dict[str, str]] | bool | str:
        """Returns the answer to a saved query or to SPARQL text: rows of labels, a boolean, or N-Triples.

        Parameters are given by name: `query("lost-to", person="cabello")`. Raises kg.query.QueryError.
        """
        from kg import answers, query

        dataset = self.dataset()
        answer = query.run(dataset, self._saved(text_or_name), given)
        form = answers.form(answer)
        if form == "solutions":
            columns, rows = query.labelled_rows(dataset, answer)
            return [dict(zip(columns, row, strict=True)) for row in rows]
        if form == "graph":
            return "".join(f"{t} .\n" for t in sorted(str(t) for t in answer))
        return bool(answer)

    def _saved(self, text_or_name: str) -> Saved:
        from kg import query
        from kg.saved import of_text

        if not any(character in text_or_name for character in " {\n"):
            return query.find_query(self.root, text_or_name, self.queries())
        saved = of_text(text_or_name, "query", "query")
        if isinstance(saved, Problem):
            raise query.QueryError(saved)
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


__all__ = ["BuildError", "ProblemsFound", "Project"]
