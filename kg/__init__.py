"""Write what each source says, one sentence a fact; ask, look at and publish the graph.

>>> import kg
>>> project = kg.open("tests/demo")
>>> [type(problem).__name__ for problem in project.check()]
[]
>>> kg.view("tests/demo").save("demo.html")  # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is not read in here: nothing is, so that Ctrl-C is heard at once
if TYPE_CHECKING:
    import os

    from kg.project import Project
    from kg.view import view

__version__ = "0.2.0"


def open(path: str | os.PathLike[str] = ".", endpoint: str = "", base: str = "") -> Project:
    """Returns the project in a folder: `check()`, `build()`, `query()`, `graph()`, `network()`, `view()`.

    With `endpoint`, the address of a SPARQL endpoint, that is asked in place of the project's own build; `base`
    names the dataset where it holds several.
    """
    from kg.project import Project

    return Project(path, endpoint, base)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Returns `view`: the module, which can be called, as importing anything from it would put it here anyway."""
        if name != "view":
            raise AttributeError(f"module 'kg' has no attribute '{name}'")
        from importlib import import_module

        return import_module("kg.view")


def __dir__() -> list[str]:
    return sorted([*globals(), "view"])


__all__ = ["open", "view"]
