"""Pages for people, and the addresses that lead to them: one module a kind of page, one template each."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from kg.serve.answering import live_of
from kg.serve.links import Links

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent


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
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


def links_of(request: Request) -> Links:
    """Returns where things are found, as seen by this request."""
    return Links.of(live_of(request).card, request.scope.get("root_path", ""))


def html(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Returns a page from a template, which sees the card, the links, and what else it is given."""
    card, links = live_of(request).card, links_of(request)
    text = _environment().get_template(template).render(card=card, links=links, **context)
    headers = {"KG-Build": card["id"], "Vary": "Accept", "Cache-Control": "public, max-age=0, must-revalidate"}
    return HTMLResponse(text, status, headers=headers)
