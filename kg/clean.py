"""What the last check found clean, kept in build/ so that nothing is checked twice. Knows digests and no facts."""

from __future__ import annotations

import contextlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import files

CLEAN = "clean.json"


@dataclass(frozen=True, slots=True)
class Clean:
    """Of which inputs a check found nothing wrong."""

    inputs: str
    """Digest of facts, ontology, queries and program."""
    documents: str
    """The folder of documents that the dataset named, or ''."""
    passages: str
    """Digest of the documents that locators were checked against, '' for none."""
    unlocked: str
    """How many passages could be compared with neither a document nor the lock."""


def known(root: Path) -> Clean | None:
    """Returns what the last check found clean, None where there is no telling."""
    try:
        kept = json.loads(files.content(root / "build" / CLEAN))
    except (OSError, ValueError, RecursionError):
        return None
    keys = set(Clean.__slots__)
    good = isinstance(kept, dict) and kept.keys() == keys and all(isinstance(v, str) for v in kept.values())
    return Clean(**kept) if good and re.fullmatch("[0-9]{1,9}", kept["unlocked"]) else None


def remember(root: Path, clean: Clean) -> None:
    """Keeps that these inputs are clean; where build/ cannot be written the next check just takes longer."""
    with contextlib.suppress(OSError):
        (root / "build").mkdir(exist_ok=True)
        part = root / "build" / f"tmp-{CLEAN}.{os.getpid()}"  # the next build clears what starts so
        part.write_text(json.dumps(asdict(clean)), encoding="utf-8")
        part.replace(root / "build" / CLEAN)
