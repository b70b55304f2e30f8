"""What workers ask: a graph with its prefixes, saved queries and names. Loaded once, before any worker is forked."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.query import Dataset, ask
from kg.saved import Saved
from kg.terms import KG, MINTED


class Unloadable(Exception):
    """A graph that cannot be loaded; the message says which file and why."""


@dataclass(frozen=True)
class Holding:
    """A graph, and all that pages need to know of it."""

    dataset: Dataset
    id: str
    """Of the build; the same graph, the same id."""
    title: str
    queries: tuple[Saved, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    """Inferred line to the rule that gave it first."""
    path: Path | None = None
    """The build's folder."""
    root: Path | None = None
    """The project's folder, None where files or an endpoint are served."""
    on_disk: bool = False
    """Whether each worker opens the store for itself."""
    remote: bool = False
    """Whether the store is another machine's endpoint."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Of the build's manifest: facts, entities, statements."""

    def card(self) -> dict[str, Any]:
        """Returns what the server itself must know of the graph, as JSON."""
        return {
            "id": self.id, "title": self.title, "base": self.dataset.base, "union": self.dataset.union,
            "prefixes": dict(self.dataset.prefixes), "about": dict(self.about), "foreign": self.path is None,
            "remote": self.remote, "offers": self.offers,
            "queries": [{"name": s.name, "path": s.path, "text": s.text, "header": s.header} for s in self.queries],
        }  # fmt: skip

    @cached_property
    def offers(self) -> dict[str, bool]:
        """Which parts of the pages have something to show: documents, disagreements, queries."""
        parts = {"documents": (KG + "evidence", "evidence"), "disagreements": (KG + "member", "disagreement")}
        return {**{part: self._has(*names) for part, names in parts.items()}, "queries": bool(self.queries)}

    def _has(self, predicate: str, folder: str) -> bool:
        """Says whether anything has a property; in a build, such things are found by their IRIs.

        Another machine's graph may come to have what it lacks now: of one that kg published, all is offered.
        """
        if self.shelf:
            lines = (part.starting(f"<{self.dataset.base}{folder}/") for part in self.shelf.parts.values())
            return any(next(found, None) is not None for found in lines)
        if self.remote and self.dataset.union:
            return True
        return bool(ask(replace(self.dataset, union=True), f"ASK {{ ?s <{predicate}> ?o }}", "page"))

    def says(self, subject: Any = None, predicate: Any = None, obj: Any = None, graph: Any = None) -> bool:
        """Says whether the store has a triple of these terms, where None stands for any."""
        found = self.dataset.store.quads_for_pattern(subject, predicate, obj, graph)
        return next(iter(found), None) is not None

    def warm(self) -> None:
        """Does now what workers would each do anew, imports too: a confined worker opens no file."""
        import edtf  # noqa: F401  # reads the dates that are given to saved queries

        import kg.serve.tasks  # noqa: F401
        from kg.problem import echo
        from kg.serve.graph import drawing

        echo("\0")  # the codec that shows odd characters is a file too
        _ = self.names.warm(), self.index, self.shelf, self.census
        if not (self.on_disk or self.remote):
            _ = self.counted, self.classes_by_name
        drawing.warm()

    def opened(self) -> Holding:
        """Returns the holding with its store on disk, opened by and for this process; what is warm stays so."""
        from kg.store import at

        store = at(self.path).store()  # type: ignore[union-attr,arg-type]
        found = replace(self, dataset=replace(self.dataset, store=store))
        kept = ("names", "shelf", "census", "offers")
        vars(found).update({name: value for name, value in vars(self).items() if name in kept})
        return found

    @cached_property
    def index(self) -> Any:
        """The whole network and what is found where in it, of a build in memory; None where that is too much."""
        from kg.serve.graph import neighbourhood

        return None if self.on_disk or self.path is None else neighbourhood.whole(self)

    @cached_property
    def shelf(self) -> Any:
        """What a build's files say beside its store; None where no build is served."""
        if self.path is None:
            return None
        from kg.serve.graph.shelf import Shelf

        return Shelf.of(self.path, self.root)

    @cached_property
    def names(self) -> Any:
        """What people may type for an entity."""
        from kg.serve.graph.names import Names

        if self.remote and self.dataset.store.has_many_names():  # type: ignore[attr-defined]
            print("the endpoint has too many names to be searched here", file=sys.stderr)
            return Names((), {})
        return self._read[0] if self.on_disk else Names.of(self.dataset)

    @cached_property
    def census(self) -> Any:
        """How often things are in a build that is not held, None for any other."""
        return self._read[1] if self.on_disk else None

    @cached_property
    def _read(self) -> tuple[Any, Any]:
        """Names and census of a build's files: no store may be open before workers are forked."""
        from kg.serve.graph.census import Counting
        from kg.serve.graph.names import Names

        counting, base = Counting(), self.dataset.base
        names = Names.of_lines(base, self.path, counting.notes)  # type: ignore[arg-type]
        return names, counting.census((KG, *(f"{base}{folder}/" for folder in MINTED)))

    @cached_property
    def classes_by_name(self) -> dict[str, set[str]]:
        """Folded name to the classes that have it."""
        from kg.serve.graph import meant

        return meant.classes_by_name(self)

    @cached_property
    def counted(self) -> Any:
        """How many entities there are of which class."""
        from kg.serve.graph import classes

        return classes.counted(self)


def load(source: Mapping[str, Any]) -> Holding:
    """Returns the holding of a source: `build` (a project's folder), `files` (RDF), or `endpoint` (an address).

    Raises Unloadable with what is wrong.
    """
    if "files" in source:
        return _of_files(source["files"])
    if "endpoint" in source:
        return _of_endpoint(source["endpoint"], source.get("base", ""), source.get("root"))
    return _of_build(Path(source["build"]), Path(source["root"]))


def _of_build(path: Path, root: Path) -> Holding:
    from kg.queries import read_queries
    from kg.store import BuildError, at, damage
    from kg.terms import prefixes

    try:
        build = at(path)
        if wrong := damage(build):
            raise Unloadable(f"{path / wrong[0]}: is not as it was published; `kg build` makes it anew")
        on_disk = not build.is_small()
        store = None if on_disk else build.store()  # a store on disk has threads, which no fork takes along
        dataset = Dataset(store, build.base, prefixes(build.base))  # type: ignore[arg-type]
        rules = build.rules()
    except BuildError as error:
        raise Unloadable(str(error)) from None
    manifest = build.manifest
    about = {name: manifest.get(name) for name in ("facts", "statements", "entities")}
    title = manifest.get("title") or build.base
    queries = tuple(read_queries(root)[0])
    return Holding(dataset, manifest["id"], title, queries, rules, path, root, on_disk, about=about)


def _of_files(paths: Sequence[str]) -> Holding:
    import pyoxigraph as ox

    from kg.rdf_files import NotRead, load_file
    from kg.terms import VOCABULARIES

    store, whole = ox.Store(), hashlib.sha256()
    for path in paths:
        try:
            whole.update(load_file(store, Path(path)))
        except NotRead as error:
            raise Unloadable(str(error)) from None
    title = ", ".join(Path(path).name for path in paths)
    base = Path(paths[0]).resolve().as_uri()
    return Holding(Dataset(store, base, dict(VOCABULARIES), union=False), whole.hexdigest()[:16], title)


def _of_endpoint(address: str, base: str, root: str | None) -> Holding:
    from kg.answers import Unanswered
    from kg.queries import read_queries
    from kg.remote import RemoteStore

    try:
        remote = RemoteStore(address, base=base)
        dataset = remote.dataset()
        queries = tuple(read_queries(Path(root))[0]) if root and dataset.union else ()
        found = Holding(dataset, remote.digest(), remote.title(), queries, remote=True)
        _ = found.offers  # asked while it can be told that the endpoint does not answer
        return found
    except Unanswered as error:
        raise Unloadable(str(error)) from None
