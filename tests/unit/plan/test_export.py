"""From what an org shows to a spec, and back to a plan without a step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oktascim.catalog import find_template, load_templates
from oktascim.errors import OktascimError, UsageProblem
from oktascim.okta.apps import App, app_from
from oktascim.okta.connections import Connection
from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import diff
from oktascim.plan.export import UNKNOWN_BASE_URL, export
from oktascim.plan.export_source import ExportSource, read_export_source
from oktascim.plan.kind import kind_of
from oktascim.plan.snapshot import Actual, Directory
from oktascim.spec.loader import parse
from oktascim.spec.write import to_yaml

ENABLED = Connection("ENABLED", "TOKEN", "https://acme.example/scim/v2")
UNKNOWN = Connection("UNKNOWN", "UNKNOWN", None)
FEATURES = ["PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "SCIM_PROVISIONING", "GROUP_PUSH"]


def an_app(**changes: Any) -> App:
    raw: dict[str, Any] = {
        "id": "0oa1b2c3d4e5f6g7h8i9",
        "name": "scim2headerauth",
        "label": "Acme CRM",
        "status": "ACTIVE",
        "signOnMode": "SAML_2_0",
        "features": FEATURES,
        "visibility": {
            "autoSubmitToolbar": True,
            "hide": {"iOS": True, "web": False},
            "appLinks": {"scim2headerauth_login": True},
        },
        "settings": {
            "app": {"acsUrl": "https://acme.example/acs", "audienceUri": "https://acme.example", "swaLoginUrl": None},
            "notes": {"admin": "Ask Ada.\n\noktascim:acme-crm", "enduser": None},
        },
    }
    return app_from(raw | changes)


def seen_of(app: App, **changes: Any) -> ExportSource:
    template = kind_of(app)
    assert template
    return replace(ExportSource(app, template, ENABLED), **changes)


def loaded_again(source: ExportSource, **options: Any) -> Any:
    exported = export(source, "acme-crm", **options)
    (one,) = parse(to_yaml((exported.integration,), exported.comments), Path("acme.yaml"))
    assert one.integration == exported.integration
    return one.integration


def steps_for(source: ExportSource) -> tuple[Any, ...]:
    one = loaded_again(source)
    people, groups = {word: f"id of {word}" for word in source.users}, {word: f"id of {word}" for word in source.groups}
    groups |= {word: f"id of {word}" for word in source.push_groups}
    actual = Actual(
        app=source.app,
        connection=source.connection,
        inbound=dict(source.inbound) if source.inbound else None,
        schema=source.schema,
        mapping=dict(source.mapping) if source.mapping else None,
        users=frozenset(people.values()),
        groups=frozenset(groups.values()),
        pushed={groups[word]: "ACTIVE" for word in source.push_groups},
    )
    planned = diff(one, actual, Directory(people, groups), (), PlanChoices())
    assert planned.problem is None
    return planned.steps


INBOUND = {
    "importSettings": {
        "username": {"userNameFormat": "CUSTOM", "userNameExpression": "user.email"},
        "schedule": {
            "status": "ENABLED",
            "fullImport": {"expression": "0 3 * * 0", "timezone": "Europe/Berlin"},
            "incrementalImport": None,
        },
    },
    "importRules": {"userCreateAndMatch": {"exactMatchCriteria": "EMAIL", "allowPartialMatch": False}},
}
AS_NEW = {
    "importSettings": {
        "username": {"userNameFormat": "EMAIL"},
        "schedule": {"status": "DISABLED", "fullImport": None, "incrementalImport": None},
    },
    "importRules": {"userCreateAndMatch": {"exactMatchCriteria": "USERNAME", "autoConfirmNewUsers": False}},
}
MAPPING = {
    "id": "prm1",
    "properties": {
        "email": {"expression": "user.email", "pushStatus": "PUSH"},
        "givenName": {"expression": "user.firstName", "pushStatus": "PUSH"},
        "nickName": {"expression": "user.firstName", "pushStatus": "PUSH"},
        "title": {"expression": "user.title", "pushStatus": "DONT_PUSH"},
    },
}


SCHEMA = AppUserSchema(
    frozenset({"userName"}),
    {
        "badge": {
            "title": "Badge",
            "type": "integer",
            "externalName": "badge.number",
            "externalNamespace": "urn:acme:2.0:User",
            "mutability": "READ_WRITE",
            "scope": "NONE",
            "master": {"type": "PROFILE_MASTER"},
        },
        "size": {
            "title": "Size",
            "type": "string",
            "required": True,
            "enum": ["S", "M"],
            "oneOf": [{"const": "S", "title": "Small"}, {"const": "M", "title": "Medium"}],
        },
        "tags": {"title": "Tags", "type": "array", "items": {"type": "string"}},
        "odd-name": {"title": "Odd", "type": "string"},
        "odd": {"title": "Odd", "type": "object"},
    },
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(seen_of(an_app(), schema=SCHEMA), id="custom attributes"),
        pytest.param(seen_of(an_app()), id="saml"),
        pytest.param(seen_of(an_app(signOnMode="BROWSER_PLUGIN")), id="swa"),
        pytest.param(seen_of(an_app(signOnMode=None)), id="swa that echoes null"),
        pytest.param(seen_of(an_app(), connection=UNKNOWN), id="base url not shown"),
        pytest.param(seen_of(an_app(features=[]), connection=UNKNOWN), id="no provisioning"),
        pytest.param(seen_of(an_app(features=[])), id="nothing pushed"),
        pytest.param(seen_of(an_app(), inbound=INBOUND, mapping=MAPPING), id="import settings and mappings"),
        pytest.param(
            seen_of(an_app(), users=("ada@acme.example",), groups=("Sales",), push_groups=("Engineering",)),
            id="assignments",
        ),
    ],
)
def test_an_exported_app_plans_no_step(source: ExportSource) -> None:
    assert steps_for(source) == ()


def test_every_catalogue_key_and_mode_round_trips() -> None:
    tried = 0
    for template in load_templates().values():
        for name, mode in template.sign_on.items():
            if template.kind == "catalog" and template.catalog_key:
                app = an_app(name=template.catalog_key, signOnMode=mode.echoes[0])
                assert steps_for(seen_of(app)) == ()
                assert loaded_again(seen_of(app)).sign_on.mode == name
                tried += 1
    assert tried >= 6


def test_what_is_shown_becomes_values() -> None:
    one = loaded_again(seen_of(an_app(), users=("ada@acme.example",), inbound=INBOUND, mapping=MAPPING))
    assert one.template == "scim2-header"
    assert one.visibility.model_dump() == {"web": True, "mobile": False, "auto_login": True}
    assert (one.sign_on.acs_url, one.sign_on.audience) == ("https://acme.example/acs", "https://acme.example")
    assert one.provisioning.base_url == "https://acme.example/scim/v2"
    assert one.provisioning.to_app == ("create", "deactivate")
    assert one.provisioning.to_okta.full_import.timezone == "Europe/Berlin"
    assert one.provisioning.to_okta.matching.exact_match == "EMAIL"
    assert {key: line.push for key, line in one.provisioning.mappings.items()} == {"nickName": True, "title": False}
    assert one.assignments.users == ("ada@acme.example",)


def test_custom_attributes_become_values_and_what_a_spec_cannot_say_is_named() -> None:
    source = seen_of(an_app(), schema=SCHEMA)
    custom = loaded_again(source).provisioning.attributes.custom
    assert list(custom) == ["badge", "size", "tags"]
    assert (custom["badge"].external_name, custom["badge"].mutability) == ("badge.number", None)
    assert (custom["size"].enum, custom["size"].enum_titles) == (("S", "M"), ("Small", "Medium"))
    assert any("omitted: odd-name, odd." in note for note in export(source, "acme").notes)


def test_what_a_new_app_has_anyway_is_not_written() -> None:
    assert loaded_again(seen_of(an_app(), inbound=AS_NEW)).provisioning.to_okta is None


@pytest.mark.parametrize(
    ("name", "key", "variables"),
    [
        ("acme-crm", "scim2headerauth", {"token": "ACME_CRM_TOKEN"}),
        ("acme-crm", "scim2testapp_basic", {"username": "ACME_CRM_USERNAME", "password": "ACME_CRM_PASSWORD"}),
        ("9lives", "scim2testapp", {"token": "SCIM_9LIVES_TOKEN"}),
    ],
)
def test_secrets_become_references(name: str, key: str, variables: dict[str, str]) -> None:
    exported = export(seen_of(an_app(name=key)), name)
    assert exported.integration.provisioning
    given = exported.integration.provisioning.credentials.model_dump(exclude_none=True)
    assert given == {field: {"env": variable} for field, variable in variables.items()}
    assert "References, not secrets" in exported.comments["integrations[0].provisioning.credentials"]


def test_a_base_url_that_okta_does_not_show_is_asked_for() -> None:
    exported = export(seen_of(an_app(), connection=UNKNOWN), "acme-crm")
    assert exported.integration.provisioning
    assert exported.integration.provisioning.base_url == UNKNOWN_BASE_URL
    assert "fill it in" in exported.comments["integrations[0].provisioning.base_url"]
    assert any("doesn't show this app's base URL" in note for note in exported.notes)
    told = export(seen_of(an_app(), connection=UNKNOWN), "acme-crm", "https://b.example/scim")
    assert told.integration.provisioning
    assert told.integration.provisioning.base_url == "https://b.example/scim"


def test_a_wizard_made_app_keeps_what_okta_does_not_show_for_its_reader() -> None:
    app = an_app(
        name="acme_crm_1",
        signOnMode="AUTO_LOGIN",
        visibility={"appLinks": {"acme_crm_1_link": True}},
        settings={"signOn": {"loginUrl": "https://acme.example/login"}, "notes": {"admin": "oktascim:acme-crm"}},
    )
    source = seen_of(app)
    assert source.template is find_template("custom-swa")
    one = loaded_again(source)
    assert one.sign_on.login_url == "https://acme.example/login"
    assert one.provisioning.credentials.mode == "header"
    assert any("authentication mode, unique identifier" in note for note in export(source, "acme-crm").notes)
    assert steps_for(source) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": {"notes": {"admin": None}}}, "apply --adopt"),
        ({"status": "INACTIVE"}, "INACTIVE; apply activates it"),
        ({}, "never shows credentials"),
    ],
)
def test_what_the_person_must_know_is_said(changes: dict[str, Any], words: str) -> None:
    exported = export(seen_of(an_app(**changes)), "acme-crm")
    assert any(words in note for note in exported.notes)
    assert words in exported.comments[""]


def test_a_sign_on_mode_that_no_spec_can_say_is_refused() -> None:
    with pytest.raises(UsageProblem, match="WS_FEDERATION"):
        export(seen_of(an_app(signOnMode="WS_FEDERATION")), "acme-crm")


def test_settings_that_no_spec_can_say_are_named() -> None:
    inbound = {"importRules": {"userCreateAndMatch": {"exactMatchCriteria": "SHOE_SIZE"}}}
    with pytest.raises(OktascimError, match="can't express") as raised:
        export(seen_of(an_app(), inbound=inbound), "acme-crm")
    assert "provisioning.to_okta.matching.exact_match" in (raised.value.why or "")


def people(*entries: tuple[str, str, str, str]) -> list[dict[str, Any]]:
    return [
        {"id": user_id, "scope": scope, "_embedded": {"user": {"status": status, "profile": {"login": login}}}}
        for user_id, scope, status, login in entries
    ]


def group(group_id: str, name: str) -> dict[str, Any]:
    return {"id": group_id, "type": "OKTA_GROUP", "profile": {"name": name}}


def test_look_reads_who_has_the_app(fake_okta: Any, okta_error: Any) -> None:
    app, sales, twin = an_app(), "00g1sales111111111d7", "00g2twin2222222222d7"
    base = f"/api/v1/apps/{app.id}"
    fake_okta.on(f"GET {base}/connections/default", {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}})
    refusal = okta_error(400, "E0000001", "Api validation failed: feature", "Provisioning is not supported.")
    fake_okta.on(f"GET {base}/features/INBOUND_PROVISIONING", refusal)
    fake_okta.on("GET /api/v1/mappings", [])
    fake_okta.on(f"GET /api/v1/meta/schemas/apps/{app.id}/default", {"definitions": {"base": None, "custom": None}})
    rows = [
        ("00u1", "USER", "ACTIVE", "grace@acme.example"),
        ("00u2", "USER", "ACTIVE", "ada@acme.example"),
        ("00u3", "GROUP", "ACTIVE", "alan@acme.example"),
        ("00u4", "USER", "DEPROVISIONED", "gone@acme.example"),
    ]
    fake_okta.on(f"GET {base}/users", people(*rows))
    fake_okta.on(f"GET {base}/groups", [{"id": sales}, {"id": twin}])
    mappings = [(sales, "ACTIVE"), (twin, "INACTIVE")]
    fake_okta.on(
        f"GET {base}/group-push/mappings",
        [{"id": f"gPm{one}", "sourceGroupId": one, "status": status} for one, status in mappings],
    )
    fake_okta.on(f"GET /api/v1/groups/{sales}", group(sales, "Sales"))
    fake_okta.on(f"GET /api/v1/groups/{twin}", group(twin, "Twin"))
    fake_okta.on("GET /api/v1/groups?q=Sales&limit=200", [group(sales, "Sales"), group("00g3", "Sales and more")])
    fake_okta.on("GET /api/v1/groups?q=Twin&limit=200", [group(twin, "Twin"), group("00g4", "Twin")])

    async def reading() -> ExportSource:
        async with fake_okta.client() as okta:
            return await read_export_source(okta, app)

    source = fake_okta.clock.run(reading())
    assert source.users == ("ada@acme.example", "grace@acme.example")
    assert set(source.groups) == {"Sales", twin}
    assert source.push_groups == ("Sales",)
    assert source.notes == (
        "Assigned users who are deactivated, and omitted: 1.",
        "Push groups that are paused or in error, and omitted: 1.",
    )
    assert (source.inbound, source.mapping) == (None, None)
