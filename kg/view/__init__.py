"""The picture: a network gives one HTML page that needs nothing else; knows the network's attributes, no RDF."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path
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


def write(path: str | os.PathLike[str], html: str) -> None:
    """Writes the page as UTF-8, whatever the locale; readers of the file see the old page or the new, never half."""
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(html.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
