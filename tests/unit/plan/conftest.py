"""Integrations and apps as values, and a small org that keeps what it is told."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest

from oktascim.catalog import find_template
from oktascim.okta.access import ApiToken
from oktascim.okta.apps import App, app_from
from oktascim.okta.client import Okta
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, make_plans
from oktascim.plan.execute import Run, carry_out
from oktascim.plan.read import read
from oktascim.plan.report import Report
from oktascim.plan.slots import Slots
from oktascim.routes.api import ApiRoute
from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.route import Route
from oktascim.secret_text import SecretStr
from oktascim.spec.models import Integration
from oktascim.spec.secrets import ResolvedCredentials
from tests.support.org_page import ORG_PAGE

BASE_URL = "https://acme.example/scim/v2"
PROVISIONING = {"base_url": BASE_URL, "credentials": {"token": {"env": "ACME_SCIM_TOKEN"}}}
UNKNOWN = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
SWITCHES = {
    "PUSH_NEW_USERS": ("create", "lifecycleCreate"),
    "PUSH_PROFILE_UPDATES": ("update", "profile"),
    "PUSH_USER_DEACTIVATION": ("update", "lifecycleDeactivate"),
    "PUSH_PASSWORD_UPDATES": ("update", "password"),
}


def integration(**members: Any) -> Integration:
    one = {"name": "acme", "label": "Acme", "template": "scim2-header", "sign_on": {"mode": "saml"}}
    return Integration.model_validate(one | members)


def raw_app(app_id: str = "0oa1", *, marker: str | None = "acme", **members: Any) -> dict[str, Any]:
    """An app object as Okta answers it (OB-010, OB-014, OB-017)."""
    return {
        "id": app_id,
        "name": "scim2headerauth",
        "label": "Acme",
        "status": "ACTIVE",
        "signOnMode": "SAML_2_0",
        "visibility": {"autoSubmitToolbar": False, "hide": {"iOS": False, "web": False}},
        "features": [],
        "settings": {
            "app": {},
            "notes": {"admin": f"oktascim:{marker}" if marker else None, "enduser": None},
            "signOn": {"ssoAcsUrlOverride": None, "audienceOverride": None},
        },
    } | members


@dataclass
class MiniOrg:
    """An org in memory: apps, people, connections; it can lose, refuse and forget."""

    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)  # login to id
    groups: dict[str, str] = field(default_factory=dict)  # id to name
    user_status: str = "ACTIVE"
    hides_links: bool = False
    app_users: set[tuple[str, str]] = field(default_factory=set)
    app_groups: set[tuple[str, str]] = field(default_factory=set)
    members: dict[str, list[str]] = field(default_factory=dict)  # group id to ids of its users
    becomes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # user or group id to what each look shows
    pushes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    switched_on: dict[str, set[str]] = field(default_factory=dict)
    takes_credentials: bool = False
    features_follow: bool = True  # whether what the features API sets is seen in the app's `features`
    catalog: list[dict[str, Any]] = field(default_factory=list)
    logged: list[dict[str, Any]] = field(default_factory=list)
    on_write: Callable[[dict[str, Any]], None] = lambda app: None
    on_read: Callable[[str], None] = lambda app_id: None
    trouble: dict[str, list[tuple[str, Exception | httpx.Response]]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def fail(self, line: str, answer: Exception | httpx.Response, *, done: bool = False) -> None:
        """Answer the next such request like this, after having done it or instead of doing it."""
        self.trouble.setdefault(line, []).append(("after" if done else "before", answer))

    @property
    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def writes(self) -> list[str]:
        return [line for line in self.lines if not line.startswith("GET")]

    def handle(self, request: httpx.Request) -> httpx.Response:
        line = f"{request.method} {request.url.path}"
        if line == "GET /.well-known/okta-organization":  # asked where an org has no app, and not counted
            return ok(ORG_PAGE)
        self.requests.append(request)
        moment, answer = self.trouble[line].pop(0) if self.trouble.get(line) else ("", None)
        response = self._route(line, request) if moment != "before" else None
        if isinstance(answer, Exception):
            raise answer
        return answer or response

    def _route(self, line: str, request: httpx.Request) -> httpx.Response:
        for pattern, handler in ROUTES:
            found = re.fullmatch(pattern, line)
            if found:
                body = json.loads(request.content) if request.content else {}
                return handler(
                    self, *found.groups(), **({"body": body} if not line.startswith(("GET", "DELETE")) else {})
                )
        raise AssertionError(f"the org has no {line}")

    # Apps

    def _list(self) -> httpx.Response:
        return ok(list(self.apps.values()))

    def _get(self, app_id: str) -> httpx.Response:
        self.on_read(app_id)
        return ok(self.apps[app_id]) if app_id in self.apps else missing()

    def _create(self, body: dict[str, Any]) -> httpx.Response:
        app_id = f"0oa{len(self.apps) + 1}"
        return self._keep(raw_app(app_id, marker=None) | body)

    def _replace(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        own = {key: self.apps[app_id][key] for key in ("id", "name", "status", "features")}
        return self._keep(body | own)

    def _keep(self, app: dict[str, Any]) -> httpx.Response:
        app = copy.deepcopy(app)
        app["signOnMode"] = "BROWSER_PLUGIN" if app["signOnMode"] == "AUTO_LOGIN" else app["signOnMode"]
        self.on_write(app)
        self.apps[app["id"]] = app
        return ok(app)

    def _switch(self, app_id: str, verb: str, body: dict[str, Any]) -> httpx.Response:
        self.apps[app_id]["status"] = "ACTIVE" if verb == "activate" else "INACTIVE"
        return ok({})

    def _delete(self, app_id: str) -> httpx.Response:
        if app_id not in self.apps:
            return missing()
        if self.apps[app_id]["status"] == "ACTIVE":
            return refused(403, "E0000056", "Delete application forbidden.")
        del self.apps[app_id]
        return httpx.Response(204)

    # Provisioning

    def _connection(self, app_id: str) -> httpx.Response:
        return ok(self.connections.get(app_id, UNKNOWN))

    def _connect(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        if self.takes_credentials:
            self.connections[app_id] = {"status": "DISABLED", "authScheme": "TOKEN", "baseUrl": body["baseUrl"]}
        return self._connection(app_id)

    def _enable(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        if app_id in self.connections:
            self.connections[app_id]["status"] = "ENABLED"
        return httpx.Response(204)

    def _features(self, app_id: str) -> httpx.Response:
        if app_id not in self.connections:
            return refused(400, "E0000001", "Api validation failed: feature", "Provisioning is not supported.")
        on = {name: {"status": "ENABLED" if name in self._on(app_id) else "DISABLED"} for name in SWITCHES}
        capabilities: dict[str, Any] = {"create": {}, "update": {}}
        for name, (part, key) in SWITCHES.items():
            capabilities[part][key] = on[name]
        return ok({"name": "USER_PROVISIONING", "capabilities": capabilities})

    def _set_features(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        if app_id in self.connections:
            wanted = {name for name, (part, key) in SWITCHES.items() if body[part][key]["status"] == "ENABLED"}
            self.switched_on[app_id] = wanted
            if self.features_follow:
                self.apps[app_id]["features"] = sorted(wanted)
        return self._features(app_id)

    def _on(self, app_id: str) -> set[str]:
        return self.switched_on.get(app_id, set(self.apps[app_id]["features"]))

    # People

    def _user(self, login: str) -> httpx.Response:
        return ok({"id": self.users[login], "status": self.user_status}) if login in self.users else missing()

    def _links(self, user_id: str) -> httpx.Response:
        shown = set() if self.hides_links else self.app_users
        return ok([{"appInstanceId": app} for app, user in sorted(shown) if user == user_id])

    def _groups(self) -> httpx.Response:
        return ok([{"id": group_id, "profile": {"name": name}} for group_id, name in self.groups.items()])

    def _apps_of_group(self, group_id: str) -> httpx.Response:
        return ok([{"id": app} for app, group in sorted(self.app_groups) if group == group_id])

    def _members_of_group(self, group_id: str) -> httpx.Response:
        return ok([{"id": user} for user in self.members.get(group_id, [])])

    def _app_user(self, app_id: str, user_id: str) -> httpx.Response:
        return ok({"id": user_id, "status": "ACTIVE"}) if (app_id, user_id) in self.app_users else missing()

    def _app_users(self, app_id: str) -> httpx.Response:
        direct = [(user, "USER") for app, user in sorted(self.app_users) if app == app_id]
        groups = [group for app, group in sorted(self.app_groups) if app == app_id]
        through = [(user, "GROUP") for group in groups for user in self.members.get(group, [])]
        pushed_to = self.connections.get(app_id, UNKNOWN)["status"] == "ENABLED"
        return ok([self._app_user_of(user, scope, pushed_to=pushed_to) for user, scope in direct + through])

    def _app_user_of(self, user_id: str, scope: str, *, pushed_to: bool) -> dict[str, Any]:
        there = {"status": "PROVISIONED", "externalId": f"ext-{user_id}"} if pushed_to else {"status": "ACTIVE"}
        login = next((login for login, known in self.users.items() if known == user_id), user_id)
        own = {"id": user_id, "scope": scope, "syncState": "DISABLED", "lastUpdated": "2027-01-15T07:00:00.000Z"}
        return own | {"credentials": {"userName": login}} | there | self._shown(user_id)

    def _shown(self, one: str) -> dict[str, Any]:
        states = self.becomes.get(one) or [{}]
        return states.pop(0) if len(states) > 1 else states[0]

    def _assign_user(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        if (app_id, body["id"]) in self.app_users:
            return refused(409, "E0000062", "The specified user is already assigned to the application.")
        self.app_users.add((app_id, body["id"]))
        return ok({"id": body["id"]})

    def _app_group(self, app_id: str, group_id: str) -> httpx.Response:
        return ok({"id": group_id}) if (app_id, group_id) in self.app_groups else missing()

    def _assign_group(self, app_id: str, group_id: str, body: dict[str, Any]) -> httpx.Response:
        self.app_groups.add((app_id, group_id))
        return ok({})

    def _mappings(self, app_id: str) -> httpx.Response:
        return ok([mapping | self._shown(mapping["id"]) for mapping in self.pushes.get(app_id, [])])

    def _push(self, app_id: str, body: dict[str, Any]) -> httpx.Response:
        mapping = {"id": f"gPm{len(self.pushes) + 1}", "sourceGroupId": body["sourceGroupId"], "status": "ACTIVE"}
        mapping |= {"lastUpdated": "2027-01-15T08:00:00Z", "lastPush": "2027-01-15T08:00:01Z"}
        self.pushes.setdefault(app_id, []).append(mapping)
        return ok(mapping)

    def _resume(self, app_id: str, mapping_id: str, body: dict[str, Any]) -> httpx.Response:
        next(mapping for mapping in self.pushes[app_id] if mapping["id"] == mapping_id)["status"] = body["status"]
        return ok({})


NOW = "Fri, 15 Jan 2027 08:00:00 GMT"
APP = "/api/v1/apps/([^/]+)"
ROUTES = [
    ("GET /api/v1/apps", MiniOrg._list),
    ("POST /api/v1/apps", MiniOrg._create),
    (f"GET {APP}", MiniOrg._get),
    (f"PUT {APP}", MiniOrg._replace),
    (f"DELETE {APP}", MiniOrg._delete),
    (f"POST {APP}/lifecycle/(activate|deactivate)", MiniOrg._switch),
    (f"GET {APP}/connections/default", MiniOrg._connection),
    (f"POST {APP}/connections/default", MiniOrg._connect),
    (f"POST {APP}/connections/default/lifecycle/activate", MiniOrg._enable),
    (f"GET {APP}/features/USER_PROVISIONING", MiniOrg._features),
    (f"PUT {APP}/features/USER_PROVISIONING", MiniOrg._set_features),
    (f"GET {APP}/users", MiniOrg._app_users),
    (f"GET {APP}/users/([^/]+)", MiniOrg._app_user),
    (f"POST {APP}/users", MiniOrg._assign_user),
    (f"GET {APP}/groups/([^/]+)", MiniOrg._app_group),
    (f"PUT {APP}/groups/([^/]+)", MiniOrg._assign_group),
    (f"GET {APP}/group-push/mappings", MiniOrg._mappings),
    (f"POST {APP}/group-push/mappings", MiniOrg._push),
    (f"PATCH {APP}/group-push/mappings/([^/]+)", MiniOrg._resume),
    ("GET /api/v1/users/([^/]+)", MiniOrg._user),
    ("GET /api/v1/users/([^/]+)/appLinks", MiniOrg._links),
    ("GET /api/v1/groups", MiniOrg._groups),
    ("GET /api/v1/groups/([^/]+)/apps", MiniOrg._apps_of_group),
    ("GET /api/v1/groups/([^/]+)/users", MiniOrg._members_of_group),
    ("GET /api/v1/catalog/apps", lambda org: ok(org.catalog)),
    ("GET /api/v1/logs", lambda org: httpx.Response(200, json=org.logged, headers={"date": NOW})),
]


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, code: str, summary: str, *causes: str) -> httpx.Response:
    body = {"errorCode": code, "errorSummary": summary, "errorCauses": [{"errorSummary": cause} for cause in causes]}
    return httpx.Response(status, json=body)


def missing() -> httpx.Response:
    return refused(404, "E0000007", "Not found: Resource not found")


@dataclass
class Walk:
    """Plans and applies against a small org, on a clock that jumps."""

    org: MiniOrg
    clock: Any
    wait_seconds: float = 0.0
    stop: Any = None

    def client(self) -> Okta:
        transport = httpx.MockTransport(self.org.handle)
        clock = None if self.stop else self.clock.clock
        return Okta(
            "https://acme.okta.com", ApiToken(SecretStr("00token")), clock=clock, stop=self.stop, transport=transport
        )

    def plan(self, *integrations: Integration, **choices: Any) -> list[IntegrationPlan]:
        async def work() -> list[IntegrationPlan]:
            async with self.client() as okta:
                snapshot = await read(okta, integrations, adopt=choices.get("adopt", False))
                return make_plans(integrations, snapshot, PlanChoices(**choices))

        return self.clock.run(work())

    def apply(
        self, *integrations: Integration, parallel: int | None = None, wait: float = 20.0, **choices: Any
    ) -> list[Report]:
        async def work() -> list[Report]:
            async with self.client() as okta:
                snapshot = await read(okta, integrations, adopt=choices.get("adopt", False))
                plans = make_plans(integrations, snapshot, PlanChoices(**choices))
                slots = Slots(okta, parallel)

                def routes(key: str) -> tuple[Route, ...]:
                    secrets = partial(credentials, by_key[key])
                    handoff = HandoffRoute(okta, secrets, wait_seconds=self.wait_seconds, without_slot=slots.released)
                    return ApiRoute(okta, secrets), handoff

                async def replan(one: Integration) -> IntegrationPlan:
                    return make_plans([one], await read(okta, [one]), PlanChoices(**choices))[0]

                by_key = {one.key: one for one in integrations}
                run = Run(okta, snapshot.directory, routes, replan, slots, wait=wait)
                return await carry_out(plans, run)

        return self.clock.run(work())


def credentials(one: Integration) -> ResolvedCredentials:
    authentication = find_template(one.template).authentication()
    return ResolvedCredentials({"token": SecretStr("s3cret-token")}, authentication)


@pytest.fixture
def make() -> Callable[..., Integration]:
    return integration


@pytest.fixture
def make_app() -> Callable[..., App]:
    return lambda *args, **members: app_from(raw_app(*args, **members))


@pytest.fixture
def org() -> MiniOrg:
    return MiniOrg()


@pytest.fixture
def add(org: MiniOrg) -> Callable[..., dict[str, Any]]:
    """Put an app into the org."""

    def put(app_id: str = "0oa1", **members: Any) -> dict[str, Any]:
        org.apps[app_id] = raw_app(app_id, **members)
        return org.apps[app_id]

    return put


@pytest.fixture
def walk(org: MiniOrg, fake_clock: Any) -> Walk:
    return Walk(org, fake_clock)


@pytest.fixture
def provisioning() -> dict[str, Any]:
    return copy.deepcopy(PROVISIONING)


@pytest.fixture
def refuse() -> Callable[..., httpx.Response]:
    return refused
