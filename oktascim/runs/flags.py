"""Integrations from flags: what `create`, `connection set`, `connection test` and `init` share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.spec.loader import LoadedIntegration, parse
from oktascim.spec.problem import SpecError

REFERENCES = ("env", "keyring", "file", "command")


def reference(option: str, text: str | None) -> dict[str, str] | None:
    """Parse a secret reference such as `env:ACME_TOKEN` into the spec's form.

    Raises:
        UsageProblem: it isn't a reference; the value isn't quoted, because it may be the secret.
    """
    if text is None:
        return None
    place, _, name = text.partition(":")
    if place not in REFERENCES or not name:
        raise UsageProblem(
            f"{option} expects a reference to the secret, not the secret itself.",
            fix=f"Write {option} env:NAME, {option} file:PATH, {option} keyring:NAME or {option} command:….",
        )
    return {place: name}


def credentials(token: str | None, username: str | None, password: str | None) -> dict[str, Any]:
    """The credentials block of a spec from flags."""
    found = {"token": reference("--token", token), "username": username, "password": reference("--password", password)}
    return {key: value for key, value in found.items() if value is not None}


def from_values(values: dict[str, Any]) -> LoadedIntegration:
    """One integration from values in the spec's shape, checked exactly as a file would be.

    Raises:
        UsageProblem: it isn't valid; problems are named by the spec's keys.
    """
    import yaml

    text = yaml.safe_dump({"version": 1, "integrations": [values]}, sort_keys=False)
    try:
        return parse(text, Path("flags"))[0]
    except SpecError as error:
        problems = "\n".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        raise UsageProblem("The flags don't describe a valid integration.", why=problems) from None


def name_from_label(label: str) -> str:
    """Derive an integration name from a label: `Acme CRM` becomes `acme-crm`."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:64].strip("-") or "integration"


# The spec of a wizard-made app needs a sign-on; the connection doesn't use it.
_SIGN_ON = {
    "saml": {"mode": "saml", "acs_url": "https://unused.invalid", "audience": "https://unused.invalid"},
    "swa": {"mode": "swa", "login_url": "https://unused.invalid"},
}


def connection_from_flags(
    template: str, base_url: str | None, given: dict[str, Any], import_groups: bool | None
) -> LoadedIntegration:
    """An integration that is used only for its connection.

    Args:
        template: the template's name.
        base_url: the SCIM base URL, or None if it wasn't given.
        given: the credentials block.
        import_groups: as in a spec.

    Raises:
        UsageProblem: the template or base URL is missing, or a value isn't valid.
    """
    if not template or not base_url:
        raise UsageProblem(
            "Specify --spec FILE, or --template, --base-url and the credentials.",
            fix="oktascim connection test --template scim2-header --base-url https://… --token env:NAME",
        )
    mode = next(iter(find_template(template).sign_on))
    provisioning = {"base_url": base_url, "credentials": given, "import_groups": import_groups}
    values = {"name": "flags", "label": "flags", "template": template, "sign_on": _SIGN_ON[mode]}
    return from_values(values | {"provisioning": provisioning})
