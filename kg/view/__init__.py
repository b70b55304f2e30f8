"""The picture: a network gives one HTML page that needs nothing else; knows the network's attributes, no RDF."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

NEEDED = ("pyvis", "numpy", "scipy")


class ViewUnavailable(Exception):
    """The libraries that draw pictures are not installed; the text says which and how to get them."""


def page(
    network: nx.MultiDiGraph,
    *,
    title: str,
    about: str | None = None,
    depth: int = 1,
    lang: str = "en",
    at: str | None = None,
) -> str:
    """Returns the whole text of the page: the same text for the same network and options.

    `about` is the IRI, or its end after the base, of the entity on which the page opens, with all that lies within
    `depth` steps; the rest is one click away. `at` is a day (2006-01-01) at which the page opens.

    Raises:
        ViewUnavailable: where the `view` extra is not installed.
        KeyError: where `about` is no node of the network.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ViewUnavailable(f"the picture needs {', '.join(missing)}: pip install 'kg[view]'")
    from kg.view.picture import Picture

    return Picture(network, title=title, about=about, depth=depth, lang=lang, at=at).generate_html()
