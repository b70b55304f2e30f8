"""What many pages hold alike, taken out: scripts and styles that stand in a page become files that pages share."""

from __future__ import annotations

import hashlib
import re

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.+?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(?P<text>.+?)</style>", re.DOTALL)

FOLDER = "/static/page-"
"""How the addresses of such files begin."""


def taken_out(text: str) -> tuple[str, dict[str, bytes]]:
    """Returns a page that names files in place of its scripts and styles, and the content of each by its address.

    A module becomes a script with a scope of its own, which runs at the same moment: after the page was read.
    """
    files: dict[str, bytes] = {}

    def put(content: str, suffix: str) -> str:
        raw = content.encode()
        address = f"{FOLDER}{hashlib.sha256(raw).hexdigest()[:12]}.{suffix}"
        files[address] = raw
        return address

    def script(found: re.Match[str]) -> str:
        attributes, inner = found["attributes"], found["text"]
        if "src=" in attributes or "application/" in attributes:
            return found[0]
        kind = "module.js" if "module" in attributes else "js"
        return f'<script defer src="{put(inner, kind)}"></script>'

    def style(found: re.Match[str]) -> str:
        return f'<link rel="stylesheet" href="{put(found["text"], "css")}">'

    return _STYLE.sub(style, _SCRIPT.sub(script, text)), files
