"""Pages for people, and the addresses that lead to them: one module a kind of page, one template each."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from kg.serve.answering import UNCHANGING, live_of
from kg.serve.links import local
from kg.serve.pages.addresses import Addresses
from kg.serve.pages.beside import beside
from kg.serve.pages.parameters import lang_of
from kg.serve.pages.words import days, large, words_of

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent

MENU = (
    ("/search", "Search"), ("/disagreements", "Disagreements"), ("/documents", "Documents"), ("/queries", "Queries"),
    ("/sparql", "SPARQL"), ("/terms", "Ontology"), ("/downloads", "Data"),
)  # fmt: skip
"""The parts that all pages lead to: path and name. Those that the graph has nothing for are left out."""


def routes() -> list[BaseRoute]:
    """Returns the ROUTES of every module; those of `linked` come last: they take whatever may be an entity's IRI."""
    names = [found.name for found in pkgutil.iter_modules([str(HERE)])]
    modules = [import_module(f"{__name__}.{name}") for name in sorted(names, key=lambda name: (name == "linked", name))]
    files = Mount("/static", StaticFiles(directory=HERE.parent / "static"))
    return [files, *(route for module in modules for route in getattr(module, "ROUTES", ()))]


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.FileSystemLoader(HERE / "templates")
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    made.filters |= {"days": days, "large": large, "beside": beside}
    return made


def links_of(request: Request) -> Addresses:
    """Returns where things are found, as seen by this request, in the language in which it asks."""
    return Addresses.seen(live_of(request).card, request.scope.get("root_path", ""), lang_of(request))


def _path_of(request: Request, root: str) -> str:
    """Returns the path that was asked for, in the spelling of the address, whether or not a proxy took the root off."""
    path = (request.scope.get("raw_path") or quote(request.scope["path"]).encode()).decode("latin-1")
    return local(path if path == root or path.startswith(f"{root}/") else f"{root}/{path.removeprefix('/')}")


def kept(request: Request, usual: str = UNCHANGING) -> str:
    """Returns how long what is sent may be kept: as is usual of a build, not at all of another machine's graph.

    Nothing tells when that has changed.
    """
    return "no-store" if live_of(request).card["remote"] else usual


def html(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Returns a page from a template, which sees the card, the links, the words, and what else it is given."""
    card, links = live_of(request).card, links_of(request)
    lacks = {f"/{part}" for part, is_there in card["offers"].items() if not is_there}
    words = words_of(links.lang)
    given = {
        "card": card, "links": links, "lang": links.lang, "t": words, "n": words.number, "counted": words.counted,
        "menu": [(path, name) for path, name in MENU if path not in lacks],
        "languages": links.choices(_path_of(request, links.root), request.query_params.multi_items()),
    }  # fmt: skip
    text = _environment().get_template(template).render(**given, **context)
    headers = {"KG-Build": card["id"], "Vary": "Accept", "Cache-Control": kept(request)}
    return HTMLResponse(text, status, headers=headers)
