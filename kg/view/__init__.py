"""The picture: a network gives one HTML page that needs nothing else; knows the network's attributes, no RDF."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kg.view.picture import Picture

NEEDED = ("pyvis", "numpy", "scipy")

FRAME = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
"""What a page may do inside a notebook: run, save files, open a source in a tab of its own; it sees nothing outside."""


class ViewUnavailable(Exception):
    """The libraries that draw pictures are not installed; the text says which and how to get them."""


@dataclass(frozen=True, slots=True)
class View:
    """A finished page. `str(view)` is its text; a notebook shows it where it is the last thing in a cell."""

    html: str
    """The whole page."""
    title: str
    height: int = 640
    """Pixels that it is given in a notebook."""

    def __str__(self) -> str:
        return self.html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Returns the path after the page was written there, whole or not at all."""
        from kg.files import deliver

        deliver(self.html, Path(path))
        return Path(path)

    def _repr_html_(self) -> str:
        """Returns the page inside a frame of its own, as notebooks ask for it."""
        style = f"width:100%;height:{int(self.height)}px;border:1px solid #ccc;border-radius:8px"
        page, title = escape(self.html), escape(self.title)
        return f'<iframe title="{title}" style="{style}" sandbox="{FRAME}" srcdoc="{page}"></iframe>'


def lacking() -> list[str]:
    """Returns the libraries that draw pictures and are not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


class HasView(Protocol):
    """A project, which this module must not import."""

    def view(self, **options: Any) -> View:
        """Returns its picture."""


def view(
    graph: HasView | nx.MultiDiGraph | rdflib.Graph | str | os.PathLike[str] = ".", *, height: int = 640, **options: Any
) -> View:
    """Returns the picture of a project, of its folder, of (a part of) its network, or of an rdflib graph.

    `kg.view(...)` is this function. Options are those of `Project.view` for a project or folder, `Options` for others;
    a graph's title is its dataset's unless one is given.

    Raises TypeError for what is none of these.
    """
    if isinstance(graph, (str, os.PathLike)):
        import kg

        graph = kg.open(graph)
    if callable(getattr(graph, "view", None)):
        return graph.view(height=height, **options)
    known = _network(graph)
    title = options.pop("title", None) or known.graph["title"]
    return View(page(known, title=title, **options), title, height)


def _network(graph: Any) -> nx.MultiDiGraph:
    import networkx as nx
    import rdflib

    if isinstance(graph, rdflib.Graph):
        from kg.given import network_of

        return network_of(graph)
    if isinstance(graph, nx.MultiDiGraph) and "properties" in graph.graph:
        return graph
    kinds = "a project, its folder, project.network() or project.graph()"
    raise TypeError(f"kg.view takes {kinds}, not {type(graph).__name__}")


class _Callable(ModuleType):
    """A module that can be called: `kg.view(graph)` stands beside `from kg.view import View`."""

    def __call__(self, *graph: Any, **options: Any) -> View:
        return view(*graph, **options)


sys.modules[__name__].__class__ = _Callable


class Options(TypedDict, total=False):
    """What a page opens on, and how it is drawn; each may be left out."""

    about: str | None
    """The IRI, or its end after the base, of the entity on which it opens; the rest is one click away."""
    depth: int
    """Steps around that entity within which all is shown at first."""
    lang: str
    """en or es."""
    at: str | None
    """A day (2006-01-01) at which it opens."""
    renderer: str
    """What draws: `vis` (vis-network), `canvas` (our own, fast with tens of thousands of entities), `auto`: by size."""
    remote: Mapping[str, Any] | None
    """Where a page that is served fetches more. `neighbours` is the address that answers `?iri=…` with more of the
    network, and `whole` names the entities of which nothing is missing, as the page does; `base` and `pages` are the
    start of IRIs and of the addresses at which those entities have a page, `browse` is where others have theirs.
    `small` is for a small frame of another page: nothing is chosen, and there is only the drawing."""


def page(network: nx.MultiDiGraph, *, title: str, **options: Unpack[Options]) -> str:
    """Returns the whole text of the page: the same text for the same network and options. Raises as `payload` does."""
    return _picture(network, title, options).generate_html()


def payload(network: nx.MultiDiGraph, *, title: str, **options: Unpack[Options]) -> dict[str, Any]:
    """Returns all that the page knows, as plain data: `kg.view.frame.html` makes the page of it.

    Raises:
        ValueError: where there is no such renderer.
        ViewUnavailable: where the `view` extra is not installed.
        KeyError: where `about` is no node of the network.
    """
    return _picture(network, title, options).payload()


def _picture(network: nx.MultiDiGraph, title: str, options: Options) -> Picture:
    if missing := lacking():
        raise ViewUnavailable(f"the picture needs {', '.join(missing)}: pip install 'kg[view]'")
    from kg.view.picture import Picture

    return Picture(network, title=title, **options)


def piece(network: nx.MultiDiGraph) -> dict[str, Any]:
    """Returns a part of a network as a page that is open takes it up: the answer to what its `remote` asks."""
    from kg.view.picture import Piece

    return Piece(network).payload()
