"""What each code of a problem means, from problems.md."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.glossary import sections
from kg.problem import did_you_mean
from kg.serve.pages import html
from kg.serve.refusal import Refusal

Block = tuple[str, Any]
"""Kind (text, list, code) and its content: pieces of text, of which every second one is code."""


async def index(request: Request) -> Response:
    """Returns the list of codes."""
    return html(request, "problems.html", codes=[(code, _first(text)) for code, text in sorted(sections().items())])


async def one(request: Request) -> Response:
    """Returns what a code means. Raises Refusal (404) for none."""
    code = request.path_params["code"]
    if code not in sections():
        hint = did_you_mean(code[:60], list(sections()))
        raise Refusal(404, "not-found", f"no problem has the code '{code[:60]}'", hint=hint)
    return html(request, "problem_code.html", code=code, blocks=blocks(sections()[code]))


def blocks(text: str) -> list[Block]:
    """Returns the little Markdown of problems.md: paragraphs, lists, fenced code, and code in a line.

    >>> blocks("Say `a`.\\n\\n- b")
    [('text', ['Say ', 'a', '.']), ('list', [['b']])]
    """
    found: list[Block] = []
    for place, part in enumerate(re.split(r"^```\w*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)):
        if place % 2:
            found.append(("code", part))
            continue
        for paragraph in filter(None, (p.strip() for p in part.split("\n\n"))):
            if paragraph.startswith("- "):
                found.append(("list", [_pieces(item) for item in re.split(r"^- ", paragraph, flags=re.MULTILINE)[1:]]))
            else:
                found.append(("text", _pieces(paragraph)))
    return found


def _pieces(text: str) -> list[str]:
    return " ".join(text.split()).split("`")


def _first(text: str) -> str:
    """Returns the first sentence, without marks."""
    return re.split(r"(?<=[.:])\s", " ".join(text.split()), maxsplit=1)[0].replace("`", "").rstrip(":")


ROUTES = [
    Route("/problems", index, methods=["GET", "HEAD"]),
    Route("/problems/{code}", one, methods=["GET", "HEAD"]),
]
