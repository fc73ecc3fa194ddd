"""A small SCIM 1.1 server, since no other is to be had."""

from __future__ import annotations

import json
import re
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CORE_11 = "urn:scim:schemas:core:1.0"


class Scim11Handler(BaseHTTPRequestHandler):
    """SCIM 1.1 as far as Okta uses it: list, filter by equality, create, read, replace, PATCH of members."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def do_GET(self) -> None:
        collection, resource_id, query = self.place()
        if resource_id:
            return self.answer(200, self.resource(collection, resource_id))
        found = list(self.server.stored[collection].values())
        if "filter" in query:
            name, value = re.fullmatch(r'(\w+) eq "(.*)"', query["filter"]).groups()
            found = [resource for resource in found if resource.get(name) == value]
        start, count = int(query["startIndex"]), int(query["count"])
        page = found[start - 1 : start - 1 + count]
        paging = {"totalResults": len(found), "startIndex": start, "itemsPerPage": len(page)}
        return self.answer(200, {"schemas": [CORE_11], **paging, "Resources": page})

    def do_POST(self) -> None:
        collection, _, _ = self.place()
        body = self.body()
        stored = self.server.stored[collection]
        if any(body.get("userName", "") == other.get("userName") for other in stored.values()):
            return self.answer(409, {"Errors": [{"description": "userName is taken", "code": "409"}]})
        resource = {**body, "id": f"{collection[0].lower()}{len(stored) + 1}"}
        stored[resource["id"]] = resource
        return self.answer(201, resource)

    def do_PUT(self) -> None:
        collection, resource_id, _ = self.place()
        if self.resource(collection, resource_id):
            self.server.stored[collection][resource_id] = {**self.body(), "id": resource_id}
        return self.answer(200, self.resource(collection, resource_id))

    def do_PATCH(self) -> None:
        collection, resource_id, _ = self.place()
        body, resource = self.body(), self.resource(collection, resource_id)
        if resource is not None:
            if body.pop("meta", {}).get("attributes") == ["members"]:
                resource["members"] = []
            changes = body.pop("members", [])
            changed = {change["value"] for change in changes}
            kept = [member for member in resource.get("members", []) if member["value"] not in changed]
            resource["members"] = kept + [change for change in changes if change.get("operation") != "delete"]
            resource.update(body)
        return self.answer(200, resource)

    def place(self) -> tuple[str, str, dict[str, str]]:
        url = urllib.parse.urlsplit(self.path)
        _, _, collection, *rest = url.path.split("/")
        resource_id = urllib.parse.unquote(rest[0]) if rest else ""
        return collection, resource_id, dict(urllib.parse.parse_qsl(url.query))

    def resource(self, collection: str, resource_id: str) -> dict[str, Any] | None:
        return self.server.stored[collection].get(resource_id)

    def body(self) -> dict[str, Any]:
        assert self.headers["Content-Type"] == "application/json; charset=utf-8"
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: dict[str, Any] | None) -> None:
        if self.headers["Authorization"] != self.server.authorization:
            status, body = 401, {"Errors": [{"description": "who are you?", "code": "401"}]}
        elif body is None:
            status, body = 404, {"Errors": [{"description": "no such resource", "code": "404"}]}
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Be quiet."""


class Scim11Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, authorization: str) -> None:
        super().__init__(("127.0.0.1", 0), Scim11Handler)
        self.authorization = authorization
        self.stored: dict[str, dict[str, Any]] = {"Users": {}, "Groups": {}}
        self.base_url = f"http://127.0.0.1:{self.server_port}/scim"


@contextmanager
def serving(server: Scim11Server) -> Iterator[Scim11Server]:
    with closing(server.socket):
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server
        server.shutdown()
