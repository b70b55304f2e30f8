"""What pages read from an address, and write into one: language, numbers, further parameters. Knows no graph."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request

from kg.serve.refusal import Refusal

LANGUAGES = ("en", "es")
"""In which labels of classes and verbs are shown; the first where none of them is asked for."""


def lang_of(request: Request) -> str:
    """Returns the language in which labels are asked for."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def number_of(request: Request, name: str, default: int = 0) -> int:
    """Returns a parameter that is a whole number from 0. Raises Refusal (400) for what is none."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal(400, "bad-request", f"'{name}' is a whole number")
    return int(text)


def query_of(**parameters: str | int) -> str:
    """Returns parameters as the end of an address, those that are empty left out.

    >>> query_of(q="a b", first=0), query_of(q="")
    ('?q=a+b', '')
    """
    kept = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(kept)}" if kept else ""
