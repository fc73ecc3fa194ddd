"""A SCIM 2.0 server on loopback that is faultless, unless some of the faults in broken_faults.py are switched on."""

from __future__ import annotations

import io
import json
import re
import threading
import urllib.parse
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

TOKEN = "sentinel-broken-4711"
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0:"
READ_ONLY = {"id", "meta", "groups"}
_MEMBER = re.compile(r'members\[value eq "(.*)"\]')
_FILTER = re.compile(r'(\w+) eq ("(?:[^"\\]|\\.)*")')


class Refusal(Exception):
    """An error to answer with."""

    def __init__(self, status: int, detail: str, scim_type: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.scim_type = status, detail, scim_type


class Store:
    """Users and groups in memory, and what is wrong with the server today."""

    def __init__(self, faults: Collection[str]) -> None:
        self.faults = frozenset(faults)
        self.resources: dict[str, dict[str, dict[str, Any]]] = {"Users": {}, "Groups": {}}
        self.next_id = 1
        self.lists = 0
        self.repeats, self.last_request = 0, ""
        self.names_ever: set[str] = set()
        self.first_names: dict[str, Any] = {}
        self.lock = threading.Lock()

    def has(self, fault: str) -> bool:
        return fault in self.faults

    # writing

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        name = "userName" if collection == "Users" else "displayName"
        if not body.get(name) and not (self.has("nameless-accepted") and collection == "Users"):
            raise Refusal(400, f"{name} is required", "invalidValue")
        if collection == "Users" and not self.has("duplicates-accepted"):
            taken = {user.get("userName", "").lower() for user in self.resources["Users"].values()}
            if self.has("names-never-freed"):
                taken |= self.names_ever
            if body.get(name, "").lower() in taken:
                raise Refusal(409, "userName is taken", "uniqueness")
            self.names_ever.add(body.get(name, "").lower())
        if ENTERPRISE in body and self.has("extension-refused"):
            raise Refusal(400, "unknown schema", "invalidSyntax")
        resource = {key: value for key, value in body.items() if key not in READ_ONLY | {"password"}}
        if collection == "Users":
            resource.setdefault("active", True)
            resource = self._as_stored(resource)
        elif self.has("members-ignored-on-create"):
            resource["members"] = []
        resource["id"] = f"r{self.next_id}"
        self.next_id += 1
        self.resources[collection][resource["id"]] = resource
        self.first_names[resource["id"]] = resource.get("name", {})
        return resource

    def _as_stored(self, user: dict[str, Any]) -> dict[str, Any]:
        if self.has("userName-lower-cased"):
            user["userName"] = user["userName"].lower()
        if self.has("displayName-replaced"):
            user["displayName"] = user["userName"]
        if self.has("emails-dropped"):
            user.pop("emails", None)
        if self.has("name-dropped"):
            user.pop("name", None)
        if self.has("extension-dropped") and ENTERPRISE in user:
            del user[ENTERPRISE]
            user["schemas"] = [f"{CORE}User"]
        if self.has("created-always-active"):
            user["active"] = True
        return user

    def replace(self, collection: str, resource_id: str, body: dict[str, Any]) -> dict[str, Any]:
        old = self.find(collection, resource_id)
        resource_id = old["id"]
        if self.has("put-echo-refused") and "meta" in body:
            raise Refusal(400, "meta is read-only", "mutability")
        if self.has("put-ignored"):
            return old
        new = {key: value for key, value in body.items() if key not in READ_ONLY | {"password"} and value is not None}
        others = [one for one in self.resources["Users"].values() if one["id"] != resource_id]
        name = new.get("userName", "").lower()
        if (
            collection == "Users"
            and not self.has("rename-to-taken")
            and any(one.get("userName", "").lower() == name for one in others if name)
        ):
            raise Refusal(409, "userName is taken", "uniqueness")
        if self.has("put-drops-emails"):
            new.pop("emails", None)
        self.resources[collection][resource_id] = {**new, "id": resource_id}
        return self.resources[collection][resource_id]

    def patch(self, collection: str, resource_id: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        if self.has("patch-unknown-accepted") and resource_id not in self.resources[collection]:
            return {"id": resource_id, "schemas": [f"{CORE}User"]}
        resource = json.loads(json.dumps(self.find(collection, resource_id)))
        for operation in operations:
            self._apply(resource, operation["op"].lower(), operation.get("path"), operation.get("value"))
        if self.has("many-members-refused") and len(resource.get("members", [])) > 100:
            raise Refusal(413, "too many members")
        resource_id = resource["id"]
        if collection == "Users" and resource["active"] is False and self.has("deactivation-deletes"):
            del self.resources[collection][resource_id]
            return resource
        self.resources[collection][resource_id] = resource
        return resource

    def _apply(self, resource: dict[str, Any], op: str, path: str | None, value: Any) -> None:
        if path is None:
            if self.has("pathless-patch-refused"):
                raise Refusal(400, "path is required", "noTarget")
            if self.has("pathless-patch-ignored"):
                return
            for key, one in value.items():
                self._apply_one(resource, key, one)
        elif found := _MEMBER.fullmatch(path):
            if not self.has("member-removal-ignored"):
                resource["members"] = [one for one in resource.get("members", []) if one["value"] != found[1]]
        elif path == "members":
            self._set_members(resource, op, value)

    def _apply_one(self, resource: dict[str, Any], key: str, value: Any) -> None:
        if key == "active" and value and self.has("reactivation-ignored"):
            return
        if key == "members":
            self._set_members(resource, "replace", value)
        elif key not in READ_ONLY | {"password"}:
            resource[key] = value

    def _set_members(self, resource: dict[str, Any], op: str, value: list[dict[str, Any]]) -> None:
        known_ids = {f"{user_id}".removeprefix("r") for user_id in self.resources["Users"]}
        unknown = [one for one in value if str(one["value"]).removeprefix("r") not in known_ids]
        if unknown:
            if self.has("unknown-member-loses-all"):
                resource["members"] = []
                return
            raise Refusal(400, f"no such user: {unknown[0]['value']}", "invalidValue")
        before = resource.get("members", []) if op == "add" else []
        if op == "add" and self.has("add-replaces-members"):
            before = []
        if not value and self.has("empty-replace-ignored"):
            return
        known = {one["value"] for one in before}
        resource["members"] = before + [one for one in value if one["value"] not in known]

    def delete(self, collection: str, resource_id: str) -> None:
        found = self.find(collection, resource_id)
        if found.get("members") and self.has("group-with-members-kept"):
            return
        del self.resources[collection][found["id"]]

    # reading

    def find(self, collection: str, resource_id: str) -> dict[str, Any]:
        if self.has("id-as-number"):
            resource_id = resource_id if resource_id.startswith("r") else f"r{resource_id}"
        if resource_id not in self.resources[collection]:
            raise Refusal(404, f"no {resource_id} in {collection}")
        return self.resources[collection][resource_id]

    def listing(self, collection: str, query: dict[str, str]) -> dict[str, Any]:
        self.lists += 1
        found = list(self.resources[collection].values())
        if "filter" in query:
            found = self._filtered(found, query["filter"])
        start, count = max(1, int(query.get("startIndex", 1))), int(query.get("count", 100))
        if self.has("page-moves") and self.lists % 2 and "filter" not in query:
            found = found[1:] + found[:1]
        if self.has("startIndex-ignored"):
            start = 1
        page = found[start - 1 : start - 1 + (len(found) if self.has("count-ignored") else count)]
        counts: dict[str, Any] = {"totalResults": len(found), "startIndex": start, "itemsPerPage": len(page)}
        if self.has("counts-as-strings"):
            counts = {key: str(value) for key, value in counts.items()}
        return {"schemas": [f"{MESSAGES}ListResponse"], **counts, "Resources": page}

    def _filtered(self, found: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
        if self.has("filter-ignored"):
            return found
        if self.has("groups-not-found") and text.startswith("displayName"):
            return []
        if self.has("filter-quotes-crash") and "\\" in text:
            raise Refusal(500, "unexpected end of string")
        match = _FILTER.fullmatch(text)
        if match is None:
            raise Refusal(400, f"cannot parse {text}", "invalidFilter")
        name, wanted = match[1], json.loads(match[2])
        if self.has("inactive-hidden"):
            found = [one for one in found if one.get("active") is not False]
        if self.has("filter-case-sensitive"):
            return [one for one in found if one.get(name) == wanted]
        wanted = wanted.lower()
        if self.has("filter-contains"):
            return [one for one in found if str(one.get(name, "")).lower() in wanted]
        if self.has("filter-also-emails"):
            by_mail = [one for one in found if any(mail["value"].lower() == wanted for mail in one.get("emails", []))]
            if by_mail:
                return by_mail
        return [one for one in found if str(one.get(name, "")).lower() == wanted]


class Handler(BaseHTTPRequestHandler):
    """HTTP around the store."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: Server  # type: ignore[assignment]

    def handle_one(self) -> None:
        store = self.server.store
        path, _, raw_query = self.path.removeprefix("/scim/v2").partition("?")
        if store.has("plus-not-decoded"):
            raw_query = raw_query.replace("+", "%2B")
        if store.has("not-utf8"):
            query = {key: one[0] for key, one in urllib.parse.parse_qs(raw_query, encoding="latin-1").items()}
        else:
            query = {key: one[0] for key, one in urllib.parse.parse_qs(raw_query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        try:
            with store.lock:
                status, answer = self.route(path, query, body)
        except Refusal as refusal:
            status, answer = refusal.status, self.error(refusal)
        self.reply(status, answer)

    def error(self, refusal: Refusal) -> dict[str, Any]:
        body = {"schemas": [f"{MESSAGES}Error"], "status": str(refusal.status), "detail": refusal.detail}
        return body | ({"scimType": refusal.scim_type} if refusal.scim_type else {})

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

    def gate(self) -> None:
        store = self.server.store
        store.repeats = store.repeats + 1 if store.last_request == self.requestline else 0
        store.last_request = self.requestline
        if store.repeats > 10 and store.has("rate-limit-unannounced"):
            raise Refusal(429, "slow down")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and not store.has("open-to-all"):
            raise Refusal(403 if store.has("wrong-credential-403") else 401, "unknown credential")
        if self.command == "HEAD" and store.has("head-crashes"):
            raise Refusal(500, "no HEAD")

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        store, method = self.server.store, self.command
        self.gate()
        if path.endswith("/"):
            if store.has("slash-redirects"):
                return 301, None
            path = path.rstrip("/")
        _, collection, resource_id = (*path.split("/"), "", "")[:3]
        if collection not in store.resources:
            raise Refusal(404, f"no {path}")
        resource_id = urllib.parse.unquote(resource_id)
        if method in {"GET", "HEAD"}:
            if resource_id and store.has("unknown-id-200") and resource_id not in store.resources[collection]:
                return 200, {}
            if resource_id:
                return 200, self.shown(collection, store.find(collection, resource_id))
            page = store.listing(collection, query)
            return 200, page | {"Resources": [self.listed(collection, one) for one in page["Resources"]]}
        if method == "DELETE":
            store.delete(collection, resource_id)
            return 204, None
        return self.write(method, collection, resource_id, self.parsed(body))

    def parsed(self, body: bytes) -> dict[str, Any]:
        if self.server.store.has("charset-refused") and "charset" in self.headers.get("Content-Type", ""):
            raise Refusal(415, "no charset, please")
        try:
            return dict(json.loads(body))
        except ValueError:
            raise Refusal(500 if self.server.store.has("nonsense-crashes") else 400, "not JSON") from None

    def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        store = self.server.store
        if method == "POST":
            return 201, self.shown(collection, store.create(collection, body))
        if method == "PUT":
            return 200, self.shown(collection, store.replace(collection, resource_id, body))
        return 200, self.shown(collection, store.patch(collection, resource_id, body["Operations"]))

    def listed(self, collection: str, resource: dict[str, Any]) -> dict[str, Any]:
        store, shown = self.server.store, self.shown(collection, resource)
        if collection == "Users" and store.has("list-shows-all-active"):
            shown["active"] = True
        if collection == "Users" and store.has("list-is-stale"):
            shown["name"] = store.first_names.get(resource["id"], {})
        return shown

    def shown(self, collection: str, resource: dict[str, Any]) -> dict[str, Any]:
        store, kind = self.server.store, collection.removesuffix("s")
        location = f"{self.server.base_url}/{collection}/{resource['id']}"
        shown = {**resource, "meta": {"resourceType": kind, "location": location}}
        if store.has("id-as-number"):
            shown["id"] = int(resource["id"].removeprefix("r"))
        if store.has("schemas-missing"):
            shown.pop("schemas", None)
        if store.has("meta-missing"):
            shown.pop("meta")
        if collection == "Groups" and store.has("members-missing"):
            shown.pop("members", None)
        return self.shown_user(shown, resource) if collection == "Users" else shown

    def shown_user(self, shown: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
        store = self.server.store
        for name in ("active", "userName", "externalId"):
            if store.has(f"{name}-missing"):
                shown.pop(name, None)
        if store.has("active-as-string"):
            shown["active"] = str(resource.get("active")).lower()
        if store.has("active-as-number"):
            shown["active"] = int(bool(resource.get("active")))
        if store.has("password-returned"):
            shown["password"] = "hash"
        return shown

    def reply(self, status: int, answer: dict[str, Any] | None) -> None:
        store = self.server.store
        data = b"" if answer is None else json.dumps(answer).encode()
        if status >= 400 and store.has("errors-as-html"):
            data = b"<html><body>Oops</body></html>"
        self.send_response(status)
        kind = "text/html" if store.has("errors-as-html") and status >= 400 else "application/scim+json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if status == 301:
            self.send_header("Location", self.path.replace("/?", "?"))
        if status == 201 and isinstance(answer, dict) and "meta" in answer:
            self.send_header("Location", answer["meta"]["location"])
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """The server; `store` is what it knows."""

    daemon_threads = True

    def __init__(self, faults: Collection[str], handler: type[Handler] = Handler, store: type[Store] = Store) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.store = store(faults)
        self.base_url = f"http://127.0.0.1:{self.server_port}/scim/v2"


@contextmanager
def broken_server(*faults: str, handler: type[Handler] = Handler, store: type[Store] = Store) -> Iterator[Server]:
    """Run the server with these faults while the block lasts."""
    with Server(faults, handler, store) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Direct(httpx.AsyncBaseTransport):
    """The server's handler without a network, for many runs in little time."""

    def __init__(self, server: Server, handler: type[Handler] = Handler) -> None:
        self.server, self.handler = server, handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        handler = self.handler.__new__(self.handler)
        handler.server, handler.client_address = self.server, ("127.0.0.1", 0)
        handler.command, handler.path = request.method, request.url.raw_path.decode()
        handler.requestline, handler.request_version = f"{handler.command} {handler.path} HTTP/1.1", "HTTP/1.1"
        handler.headers = Message()
        for name, value in request.headers.raw:
            handler.headers[name.decode()] = value.decode()
        handler.rfile = io.BytesIO(await request.aread())  # type: ignore[assignment]
        handler.wfile = written = io.BytesIO()
        handler.handle_one()
        top, _, content = written.getvalue().partition(b"\r\n\r\n")
        status, *lines = top.split(b"\r\n")
        headers = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        return httpx.Response(int(status.split()[1]), headers=headers, content=content)
