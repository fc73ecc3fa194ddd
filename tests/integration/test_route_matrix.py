"""Every template with SAML and SWA by every route, against a real SCIM server: in the end the user is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from oktascim.catalog import find_template
from oktascim.routes.browser.browser import what_is_missing
from tests.support.basic_relay import PASSWORD, USERNAME, basic_relay
from tests.support.person import Person
from tests.support.scim11 import Scim11Server, serving
from tests.support.world import SCIM_TOKEN, World

CATALOGUE = ("scim2-basic", "scim2-header", "scim2-oauth", "scim1-basic", "scim1-header", "scim1-oauth")
WIZARD = {"custom-saml": "saml", "custom-swa": "swa"}
BASIC_HEADER = httpx.BasicAuth(USERNAME, PASSWORD)._auth_header
SIGN_ON = {
    "saml": "{mode: saml, acs_url: 'https://acme.example/acs', audience: 'https://acme.example'}",
    "swa": "{mode: swa, login_url: 'https://acme.example/login'}",
}
CREDENTIALS = {
    "basic": f"{{username: {USERNAME}, password: {{env: SCIM_PASSWORD}}}}",
    "header": "{token: {env: SCIM_HEADER}}",
    "oauth": "{token: {env: SCIM_TOKEN}}",
    "saml": "{mode: header, token: {env: SCIM_TOKEN}}",
    "swa": f"{{mode: basic, username: {USERNAME}, password: {{env: SCIM_PASSWORD}}}}",
}
ACTIONS = "\n      supported_actions: [push_new_users, push_profile_updates]"
INTEGRATION = """\
  - name: acme-{mode}
    label: Acme {mode}
    template: {template}
    sign_on: {sign_on}
    provisioning:
      base_url: {base_url}
      credentials: {credentials}{actions}
      to_app: [create, update, deactivate]
    assignments: {{users: [{user}]}}
"""
FORMS = {
    "scim2-basic": ("base_url", "admin_username", "admin_password"),
    "scim2-header": ("scim_base_url", "", "scim_auth_header_value"),
    "scim2-oauth": ("base_url", "", "oauth_bearer_token"),
    "scim1-basic": ("base_url", "admin_username", "admin_password"),
    "scim1-header": ("scim1_base_url", "", "scim_auth_header_value"),
    "scim1-oauth": ("base_url", "", "oauth_bearer_token"),
    "custom-saml": ("scimBaseUrl", "", "scimToken"),
    "custom-swa": ("scimBaseUrl", "scimUsername", "scimPassword"),
}
USERS = {"saml": "ada@acme.example", "swa": "grace@acme.example"}

needs_browser = pytest.mark.skipif(what_is_missing({}) is not None, reason=what_is_missing({}) or "")


@dataclass(frozen=True)
class Target:
    """A SCIM server that one template fits, and how to look into it."""

    base_url: str
    users: Callable[[], set[str]]


@pytest.fixture
def target_of(world_of: Callable[..., World]) -> Iterator[Callable[[World, str], Target]]:
    with ExitStack() as stack:

        def make(world: World, template: str) -> Target:
            scheme = find_template(template).authentications[0].scheme
            if template.startswith("scim1"):
                expected = {"basic": BASIC_HEADER}.get(scheme, f"Bearer {SCIM_TOKEN}")
                server = stack.enter_context(serving(Scim11Server(expected)))
                return Target(server.base_url, lambda: {one["userName"] for one in server.stored["Users"].values()})
            url = world.scim_url
            if template in {"scim2-basic", "custom-swa"}:
                url = stack.enter_context(basic_relay(url, SCIM_TOKEN))
            return Target(url, lambda: set(world.scim_users()))

        yield make


def spec_of(template: str, base_url: str, modes: tuple[str, ...]) -> str:
    parts = [
        INTEGRATION.format(
            mode=mode,
            template=template,
            sign_on=f"{{mode: {mode}}}" if template.endswith("-basic") else SIGN_ON[mode],
            base_url=base_url,
            credentials=CREDENTIALS[template.split("-")[1]],
            actions=ACTIONS if template in WIZARD else "",
            user=USERS[mode],
        )
        for mode in modes
    ]
    return "version: 1\nintegrations:\n" + "".join(parts)


def environment(world: World) -> dict[str, str]:
    administrator = world.org.administrator
    return {
        "SCIM_PASSWORD": PASSWORD,
        "SCIM_HEADER": f"Bearer {SCIM_TOKEN}",
        "OKTASCIM_CONSOLE_USERNAME": administrator.login,
        "OKTASCIM_CONSOLE_PASSWORD": administrator.password,
        "OKTASCIM_CONSOLE_TOTP_SECRET": administrator.totp_secret,
    }


def apply(world: World, spec: str, route: str) -> Any:
    result = world.oktascim("apply", world.spec(spec), "--yes", "--route", route, "-o", "json", **environment(world))
    for secret in (SCIM_TOKEN, PASSWORD, world.org.administrator.password, world.org.administrator.totp_secret):
        assert secret not in result.stdout + result.stderr
    return result


def assert_done_by(result: Any, route: str) -> None:
    assert result.code == 0, result.stderr
    assert {one["provisioning"]["route"] for one in result.json["integrations"]} == {route}
    assert {one["provisioning"]["status"] for one in result.json["integrations"]} == {"ENABLED"}


@pytest.mark.parametrize("template", CATALOGUE)
def test_api(world_of, target_of, template):
    world = world_of(connections_api="accept")
    target = target_of(world, template)
    assert_done_by(apply(world, spec_of(template, target.base_url, ("saml", "swa")), "api"), "api")
    world.settled()
    assert target.users() == set(USERS.values())


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("template", CATALOGUE)
def test_console(world_of, target_of, template):
    world = world_of()
    target = target_of(world, template)
    assert_done_by(apply(world, spec_of(template, target.base_url, ("saml", "swa")), "console"), "console")
    world.settled()
    assert target.users() == set(USERS.values())


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("template", WIZARD)
def test_console_wizard(world_of, target_of, template):
    world, mode = world_of(), WIZARD[template]
    target = target_of(world, template)
    assert_done_by(apply(world, spec_of(template, target.base_url, (mode,)), "console"), "console")
    world.settled()
    assert target.users() == {USERS[mode]}


@pytest.mark.parametrize("template", [*CATALOGUE, *WIZARD])
def test_handoff(world_of, target_of, template):
    """The first run leaves the step to a person and says all of it; when that is done, the second goes on."""
    world = world_of()
    target = target_of(world, template)
    modes = (WIZARD[template],) if template in WIZARD else ("saml", "swa")
    spec = spec_of(template, target.base_url, modes)
    first = apply(world, spec, "handoff")
    assert first.code == 6
    assert target.users() == set()
    person = Person(world.org)
    assert "Applications" in person.sign_in()
    for one in first.json["integrations"]:
        app = world.okta("GET", f"/api/v1/apps/{one['app_id']}")
        assert (
            one["handoff"]["page"] == f"{person.admin}/admin/app/{app['name']}/instance/{app['id']}/#tab-provisioning"
        )
        assert any(target.base_url in step for step in one["handoff"]["steps"])
        if template in WIZARD:
            person.choose_scim(app)
        person.connect(app, typed(template, target.base_url))
    second = apply(world, spec, "handoff")
    assert second.code == 0, second.stderr
    world.settled()
    assert target.users() == {USERS[mode] for mode in modes}


def typed(template: str, base_url: str) -> dict[str, str]:
    url, username, secret = FORMS[template]
    kind = template.split("-")[1]
    secrets = {
        "basic": PASSWORD,
        "header": f"Bearer {SCIM_TOKEN}",
        "oauth": SCIM_TOKEN,
        "saml": SCIM_TOKEN,
        "swa": PASSWORD,
    }
    form = {url: base_url, secret: secrets[kind], **({username: USERNAME} if username else {})}
    if template in WIZARD:
        mode = "basic" if username else "header"
        return form | {"authMode": mode, "action_push_new": "true", "action_push_profile": "true"}
    return form | {"enabled": "true", "importGroups": "true"}
