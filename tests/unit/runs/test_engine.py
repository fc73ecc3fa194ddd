"""Which org gets the secrets of a spec."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oktascim.errors import ExitCode, UsageProblem
from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.runs.engine import ApplyRequest
from oktascim.runs.flags import from_values
from oktascim.runs.session import Session
from oktascim.settings.org import ForeignOrg

ORG = "https://acme.okta.com"


def request(**environ: str) -> ApplyRequest:
    masker = Masker()
    provisioning = {"base_url": "https://a.example", "credentials": {"token": {"env": "ACME_TOKEN"}}}
    one = from_values(
        {
            "name": "crm",
            "label": "CRM",
            "template": "scim2-header",
            "sign_on": {"mode": "swa"},
            "provisioning": provisioning,
        }
    )
    environ = {"OKTASCIM_CONFIG_DIR": "config", "ACME_TOKEN": "sentinel-scim", **environ}
    return ApplyRequest(Session(Output(masker, environ), masker, environ), (one,))


@pytest.fixture
def okta_yaml_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "okta.yaml").write_text(f"okta: {{client: {{orgUrl: {ORG}, token: 00theirs}}}}")
    (tmp_path / "okta.yaml").chmod(0o600)


@pytest.mark.usefixtures("okta_yaml_here")
def test_an_org_of_the_current_folder_gets_no_secret_of_a_spec() -> None:
    with pytest.raises(ForeignOrg) as refused:
        request().secrets.for_okta("crm")
    assert refused.value.exit_code == ExitCode.IDENTITY
    assert refused.value.what == f"The secret of 'crm' isn't sent to {ORG}."
    assert "the secret from the environment variable ACME_TOKEN." in str(refused.value.why)


@pytest.mark.usefixtures("okta_yaml_here")
def test_the_same_org_named_by_the_user_gets_it_and_the_scim_server_always_does() -> None:
    resolved = request(OKTA_CLIENT_ORGURL=ORG).secrets.for_okta("crm")
    assert resolved.values["token"].get_secret_value() == "sentinel-scim"
    assert request().secrets.of("crm").values["token"].get_secret_value() == "sentinel-scim"


def test_a_reference_to_a_keyring_that_is_not_there_is_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring import core
    from keyring.backends import fail

    monkeypatch.setattr(core, "_keyring_backend", fail.Keyring())
    one = request()
    integration = one.loaded[0].integration
    provisioning = integration.provisioning
    assert provisioning is not None
    credentials = provisioning.credentials.model_validate({"token": {"keyring": "acme"}})
    provisioning = provisioning.model_copy(update={"credentials": credentials})
    loaded = replace(one.loaded[0], integration=integration.model_copy(update={"provisioning": provisioning}))
    with pytest.raises(UsageProblem, match="This machine has no keyring") as refused:
        replace(one, loaded=(loaded,)).secrets.of("crm")
    assert refused.value.exit_code == ExitCode.USAGE
    assert refused.value.fix == "Use {env: NAME}, {file: PATH} or {command: …} in the spec instead."
