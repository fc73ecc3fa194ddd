"""More faults of the broken server: it answers 2xx and does something else, or tells it to one reader only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.support.broken_server import CORE, ENTERPRISE, TOKEN, Refusal, Server
from tests.support.dialect_faults import DialectHandler, DialectStore

_CAPPED = 20


class SilentStore(DialectStore):
    """The store, with more that can be wrong."""

    def __init__(self, faults: Collection[str]) -> None:
        super().__init__(faults)
        self.deleted_groups: list[dict[str, Any]] = []
        self.left_once: set[str] = set()
        self.visible: dict[str, float] = {}

    # writing

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        if collection == "Groups":
            self._refuse_group(body)
        elif self.has("nickname-refused") and "nickName" in body:
            raise Refusal(400, "unknown attribute nickName", "invalidSyntax")
        spare = {}
        if collection == "Users" and self.has("inactive-name-free"):
            users = self.resources["Users"]
            spare = {key: users.pop(key) for key, one in list(users.items()) if one.get("active") is False}
        if collection == "Users" and self.has("capitals-are-another") and body.get("userName", "a").startswith("TWIN"):
            body = {**body, "userName": f"{body['userName']}."}
        try:
            made = super().create(collection, body)
        finally:
            self.resources["Users"].update(spare)
        if self.has("id-with-bulkId") and "check-" in made.get("userName", ""):
            del self.resources[collection][made["id"]]
            made["id"] = f"bulkId-{made['id']}"
            self.resources[collection][made["id"]] = made
        self._spill(collection, made)
        return self._spoiled(collection, made)

    def _spill(self, collection: str, made: dict[str, Any]) -> None:
        """What the creation of one resource changes in others."""
        if self.has("creation-activates-all") and collection == "Users":
            self._activate_all(but=made)
        if self.has("one-group-per-user") and collection == "Groups":
            self._take_from_others(made)
        if self.has("group-write-activates-all") and collection == "Groups":
            self._activate_all()

    def _take_from_others(self, written: dict[str, Any]) -> None:
        """End the memberships of a group's members in other groups."""
        members = {one["value"] for one in written.get("members", [])}
        for group in self.resources["Groups"].values():
            if group is not written:
                group["members"] = [one for one in group.get("members", []) if one["value"] not in members]

    def _activate_all(self, but: dict[str, Any] | None = None) -> None:
        for user in self.resources["Users"].values():
            user["active"] = user["active"] if user is but else True

    def _refuse_group(self, body: dict[str, Any]) -> None:
        if self.has("member-without-type-refused") and any("type" not in one for one in body.get("members", [])):
            raise Refusal(400, "type is required", "invalidValue")
        freed = {one["displayName"] for one in self.deleted_groups}
        if self.has("group-names-never-freed") and body.get("displayName") in freed:
            raise Refusal(409, "the name is taken", "uniqueness")

    def _spoiled(self, collection: str, made: dict[str, Any]) -> dict[str, Any]:
        name = made.get("name") or {}
        if self.has("middle-name-dropped"):
            name.pop("middleName", None)
        if self.has("addresses-lower-cased"):
            made.update(emails=[{**one, "value": one["value"].lower()} for one in made.get("emails", [])])
        if self.has("names-escaped") and name:
            name["familyName"] = name["familyName"].replace("&", "&amp;").replace("'", "&#39;")
        if self.has("userName-cut-off") and collection == "Users":
            made["userName"] = made["userName"][:60]
        if self.has("group-name-in-ASCII") and collection == "Groups":
            made["displayName"] = made["displayName"].encode("ascii", "ignore").decode()
        return made

    def replace(self, collection: str, resource_id: str, body: dict[str, Any]) -> dict[str, Any]:
        old = self.find(collection, resource_id)
        if self.has("null-refused") and (None in body.values()):
            raise Refusal(400, "null isn't a string", "invalidValue")
        if self.has("null-display-refused") and any(one.get("display", "") is None for one in body.get("members", [])):
            raise Refusal(400, "display isn't a string", "invalidValue")
        taken = self._user_taken if collection == "Users" else self._group_taken
        new = super().replace(collection, resource_id, taken(old, body))
        is_of_user = collection == "Users"
        if self.has("put-activates-all") if is_of_user else self.has("group-write-activates-all"):
            self._activate_all(but=new)
        if self.has("put-changes-others") and collection == "Users":
            for other in self.resources["Users"].values():
                if other["userName"].startswith("Check"):
                    other["name"] = new["name"]
        if self.has("put-empties-other-groups") and collection == "Groups":
            for group in self.resources["Groups"].values():
                group["members"] = new["members"] if group["id"] == resource_id else []
        if self.has("put-changes-id"):
            del self.resources[collection][resource_id]
            self.next_id += 1
            new = self.resources[collection][f"r{self.next_id}"] = {**new, "id": f"r{self.next_id}"}
        return new

    def _user_taken(self, old: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """What is taken of a PUT of a user."""
        if self.has("put-keeps-addresses"):
            body = {**body, "emails": old.get("emails")}
        if self.has("put-keeps-department") and ENTERPRISE in old:
            body = {**body, ENTERPRISE: old[ENTERPRISE]}
        if self.has("put-ends-memberships") and body.get("groups") == []:
            for group in self.resources["Groups"].values():
                group["members"] = [one for one in group["members"] if one["value"] != old["id"]]
        return body

    def _group_taken(self, old: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """What is taken of a PUT of a group."""
        if self.has("put-only-adds-members"):
            added = [one for one in body["members"] if one["value"] not in {had["value"] for had in old["members"]}]
            body = {**body, "members": [*old["members"], *added]}
        if self.has("put-keeps-members-if-empty"):
            body = {**body, "members": body["members"] or old["members"]}
        return body

    def patch(self, collection: str, resource_id: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        old = self.resources[collection].get(resource_id, {})
        new = super().patch(collection, resource_id, operations)
        if collection == "Groups" and self.has("group-write-activates-all"):
            self._activate_all()
        if collection == "Groups" and self.has("patch-takes-members"):
            self._take_from_others(new)
        if collection == "Users":
            self._switched(old, new)
        elif self.has("rename-of-all-groups") and new["displayName"] != old["displayName"]:
            for group in self.resources["Groups"].values():
                group["displayName"] = new["displayName"]
        return old if self.has("patch-shows-old") else new

    def _switched(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        if new.get("active") is False and self.has("deactivation-renames"):
            new["userName"] = f"deleted.{new['userName']}"
        if new.get("active") is False and self.has("deactivation-of-all"):
            for user in self.resources["Users"].values():
                user["active"] = False
        if new.get("active") is False and self.has("second-deactivation-ignored"):
            new["active"] = new["id"] in self.left_once
            self.left_once.add(new["id"])
        if new.get("active") and self.has("reactivation-of-all"):
            self._activate_all()
        if new.get("active") and not old.get("active") and self.has("reactivation-resets-name"):
            new["name"] = {"givenName": "New", "familyName": "User"}

    def _apply(self, resource: dict[str, Any], op: str, path: str | None, value: Any) -> None:
        if path and path.startswith("members["):
            if self.has("removal-removes-all"):
                resource["members"] = []
            if self.has("repeated-removal-refused") and not any(one["value"] in path for one in resource["members"]):
                raise Refusal(404, "no such member")
        if op == "add" and self.has("repeated-addition-doubled"):
            resource["members"] = [*resource["members"], *value]
            return
        super()._apply(resource, op, path, value)

    def delete(self, collection: str, resource_id: str) -> None:
        if collection == "Groups":
            group = self.find(collection, resource_id)
            self.deleted_groups.append(group)
            if self.has("group-deletion-deactivates"):
                for one in group.get("members", []):
                    self.resources["Users"][one["value"]]["active"] = False
            if self.has("deletion-of-all-groups"):
                self.resources["Groups"] = {resource_id: group}
        super().delete(collection, resource_id)

    # reading

    def listing(self, collection: str, query: dict[str, str]) -> dict[str, Any]:
        if self.has("startIndex-from-0"):
            query = {**query, "startIndex": str(int(query.get("startIndex", 0)) + 1)}
        if self.has("pages-of-20"):
            query = {**query, "count": str(min(_CAPPED, int(query.get("count", 100))))}
        page = super().listing(collection, query)
        if self.has("total-of-page"):
            page["totalResults"] = len(page["Resources"])
        return page

    def _filtered(self, found: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
        name, _, wanted = text.partition(" eq ")
        wanted = wanted.strip('"').lower()
        if self.has("filter-by-prefix"):
            return [one for one in found if one.get(name, "").lower().startswith(wanted)]
        if self.has("filter-with-wildcard"):
            wanted = wanted.replace("_", ".")
            return [one for one in found if one.get(name, "").lower() == wanted]
        if self.has("filter-without-accents"):
            return [one for one in found if one.get(name, "").lower().replace("é", "e") == wanted.replace("é", "e")]
        if self.has("filter-without-domain") and name == "userName":
            return [one for one in found if one[name].lower().partition("@")[0] == wanted.partition("@")[0]]
        if self.has("deactivated-not-found") and name == "userName":
            found = [one for one in found if one.get("active")]
        if self.has("deleted-groups-found") and name == "displayName":
            found = [*found, *self.deleted_groups]
        return super()._filtered(found, text)


class SilentHandler(DialectHandler):
    """HTTP around it."""

    def gate(self) -> None:
        store = self.server.store
        given = self.headers.get("Authorization")
        if store.has("writes-open-to-all") and self.command in {"POST", "PUT"} and given != f"Bearer {TOKEN}":
            self.headers.replace_header("Authorization", f"Bearer {TOKEN}") if given else self.headers.add_header(
                "Authorization", f"Bearer {TOKEN}"
            )
        if store.has("groups-open-to-all") and "/Groups" in self.path and given is None:
            self.headers.add_header("Authorization", f"Bearer {TOKEN}")
        super().gate()
        if store.has("rate-limit-forbidden") and store.repeats > 10:
            raise Refusal(403, "too many requests")
        if store.has("match-required") and self.command in {"PUT", "PATCH"}:
            raise Refusal(428, "If-Match is required")
        if store.has("credential-only-reads") and self.command not in {"GET", "HEAD"}:
            raise Refusal(403, "the scope scim:write is missing")

    def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        store = self.server.store
        status, answer = super().write(method, collection, resource_id, body)
        if method == "POST" and store.has("created-with-password") and collection == "Users":
            answer["password"] = "hash"
        if method == "POST" and store.has("created-group-without-schemas") and collection == "Groups":
            answer.pop("schemas")
        if method == "PATCH" and store.has("patch-shows-nothing"):
            answer = {}
        return status, answer

    def listed(self, collection: str, resource: dict[str, Any]) -> dict[str, Any]:
        store, shown = self.server.store, super().listed(collection, resource)
        if store.has("list-without-extension"):
            shown.pop(ENTERPRISE, None)
        if store.has("list-without-members") and "filter" not in self.path:
            shown.pop("members", None)
        if store.has("active-as-string-in-list") and "active" in shown:
            shown["active"] = str(shown["active"]).lower()
        if store.has("password-in-list") and collection == "Users":
            shown["password"] = "hash"
        return shown

    def shown(self, collection: str, resource: dict[str, Any]) -> dict[str, Any]:
        store, shown = self.server.store, super().shown(collection, resource)
        if store.has("active-null-if-false") and shown.get("active") is False:
            shown["active"] = None
        if store.has("location-of-list"):
            shown["meta"]["location"] = f"{self.server.base_url}/{collection}"
        if store.has("urn-of-extension-missing"):
            shown["schemas"] = [f"{CORE}{collection.removesuffix('s')}"]
        return shown


def silent_server(*faults: str) -> Server:
    """A server with these faults, or with those of the broken server, and one user of someone else; not running."""
    return Server(faults, SilentHandler, SilentStore)
