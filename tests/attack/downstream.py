"""Attacks on the emulated org by the SCIM server that it provisions."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.scim_client.reading import LARGEST_ANSWER
from okta_emulator.testing import OktaEmulator
from tests.attack.lab import Lab, answer, listening

_HALF = (
    b'{"id": "\\ud800", "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [{"id": "\\ud801",'
    b' "userName": "u\\ud800@x.io", "displayName": "\\ud800", "emails": [{"value": "\\ud800"}]}]}'
)
ANSWERS = {
    "half characters": (_HALF, "utf-8"),
    "half characters, decoded": (_HALF, "unicode_escape"),
    "an encoding that isn't one": (b"aGVsbG8=", "base64"),
    "an encoding that can't replace": (b"\xff", "idna"),
    "a number of 5,000 digits": (b'{"totalResults": ' + b"9" * 5_000 + b"}", "utf-8"),
    "nested too deeply": (b'{"a":' * 900 + b"1" + b"}" * 900, "utf-8"),
    "a compression bomb": (gzip.compress(b" " * (LARGEST_ANSWER + 1), 1), "utf-8"),
}

_STATUSES = (200, 201, 400, 409, 500)


class _Kept(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def answers_to_the_emulator(_lab: Lab) -> Iterator[str]:
    """Every answer with every status, while the org tests the connection, provisions, pushes and imports."""
    status, body, encoding, kept, numbers = 200, b"", "utf-8", _Kept(), count()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        zipped = {"Content_Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
        answer(handler, status, body, Content_Type=f"application/scim+json; charset={encoding}", **zipped)

    logging.getLogger().addHandler(kept)
    with listening(respond) as server, OktaEmulator() as org:
        group = org.call("POST", "/api/v1/groups", {"profile": {"name": "Engineering"}})
        for name, spoilt in ANSWERS.items():
            for status in _STATUSES:
                kept.texts.clear()
                body, encoding = b'{"totalResults": 0, "Resources": []}', "utf-8"
                label, good, status = f"A{next(numbers)}", status, 200
                app, person = (
                    org.scim_app(f"{server.url}/scim", "t0ken-t0ken", label=label),
                    org.person(f"{label}@x.io"),
                )
                status, (body, encoding) = good, spoilt
                try:
                    org.assign(app, person)
                    push = {"sourceGroupId": group["id"], "targetGroupName": "Engineering"}
                    org.call("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", push)
                    org.import_users(app)
                    org.call("POST", f"/api/v1/users/{person['id']}", {"profile": {"title": "T"}})
                    org.unassign(app, person)
                except EmulatorProblem as problem:
                    yield f"{name}, {status}: {problem.what} {problem.why}"
                else:
                    yield f"{name}, {status}: {kept.texts[0]}" if kept.texts else ""
    logging.getLogger().removeHandler(kept)
