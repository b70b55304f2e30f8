"""The text of the page: what a picture knows, as plain data, gives HTML that needs nothing else. Knows no graph."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent

PACKED_ABOVE = 1_000_000
"""Bytes of data above which they travel compressed."""


def html(payload: Mapping[str, Any]) -> str:
    """Returns the page of a picture's payload: the same text for the same payload."""
    from markupsafe import Markup

    style, script = _style(), _script()
    drawing = _vis_network() if payload["renderer"] == "vis" else ""
    data, packed = _packed(json.dumps(payload, ensure_ascii=False, separators=(",", ":")))
    return _template().render(
        title=payload["title"],
        lang=payload["opening"]["lang"],
        policy=policy(payload),
        style=Markup(style),
        drawing=Markup(drawing),
        script=Markup(script),
        data=Markup(data),
        packed=packed,
    )


def policy(payload: Mapping[str, Any]) -> str:
    """Returns the Content Security Policy of the page: its own scripts and style, and of the web only the place from
    which it came, where it fetches neighbours from there.
    """
    drawing = _vis_network() if payload["renderer"] == "vis" else ""
    scripts = " ".join(_hash(text) for text in (drawing, _script()) if text)
    connect = "connect-src 'self'; " if payload.get("remote", {}).get("neighbours") else ""
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_hash(_style())}; "
        f"img-src data: blob:; {connect}base-uri 'none'; form-action 'none'"
    )


@cache
def _style() -> str:
    return (HERE / "page.css").read_text("utf-8")


@cache
def _script() -> str:
    return bundle(HERE)


@cache
def _template() -> jinja2.Template:
    import jinja2

    loader = jinja2.FileSystemLoader(HERE)
    return jinja2.Environment(loader=loader, autoescape=True, keep_trailing_newline=True).get_template("page.html")


def _packed(text: str) -> tuple[str, bool]:
    """Returns JSON that can stand inside a script element, and whether it is compressed."""
    if len(text) > PACKED_ABOVE:
        return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)).decode("ascii"), True
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return safe.encode("utf-8", "replace").decode("utf-8"), False


@cache
def _vis_network() -> str:
    """Returns the newest vis-network that comes with pyvis, safe inside a script element."""
    pyvis = importlib.util.find_spec("pyvis")
    assert pyvis is not None
    found = (Path(str(pyvis.origin)).parent / "lib").glob("vis-*/vis-network.min.js")
    newest = max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.parent.name)])
    return _inline(newest.read_text("utf-8"))


def _inline(script: str) -> str:
    script = script.replace("\r\n", "\n").replace("<!--", "\\x3c!--")
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.IGNORECASE)


@cache
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


_IMPORT = re.compile(r'^import\s+\{[^}]*\}\s+from\s+"\./([\w-]+\.js)";\n', re.MULTILINE)


def bundle(folder: Path, first: str = "main.js") -> str:
    """Returns a module and all that it imports as one script: each file once, after those it needs.

    The files are modules of their own in tests; here their imports fall away, so their top-level names must differ.
    """
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name not in done:
            text = (folder / name).read_text("utf-8")
            done[name] = ""
            for needed in _IMPORT.findall(text):
                add(needed)
            done[name] = (
                done.pop(name) + f"// {name}\n" + re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE)
            )

    add(first)
    return _inline('"use strict";\n' + "\n".join(done.values()))
