"""The description of the API: it validates, describes every query, and the server does what it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.serve.api import openapi
from kg.serve.links import Links
from serve.conftest import apart

TYPES = {"day": "date", "n": "integer", "x": "number", "b": "boolean", "t": "", "who": "iri"}


def card(*queries: dict[str, Any]) -> dict[str, Any]:
    return {"id": "b1", "title": "A graph", "base": "https://e.org/x/", "queries": list(queries)}


def query(name: str, text: str, **header: Any) -> dict[str, Any]:
    return {"name": name, "path": f"queries/{name}.rq", "text": text, "header": header}


def described(*queries: dict[str, Any]) -> dict[str, Any]:
    found = card(*queries)
    return openapi.document(found, Links.of(found, ""), "http://127.0.0.1:1")


def test_it_validates_as_openapi_31(server) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="the check needs openapi-spec-validator")
    response = server.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    validator.validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": server.url}]


def test_it_describes_every_saved_query_and_service(server) -> None:
    paths = server.get("/openapi.json").json()["paths"]
    names = {path.stem for path in (Path(__file__).resolve().parents[2] / "queries").glob("*.rq")}
    assert {f"/queries/{name}" for name in names} | {f"/queries/{name}.{{format}}" for name in names} <= paths.keys()
    services = {"/sparql", "/search.json", "/reconcile", "/healthz", "/venezuela-2008/{entity}.{format}"}
    assert services <= paths.keys()
    operations = [one["operationId"] for path in paths.values() for one in path.values()]
    assert len(operations) == len(set(operations))


def test_parameters_have_types_defaults_choices_and_examples() -> None:
    text = "SELECT * { " + " ".join(f"?_{n}_{k}" if k else f"?_{n}" for n, k in TYPES.items()) + " ?_kind }"
    header = {"defaults": [{"n": "7"}, {"b": "true"}], "enumerate": [{"kind": ["one", "two"]}], "description": "More."}
    operation = described(query("q", text, **header))["paths"]["/queries/q"]["get"]
    found = {one["name"]: one for one in operation["parameters"]}
    assert (found["n"]["schema"], found["n"]["required"], found["n"]["example"]) == (
        {"type": "integer", "default": 7}, False, 7,
    )  # fmt: skip
    assert found["b"]["schema"] == {"type": "boolean", "default": True}
    assert found["kind"]["schema"] == {"type": "string", "enum": ["one", "two"]}
    assert found["who"]["required"]
    assert found["x"]["schema"] == {"type": "number"}
    assert found["day"]["schema"]["anyOf"][0]["format"] == "date"
    assert operation["description"] == "More."


def test_formats_follow_the_form_of_the_query() -> None:
    paths = described(query("t", "SELECT * {}"), query("g", "CONSTRUCT WHERE { ?s ?p ?o }"))["paths"]
    table = paths["/queries/t"]["get"]["responses"]["200"]["content"]
    graph = paths["/queries/g"]["get"]["responses"]["200"]["content"]
    assert {"text/csv", "application/sparql-results+json", "text/html"} <= table.keys()
    assert {"text/turtle", "application/ld+json"} <= graph.keys()
    assert "text/csv" not in graph
    (choice,) = [p for p in paths["/queries/g.{format}"]["get"]["parameters"] if p["in"] == "path"]
    assert choice["schema"]["enum"] == ["ttl", "nt", "nq", "trig", "jsonld", "rdf"]


def test_every_operation_says_how_it_fails(server) -> None:
    document = server.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            failures = [one for status, one in operation["responses"].items() if status[0] in "45"]
            assert failures or path in ("/healthz", "/openapi.json")
            assert all(one["$ref"].startswith("#/components/responses/") for one in failures)
    for response in document["components"]["responses"].values():
        assert response["content"].keys() == {"application/problem+json"}


def test_it_is_known_by_its_tag(server) -> None:
    tag = server.get("/openapi.json").headers["etag"]
    assert server.get("/openapi.json", if_none_match=tag).status_code == 304


def shape(operations: dict[str, Any]) -> str:
    """Returns what a path takes and answers with, whatever its names, texts and defaults."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if key not in SAID}
        return list(map(bare, value)) if isinstance(value, list) else value

    return json.dumps(bare(operations), sort_keys=True)


SAID = {"name", "summary", "description", "operationId", "tags", "default", "example", "examples", "enum"}


def one_of_each(paths: dict[str, Any]) -> list[str]:
    """Returns the services, and of the saved queries that take and give the same kinds of things the first."""
    found = {shape(one) if path.startswith("/queries/") else path: path for path, one in reversed(paths.items())}
    return list(found.values())


def test_the_server_does_what_it_describes(server, tmp_path) -> None:
    """A bounded run of schemathesis: no 500, no status or body that is not described, no wrong input taken.

    Every saved query is asked as its examples have it; what is wrong or odd is tried on one query of each shape. Only
    the check that right input is taken is left out: no schema can say which names the graph has.
    """
    paths = server.get("/openapi.json").json()["paths"]
    chosen = one_of_each(paths)
    assert {path for path in paths if not path.startswith("/queries/")} <= set(chosen)
    assert len(chosen) < len(paths)
    names = "|".join(map(re.escape, chosen))
    tried(server.url, tmp_path, "--phases", "examples", "--include-path-regex", "^/queries/")
    tried(server.url, tmp_path, "--phases", "examples,coverage,fuzzing", "--include-path-regex", f"^({names})$")


def tried(url: str, folder: Path, *options: str) -> None:
    """Runs schemathesis over what a server describes, and passes where it finds nothing wrong."""
    tool = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("there is no schemathesis to try the API with: pip install schemathesis")
    command = [
        tool, "--no-color", "run", f"{url}/openapi.json", "--max-examples", "3", "--seed", "1",
        "--exclude-checks", "positive_data_acceptance", "--request-timeout", "30", "--generation-database", "none",
        "--warnings", "off", "--continue-on-failure", *options,
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert run.returncode == 0, run.stdout[-6000:]
    assert "No issues found" in run.stdout


def test_it_is_made_once_a_build(monkeypatch) -> None:
    """Whoever asks, under whatever name, gets what was made for the first asker; another build has its own."""
    httpx = pytest.importorskip("httpx")
    from starlette.applications import Starlette
    from starlette.routing import Route

    made: list[str] = []
    monkeypatch.setattr(openapi.asking, "saved_of", lambda card: made.append(card["id"]) or [])
    cards = [card(), {**card(), "id": "b2"}]
    served = {"now": cards[0]}
    links = Links.of(cards[0], "/kg")

    async def described(request: Any) -> Any:
        return openapi.response(request, served["now"], links)

    app = Starlette(routes=[Route("/openapi.json", described)])

    def get(host: str, **headers: str) -> Any:
        async def ask() -> Any:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=host) as client:
                return await client.get("/openapi.json", headers=headers)

        return apart(ask())

    found = [get(f"http://{name}.example:8000") for name in ("one", "two", "one")]
    assert made == ["b1"]
    assert found[0].json() == openapi.document(cards[0], links, "http://one.example:8000/kg")
    assert found[1].json()["servers"] == [{"url": "http://two.example:8000/kg"}]
    tags = [one.headers["etag"] for one in found]
    assert tags[0] == tags[2] != tags[1]
    known = {"If-None-Match": tags[0]}
    assert get("http://one.example:8000", **known).status_code == 304
    served["now"] = cards[1]
    made.clear()
    assert get("http://one.example:8000", **known).json()["info"]["version"] == "b2"
    assert made == ["b2"]
