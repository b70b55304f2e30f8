"""Brings what the pages use in the browser into the wheel: packages of package-lock.json go in, a few files come out.

Run by hatchling for every wheel and every editable install. Without npm, or without a network, the build goes on:
the pages then fall back to what they write themselves, and say so. `HATCH_BUILD_NO_HOOKS=true` leaves all this out.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "static" / "vendor"

FILES = {
    "@zazuko/yasqe/build/yasqe.min.js": "yasqe.js",
    "@zazuko/yasqe/build/yasqe.min.css": "yasqe.css",
    "oxigraph/web.js": "oxigraph.js",
    "oxigraph/web_bg.wasm": "oxigraph.wasm",
}
"""What is taken from the packages, and what it is called on the pages."""

SECONDS = 180
"""What npm may take before the build goes on without it."""

NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")

_MAP = re.compile(r"\n//[#@] sourceMappingURL=\S+\s*$")


class Missing(Exception):
    """The packages cannot be had; the message says why."""


class BrowserParts(BuildHookInterface):
    """The hook that hatchling finds here."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fills the output folder, unless what is there comes from this very lock file."""
        try:
            if bring(OUTPUT):
                self.app.display_info(f"browser parts are in {OUTPUT}")
        except Missing as error:
            self.app.display_warning(f"{error}; the SPARQL page falls back to a plain editor")


def bring(output: Path) -> bool:
    """Fills a folder with the browser's parts, whole or not at all; returns whether anything was to be done.

    Raises Missing.
    """
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if _made_from(output) == lock:
        return False
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed")
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = _made(npm, Path(folder), lock)
            _put(made, output)
    except OSError as error:
        raise Missing(f"{error.filename or output}: {error.strerror}") from None
    return True


def _made_from(output: Path) -> str:
    """Returns the digest of the lock file that the folder's parts come from, '' for none."""
    try:
        return str(json.loads((output / "parts.json").read_text("utf-8"))["lock"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _made(npm: str, folder: Path, lock: str) -> Path:
    """Returns a folder with the finished parts, inside the one given."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    try:
        env = {**os.environ, "npm_config_update_notifier": "false"}
        done = subprocess.run(
            [npm, *NPM], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Missing(f"npm took over {SECONDS} seconds") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        raise Missing(f"npm failed ({' '.join(said[:2])})")
    packages, made = folder / "node_modules", folder / "made"
    made.mkdir()
    for source, name in FILES.items():
        raw = (packages / source).read_bytes()
        if name.endswith(".js"):
            raw = _MAP.sub("\n", raw.decode("utf-8")).encode()
        (made / name).write_bytes(raw)
    found = _packages(folder)
    (made / "LICENSES.txt").write_text(_licences(packages, found), encoding="utf-8")
    versions = {name: data["version"] for name, data in found.items()}
    (made / "parts.json").write_text(json.dumps({"lock": lock, "packages": versions}, indent=1) + "\n")
    return made


def _packages(folder: Path) -> dict[str, dict[str, Any]]:
    """Returns what the lock file says of each package, by name."""
    found = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): data for path, data in sorted(found.items()) if path}


def _licences(packages: Path, found: dict[str, dict[str, Any]]) -> str:
    """Returns who wrote the parts and on which terms they are passed on."""
    parts = ["What stands in this folder comes from these npm packages and from what they contain.\n"]
    for name, data in found.items():
        parts.append(f"{'-' * 72}\n{name} {data['version']}: {data.get('license', 'see its package')}\n")
        texts = sorted((packages / name).glob("LICEN[CS]E*"))
        parts += [text.read_text("utf-8", "replace") for text in texts]
    return "\n".join(parts)


def _put(made: Path, output: Path) -> None:
    """Puts the folder in place of what is there."""
    fresh = output.with_name(f".{output.name}-{os.getpid()}")
    shutil.copytree(made, fresh)
    shutil.rmtree(output, ignore_errors=True)
    try:
        fresh.rename(output)
    except OSError:  # another build has just put its own there
        shutil.rmtree(fresh)
