"""Our own ES modules become one classic script each: browsers load no module from a file's address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_NAME = r"[A-Za-z_$][\w$]*"
_TAKEN = rf"(?:\*\s+as\s+(?P<all>{_NAME})|\{{(?P<some>[^}}]*)\}}|(?P<one>{_NAME}))"
_IMPORT = re.compile(rf'^import\s+{_TAKEN}?\s*(?:from\s+)?"\./(?P<file>[\w.-]+)";[ \t]*\n', re.MULTILINE)
_DECLARED = re.compile(rf"^export\s+(?=(?:async\s+)?(?:function\*?|const|let|class)\s+({_NAME}))", re.MULTILINE)
_LISTED = re.compile(r'^export\s+\{([^}]*)\}(?:\s+from\s+"\./([\w.-]+)")?;[ \t]*\n', re.MULTILINE)
_LATER = re.compile(r'\bimport\("\./([\w.-]+)"\)')
_LEFT = re.compile(r"^(?:import|export)\b|\bimport\.meta\b|\bimport\(", re.MULTILINE)


class Unbundled(Exception):
    """A module is written in a way that is not understood here; the message says which and where."""


def bundle(folder: Path, names: Iterable[str], instead: Mapping[str, str], fetch: str = "") -> str:
    """Returns modules and all that they import as one script, each file in a scope of its own, after those it needs.

    `instead` names files that stand in for others. `fetch` names the module whose `fetched` stands in for the
    browser's own in all modules but those that this one needs. Raises Unbundled.
    """
    done: dict[str, str] = {}
    own: set[str] = set()

    def add(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise Unbundled(f"{name} imports itself: {' > '.join(path)}")
        if name in done:
            return
        text = (folder / instead.get(name, name)).read_text("utf-8")
        for needed in _needed(text):
            add(needed, (*path, name))
        shadow = f"const fetch = {_variable(fetch)}.fetched;\n" if fetch and name not in own else ""
        done[name] = _scoped(name, shadow + text)

    if fetch:
        own |= _all_needed(folder, fetch, instead)
        add(fetch, ())
    for name in names:
        add(name, ())
    return '"use strict";\n(() => {\n' + "\n".join(done.values()) + "})();\n"


def wrapped(text: str, folder: Path, fetch: str) -> str:
    """Returns a script in a scope of its own, in which the `fetched` of a module stands in for the browser's fetch."""
    helper = bundle(folder, (fetch,), {}).removesuffix("})();\n")
    return f"{helper}const fetch = {_variable(fetch)}.fetched;\n(() => {{\n{text}\n}})();\n}})();\n"


def _needed(text: str) -> list[str]:
    listed = [found[2] for found in _LISTED.finditer(text) if found[2]]
    return [*(found["file"] for found in _IMPORT.finditer(text)), *listed, *_LATER.findall(text)]


def _all_needed(folder: Path, name: str, instead: Mapping[str, str]) -> set[str]:
    """Returns a module and all that it imports."""
    found, todo = set(), [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += _needed((folder / instead.get(one, one)).read_text("utf-8"))
    return found


def _variable(name: str) -> str:
    return "file_" + re.sub(r"\W", "_", name)


def _scoped(name: str, text: str) -> str:
    """Returns a module as a variable that holds what it exports."""
    given: dict[str, str] = {found[1]: found[1] for found in _DECLARED.finditer(text)}
    for found in _LISTED.finditer(text):
        pairs = _pairs(found[1])
        given |= {new: f"{_variable(found[2])}.{old}" if found[2] else old for old, new in pairs}
    body = _LISTED.sub("", _DECLARED.sub("", text))
    body = _LATER.sub(lambda m: f"Promise.resolve({_variable(m[1])})", _IMPORT.sub(_taken, body))
    if left := _LEFT.search(body):
        line = body.count("\n", 0, left.start()) + 1
        raise Unbundled(f"{name}, near line {line}: '{left[0]}' is written in a way that is not understood")
    returned = ", ".join(new if new == old else f"{new}: {old}" for new, old in given.items())
    return f"// {name}\nconst {_variable(name)} = (() => {{\n{body}\nreturn {{ {returned} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    """Returns an import as constants."""
    module = _variable(found["file"])
    if found["all"]:
        return f"const {found['all']} = {module};\n"
    if found["one"]:
        raise Unbundled(f"'import {found['one']}' takes a default, and our modules have none")
    pairs = _pairs(found["some"] or "")
    inner = ", ".join(old if old == new else f"{old}: {new}" for old, new in pairs)
    return f"const {{ {inner} }} = {module};\n" if pairs else ""


def _pairs(text: str) -> list[tuple[str, str]]:
    """Returns (name, name under which it is known) of each in a list such as `a, b as c`."""
    parts = (part.split() for part in text.split(",") if part.strip())
    return [(part[0], part[-1]) for part in parts]
