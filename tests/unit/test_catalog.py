"""The templates: complete, consistent, graded, and found in a checkout as in a wheel."""

import re
from base64 import b64encode
from pathlib import Path

import pytest

from oktascim import catalog
from oktascim.catalog import find_template, is_template, load_templates
from oktascim.errors import UsageProblem
from oktascim.spec.provisioning import Credentials, Provisioning, SupportedAction, ToAppOption
from oktascim.template import Locator, Template

TEMPLATES = load_templates()
EACH = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
CATALOG_CONTROLS = {"provisioning_tab", "configure", "enable", "import_groups", "test", "save", "integration", "edit"}
WIZARD_CONTROLS = {
    "general_tab",
    "choose_scim",
    "app_settings_save",
    "authentication_mode",
    "test",
    "test_close",
    "save",
}


def test_the_eight_templates_in_their_order() -> None:
    assert list(TEMPLATES) == [
        "scim2-basic", "scim2-header", "scim2-oauth", "scim1-basic", "scim1-header", "scim1-oauth",
        "custom-saml", "custom-swa",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key", "grade", "display_name"),
    [
        ("scim2-header", "scim2headerauth", "high", "SCIM 2.0 Test App (Header Auth)"),
        ("scim2-oauth", "scim2testapp", "medium", "SCIM 2.0 Test App (OAuth Bearer Token)"),
        ("scim2-basic", "scim2testapp_basic", "medium", "SCIM 2.0 Test App (Basic Auth)"),
        ("scim1-header", None, "unknown", "SCIM 1.1 Test App (Header Auth)"),
        ("scim1-oauth", None, "unknown", "SCIM 1.1 Test App (OAuth Bearer Token)"),
        ("scim1-basic", None, "unknown", "SCIM 1.1 Test App (Basic Auth)"),
    ],
)
def test_catalogue_keys_and_how_well_they_are_known(name: str, key: str | None, grade: str, display_name: str) -> None:
    template = TEMPLATES[name]
    assert (template.catalog_key, template.catalog_key_grade, template.display_name) == (key, grade, display_name)
    assert template.catalog_key_evidence
    assert template.scim_version == ("2.0" if name.startswith("scim2") else "1.1")


def test_the_1_1_oauth_template_says_that_it_may_not_exist() -> None:
    assert "does not show this one" in TEMPLATES["scim1-oauth"].catalog_key_evidence


@pytest.mark.parametrize(
    ("name", "credentials", "header"),
    [
        ("scim2-basic", {"username": "zoë", "password": "p:w"}, f"Basic {b64encode('zoë:p:w'.encode()).decode()}"),
        ("scim1-basic", {"username": "u", "password": "p"}, "Basic dTpw"),
        ("scim2-header", {"token": "Bearer {x}"}, "Bearer {x}"),
        ("scim1-header", {"token": "x"}, "x"),
        ("scim2-oauth", {"token": "x"}, "Bearer x"),
        ("scim1-oauth", {"token": "x"}, "Bearer x"),
        ("custom-saml", {"token": "x"}, "Bearer x"),
        ("custom-swa", {"username": "u", "password": "p"}, "Basic dTpw"),
    ],
)
def test_the_authorization_header(name: str, credentials: dict[str, str], header: str) -> None:
    assert TEMPLATES[name].authentication(given=credentials).authorization(credentials) == header


def test_a_wizard_app_takes_the_mode_it_is_told() -> None:
    assert TEMPLATES["custom-saml"].authentication("oauth2").fields == (
        "client_id", "client_secret", "token_endpoint", "authorization_endpoint",
    )  # fmt: skip
    with pytest.raises(UsageProblem, match="can't be built from its credentials"):
        TEMPLATES["custom-saml"].authentication("oauth2").authorization({"client_id": "c"})


@EACH
def test_sign_on_modes(template: Template) -> None:
    modes = {"custom-saml": {"saml"}, "custom-swa": {"swa"}}.get(template.name, {"saml", "swa"})
    assert set(template.sign_on) == modes
    if saml := template.sign_on.get("saml"):
        assert (saml.sent, saml.echoes) == ("SAML_2_0", ("SAML_2_0",))
        assert saml.acs_url
        assert saml.audience
    if swa := template.sign_on.get("swa"):
        wizard = template.kind == "wizard"
        assert swa.sent == "AUTO_LOGIN"
        assert swa.echoes == (("AUTO_LOGIN",) if wizard else ("BROWSER_PLUGIN", "AUTO_LOGIN", None))
        assert swa.login_url
    assert template.app_link == ("{key}_link" if template.kind == "wizard" else "{key}_login")


@EACH
def test_the_console_form_asks_for_what_the_spec_has(template: Template) -> None:
    fields = template.console.fields
    needed = {field for option in template.authentications for field in option.fields}
    extra = {"unique_identifier"} if template.kind == "wizard" else set()
    assert next(iter(fields)) == "base_url"
    assert set(fields) == {"base_url"} | needed | extra
    assert needed <= set(Credentials.model_fields)
    assert {"base_url"} | extra <= set(Provisioning.model_fields)
    assert all(control.label for control in fields.values())


@EACH
def test_the_console_knows_every_option_of_a_spec(template: Template) -> None:
    console = template.console
    assert set(console.to_app) == set(ToAppOption.__args__)
    wizard = template.kind == "wizard"
    assert set(console.supported_actions) == (set(SupportedAction.__args__) if wizard else set())
    schemes = {option.scheme for option in template.authentications}
    assert set(console.authentication_modes) == (schemes if wizard else set())
    assert (WIZARD_CONTROLS if wizard else CATALOG_CONTROLS) <= set(console.controls)
    assert {"not_enabled", "verified", "refused", "bad_base_url"} <= set(console.texts)


@EACH
def test_patterns_compile_and_orders_count_from_one(template: Template) -> None:
    console = template.console
    groups = (console.sign_in, console.controls, console.fields, console.to_app, console.supported_actions)
    locators = [locator for group in groups for control in group.values() for locator in control.locators]
    assert all(re.compile(str(one.value)) for one in locators if one.by == "label")
    orders = [locator.value for locator in locators if locator.by == "order"]
    assert all(isinstance(order, int) and order >= 1 for order in orders)
    assert all(re.compile(text.pattern) for text in console.texts.values())


def test_a_real_banner_is_recognised() -> None:
    verified = TEMPLATES["scim2-header"].console.texts["verified"]
    assert re.search(verified.pattern, "SCIM 2.0 Test App (Header Auth) was verified successfully!", re.IGNORECASE)
    assert verified.means == "success"


def test_a_template_overrides_what_it_shares_key_by_key() -> None:
    saml = TEMPLATES["scim2-oauth"].sign_on["saml"]
    assert (saml.acs_url[0].path, saml.acs_url[0].grade) == ("settings.app.acsUrl", "medium")
    assert saml.sent == "SAML_2_0"


def test_a_locator_is_a_mapping_with_one_key() -> None:
    assert Locator.model_validate({"name": "scim_base_url"}) == Locator(by="name", value="scim_base_url")
    with pytest.raises(ValueError, match="Input should be 'css'"):
        Locator.model_validate({"xpath": "//a"})


def test_an_unknown_template_is_refused_with_a_near_name() -> None:
    with pytest.raises(
        UsageProblem, match=r"(?s)There is no template 'scim2-headr'\.\nDid you mean scim2-header\? Use"
    ):
        find_template("scim2-headr")
    assert find_template("scim2-header") is TEMPLATES["scim2-header"]


def test_a_template_has_the_name_of_its_file() -> None:
    files = (Path(catalog.__file__).parents[1] / "templates").glob("[!_]*.yaml")
    assert {file.stem for file in files} == {template.name for template in TEMPLATES.values()} == set(TEMPLATES)


def test_one_template_is_found_without_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checkout = Path(catalog.__file__).parents[1] / "templates"
    for name in ("_shared.yaml", "scim2-header.yaml"):
        (tmp_path / name).write_text((checkout / name).read_text())
    (tmp_path / "broken.yaml").write_text("- not a template")
    monkeypatch.setattr(catalog, "_FOLDERS", (tmp_path,))
    assert find_template("scim2-header") == TEMPLATES["scim2-header"]
    assert is_template("broken")
    assert not is_template("_shared")


def test_templates_of_an_installed_wheel_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = Path(catalog.__file__).parents[1] / "templates"
    for name in ("_shared.yaml", "scim2-header.yaml"):
        (tmp_path / name).write_text((checkout / name).read_text())
    monkeypatch.setattr(catalog, "_FOLDERS", (tmp_path, checkout))
    assert list(load_templates.__wrapped__()) == ["scim2-header"]
    monkeypatch.setattr(catalog, "_FOLDERS", (tmp_path / "none",))
    with pytest.raises(UsageProblem, match="The templates are missing from this installation"):
        load_templates.__wrapped__()
