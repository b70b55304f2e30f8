"""Why a request is not answered, in the one shape that every HTTP error of kg has: RFC 9457 problem details."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from kg.problem import Problem, hint_of

MEDIA = "application/problem+json"


class Refusal(Exception):
    """A request that is refused or failed: status, a code that `kg explain` knows, what happened, and more members."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers = dict(headers or {})
        self.members = {name: value for name, value in members.items() if value not in (None, "", [])}

    def document(self) -> dict[str, Any]:
        """Returns the members of the problem document (RFC 9457, section 3.1)."""
        title = self.code.replace("-", " ")
        fixed = {"type": f"/problems/{self.code}", "title": title, "status": self.status, "detail": self.detail}
        return {**fixed, **self.members}

    def body(self) -> bytes:
        """Returns the document as JSON."""
        return (json.dumps(self.document(), ensure_ascii=True) + "\n").encode()

    @property
    def phrase(self) -> str:
        """The status as people read it."""
        known = self.status in set(HTTPStatus)  # 499, of one who has gone, is nginx's own
        return f"{self.status} {HTTPStatus(self.status).phrase if known else 'Client Closed Request'}"


STATUS = {
    "no-service": 403, "unknown-query": 404, "wrong-format": 406, "file-too-large": 413, "too-deep": 400,
    "unknown-entity": 404,
}  # fmt: skip
"""Status of a problem of the question, by its code; any other is 400."""


def of_problem(problem: Problem) -> Refusal:
    """Returns the refusal of a question that cannot be asked as it is, with line and column where they are known."""
    span = problem.span
    place = {"line": span.line, "column": span.column} if span.line else {}
    status = STATUS.get(problem.code, 400)
    return Refusal(status, problem.code, problem.message, hint=hint_of(problem), **place)


def over_memory(most: int) -> Refusal:
    """Returns the refusal of a question that took more memory than the bytes it may."""
    detail = f"the query went over the memory limit of {most:,} bytes"
    return Refusal(413, "over-memory", detail, hint="ask for less at once", limit={"memory": most})
