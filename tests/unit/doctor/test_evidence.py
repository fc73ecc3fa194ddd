"""Which assumption holds, and a report that names nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docs.okta_behaviour import read_statements
from oktascim.catalog import find_template
from oktascim.doctor.evidence import assess
from oktascim.doctor.evidence_report import Redactor, evidence_json, evidence_text, redactor_for
from oktascim.doctor.observed import Observed, Refusal, observe
from oktascim.errors import IdentityRefused, UsageProblem
from oktascim.okta.apps import app_from
from oktascim.okta.saml import SamlFacts
from oktascim.okta.schemas import AppUserSchema

APP_ID = "0oa1b2c3d4e5f6g7h8i9"
RAW: dict[str, Any] = {
    "id": APP_ID,
    "name": "scim2headerauth",
    "label": "Acme Secret Project",
    "status": "ACTIVE",
    "signOnMode": "SAML_2_0",
    "features": ["PUSH_NEW_USERS"],
    "visibility": {
        "autoSubmitToolbar": False,
        "hide": {"iOS": False, "web": False},
        "appLinks": {"scim2headerauth_login": True},
    },
    "settings": {
        "app": {"acsUrl": "https://internal.acme.example/acs", "other": None},
        "signOn": {"audienceOverride": None},
        "notes": {"admin": "oktascim:acme-crm"},
    },
}
UNKNOWN = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
REFUSED = Refusal(400, "E0000001", "Provisioning is not supported.")
ENTRY = {"name": "scim2headerauth", "displayName": "SCIM 2.0 Test App (Header Auth)", "signOnModes": ["SAML_2_0"]}
SSO = "https://acme.okta.com/app/scim2headerauth/exk1b2c3d4e5f6g7h8i9/sso/saml"
MAPPING = {"id": "prm1", "properties": {"email": {"expression": "user.email", "pushStatus": "PUSH"}}}


def saml(url: str = SSO) -> SamlFacts:
    return SamlFacts(
        "https://acme.okta.com/metadata", b"<x/>", "kid", "http://www.okta.com/exk1", {"HTTP-POST": url}, ()
    )


def observed(raw: dict[str, Any] | None = None, template: str = "scim2-header", **changes: Any) -> Observed:
    seen: dict[str, Any] = {
        "connection": UNKNOWN,
        "features": REFUSED,
        "entry": ENTRY,
        "mapping": MAPPING,
        "schema": AppUserSchema(frozenset(find_template(template).attributes)),
        "saml": saml(),
    }
    return Observed(app_from(RAW | (raw or {})), find_template(template), **(seen | changes))


def verdicts(seen: Observed) -> dict[str, str]:
    return {finding.question: finding.verdict for finding in assess(seen)}


def test_an_org_that_is_as_the_templates_say() -> None:
    found = verdicts(observed())
    assert found.pop("acs_url at settings.signOn.ssoAcsUrlOverride") == "not_held"
    assert found.pop("audience at settings.app.audienceUri") == "not_held"
    learned = {question for question, verdict in found.items() if verdict == "learned"}
    assert learned == {"settings.app", "catalog_signOnModes", "catalog_features", "features_follow_provisioning"}
    assert {verdict for question, verdict in found.items() if question not in learned} == {"held"}


@pytest.mark.parametrize(
    ("question", "verdict", "changes"),
    [
        ("sign_on_mode", "held", {"raw": {"signOnMode": None}}),
        ("sign_on_mode", "not_held", {"raw": {"signOnMode": "SECURE_PASSWORD_STORE"}}),
        ("app_link", "not_held", {"raw": {"visibility": {"appLinks": {"login": True}}}}),
        ("visibility.hide.web", "not_held", {"raw": {"visibility": {}}}),
        ("marker_in_admin_note", "unanswered", {"raw": {"settings": {"notes": {"admin": None}}}}),
        ("features_follow_provisioning", "unanswered", {"raw": {"features": []}}),
        ("features_follow_provisioning", "learned", {"connection": Refusal(403, "E0000006", "")}),
        ("features_follow_provisioning", "held", {"connection": {"status": "ENABLED"}}),
        ("features_follow_provisioning", "not_held", {"connection": {"status": "DISABLED"}}),
        ("features_follow_provisioning", "not_held", {"raw": {"features": []}, "connection": {"status": "ENABLED"}}),
        ("features_follow_provisioning", "held", {"raw": {"features": []}, "connection": {"status": "DISABLED"}}),
        ("connection", "not_held", {"connection": {"status": "ENABLED", "profile": {"authScheme": "UNKNOWN"}}}),
        ("connection", "held", {"connection": {"status": "UNKNOWN"}}),
        ("connection", "not_held", {"connection": {"status": "DISABLED", "authScheme": "TOKEN"}}),
        ("connection", "unanswered", {"connection": Refusal(403, "E0000006", "")}),
        ("features_api", "not_held", {"features": [{"name": "USER_PROVISIONING"}]}),
        ("features_api", "not_held", {"features": Refusal(404, "E0000007", "")}),
        ("catalog_key", "not_held", {"entry": None}),
        ("catalog_key", "not_held", {"entry": ENTRY | {"name": "scim2other"}}),
        ("catalog_key", "unanswered", {"entry": Refusal(403, "", "")}),
        ("catalog_key", "learned", {"template": "scim1-header", "entry": ENTRY}),
        ("profile_mapping", "not_held", {"mapping": None}),
        ("profile_mapping", "unanswered", {"mapping": Refusal(403, "", "")}),
        ("attributes", "not_held", {"schema": AppUserSchema(frozenset({"userName"}))}),
        ("attributes", "unanswered", {"schema": Refusal(403, "", "")}),
        ("saml_sso_url", "not_held", {"saml": saml("https://acme.okta.com/app/other/exk1/sso/saml")}),
        ("saml_sso_url", "unanswered", {"saml": Refusal(404, "E0000007", "")}),
    ],
)
def test_each_question_is_answered_by_what_was_seen(question: str, verdict: str, changes: dict[str, Any]) -> None:
    assert verdicts(observed(**changes))[question] == verdict


@pytest.mark.parametrize("mode", ["SAML_2_0", "BROWSER_PLUGIN"])
def test_each_finding_names_statements_that_exist(mode: str) -> None:
    known = {one.id for one in read_statements()}
    findings = assess(observed({"signOnMode": mode}))
    assert {finding.question for finding in findings if not set(finding.settles) & known} == set()
    assert {one for finding in findings for one in finding.settles} <= known


def test_the_catalogue_key_settles_the_statement_about_its_template() -> None:
    def settled(template: str) -> tuple[str, ...]:
        return next(one.settles for one in assess(observed(template=template)) if one.question == "catalog_key")

    assert settled("scim2-header") != settled("scim2-oauth")


def test_swa_is_asked_about_its_own_settings() -> None:
    found = verdicts(observed({"signOnMode": "BROWSER_PLUGIN"}, saml=None))
    assert "login_url at settings.app.swaLoginUrl" in found
    assert not any(question.startswith(("acs_url", "saml_sso_url")) for question in found)


def test_a_wizard_made_app_has_no_catalogue_entry_to_ask_about() -> None:
    raw = {"name": "acme_crm_1", "visibility": {"appLinks": {"acme_crm_1_link": True}}}
    found = verdicts(observed(raw, template="custom-saml", entry=None))
    assert not any(question.startswith("catalog_") for question in found)
    assert found["app_link"] == "held"


def test_the_report_names_neither_org_nor_app_nor_person() -> None:
    mine = {"name": "acme_secret_1", "visibility": {"appLinks": {"acme_secret_1_link": True, "ada@acme.example": True}}}
    seen = observed(mine, template="custom-saml", entry=None, connection={"status": "ENABLED", f"see {APP_ID}": 1})
    document = evidence_json(seen, assess(seen), redactor_for(seen, "acme.okta.com"))
    for text in (evidence_text(document, markdown=False), evidence_text(document, markdown=True)):
        for name in ("acme", "Secret Project", APP_ID, "ada@", "internal", "exk1"):
            assert name not in text
        assert "<app name>" in text
        assert "<login 1>" in text
        assert "<id 1>" in text


def test_the_report_as_json_counts_the_verdicts() -> None:
    seen = observed()
    document = json.loads(evidence_text(evidence_json(seen, assess(seen), Redactor([])), markdown=False))
    assert document["template"] == "scim2-header"
    assert sum(document["summary"].values()) == len(document["findings"])
    assert set(document["findings"][0]) == {"question", "assumed", "grade", "seen", "verdict", "call", "settles"}


def test_the_report_as_markdown_has_a_row_for_each_finding() -> None:
    seen = observed()
    document = evidence_json(seen, assess(seen), Redactor([]))
    rows = [line for line in evidence_text(document, markdown=True).splitlines() if line.startswith("| ")]
    assert len(rows) == len(document["findings"]) + 1
    assert {row.count(" | ") for row in rows} == {6}


def test_placeholders_are_stable_and_tell_names_apart() -> None:
    redactor = Redactor([("Acme CRM", "<label>"), ("acme.okta.com", "<org host>"), ("", "<nothing>")])
    text = f"{APP_ID} https://acme.okta.com/x https://b.example/y ada@b.example bob@b.example {APP_ID} acme crm Acmes"
    assert redactor.redact(text) == (
        "<id 1> https://<org host>/x https://<host 1>/y <login 1> <login 2> <id 1> <label> Acmes"
    )
    assert redactor.redact(f"{APP_ID} bob@b.example 00u1b2c3d4e5f6g7h8i9") == "<id 1> <login 2> <id 2>"


def observing(fake: Any, raw: dict[str, Any]) -> Observed:
    async def reading() -> Observed:
        async with fake.client() as okta:
            return await observe(okta, app_from(raw))

    return fake.clock.run(reading())


def test_refused_reads_are_answers(fake_okta: Any, okta_error: Any) -> None:
    base = f"/api/v1/apps/{APP_ID}"
    fake_okta.on(f"GET {base}/connections/default", UNKNOWN)
    fake_okta.on(
        f"GET {base}/features",
        okta_error(400, "E0000001", "feature", "Provisioning is not supported.", "ada@acme.example"),
    )
    fake_okta.on("GET /api/v1/catalog/apps", okta_error(403, "E0000006", "no permission"))
    fake_okta.on("GET /api/v1/mappings", [])
    fake_okta.on(f"GET /api/v1/meta/schemas/apps/{APP_ID}/default", {"definitions": {}})
    seen = observing(fake_okta, RAW | {"signOnMode": "BROWSER_PLUGIN"})
    assert seen.features == REFUSED
    assert seen.entry == Refusal(403, "E0000006", "")
    assert (seen.mapping, seen.saml) == (None, None)
    assert fake_okta.lines == [line for line in fake_okta.lines if line.startswith("GET ")]


def test_a_refused_token_is_no_answer(fake_okta: Any, okta_error: Any) -> None:
    fake_okta.on(f"GET /api/v1/apps/{APP_ID}/connections/default", okta_error(401, "E0000011", "Invalid token"))
    with pytest.raises(IdentityRefused):
        observing(fake_okta, RAW)


def test_an_app_that_no_template_describes_has_no_evidence_to_give(fake_okta: Any) -> None:
    fake_okta.on("GET /api/v1/catalog/apps", [])
    with pytest.raises(UsageProblem, match="has no known template"):
        observing(fake_okta, RAW | {"name": "bookmark"})
