"""How the server starts a process of its own beside itself: this program's modules, whatever lies in the folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import kg


def command(module: str, *arguments: str) -> tuple[str, ...]:
    """Returns the command that runs a module of ours; the folder it runs in has no say in what is imported."""
    return (sys.executable, "-P", "-m", module, *arguments)


def environment() -> dict[str, str]:
    """Returns the environment for it, in which modules come from here and from where Python's own are."""
    return {**os.environ, "PYTHONPATH": str(Path(kg.__file__).resolve().parent.parent)}
