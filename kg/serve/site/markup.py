"""A page of the server as a page of the site: each address in it becomes what a function makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

ADDRESSED = re.compile(r"(?:href|src|action|formaction|poster|data-[\w-]+)")
"""Attributes that may hold an address; those of scripts (data-…) only where the value begins with a slash."""

_ATTRIBUTE = re.compile(r'(\s)([a-zA-Z][\w:-]*)="([^"]*)"')

Rewrite = Callable[[str, str, str], str | None]
"""Of a tag, an attribute and its value: what stands instead, or None where the attribute falls away."""


class Page(HTMLParser):
    """Reads a page and writes it anew: all as it was, but for attributes, whole tags and the texts of scripts."""

    def __init__(self, rewrite: Rewrite, tag: Callable[[str, str], str], data: Callable[[str, str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self.rewrite, self.tag, self.data = rewrite, tag, data
        self.parts: list[str] = []
        self._inside = ""
        """The opening tag of the script or style whose text is read now."""

    @property
    def text(self) -> str:
        """The page as written so far."""
        return "".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes an opening tag."""
        raw = self.get_starttag_text() or ""
        raw = _ATTRIBUTE.sub(lambda m: self._attribute(tag, m), raw)
        self.parts.append(self.tag(tag, raw))
        self._inside = raw if tag in ("script", "style") else ""

    def _attribute(self, tag: str, found: re.Match[str]) -> str:
        name, value = found[2].lower(), unescape(found[3])
        if not ADDRESSED.fullmatch(name) or (name.startswith("data-") and not value.startswith("/")):
            return found[0]
        new = self.rewrite(tag, name, value)
        return "" if new is None else f'{found[1]}{found[2]}="{escape(new)}"'

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        """Takes a closing tag."""
        self._inside = ""
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Takes text."""
        self.parts.append(self.data(self._inside, data) if self._inside else data)

    def handle_entityref(self, name: str) -> None:
        """Takes a named character."""
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Takes a numbered character."""
        self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Takes a comment."""
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """Takes the declaration of the document."""
        self.parts.append(f"<!{decl}>")


def rewritten(text: str, rewrite: Rewrite, tag: Callable[[str, str], str], data: Callable[[str, str], str]) -> str:
    """Returns a page with its addresses, tags and scripts' texts made anew."""
    page = Page(rewrite, tag, data)
    page.feed(text)
    page.close()
    return page.text


def addresses(text: str) -> list[tuple[str, str, str]]:
    """Returns (tag, attribute, address) of each address in a page, in their order."""
    found: list[tuple[str, str, str]] = []

    def note(tag: str, name: str, value: str) -> str:
        found.append((tag, name, value))
        return value

    rewritten(text, note, lambda tag, raw: raw, lambda tag, raw: raw)
    return found
