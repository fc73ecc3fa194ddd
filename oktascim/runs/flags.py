"""Integrations from flags: what `create`, `connection set`, `connection test` and `init` share."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.spec.loader import LoadedIntegration, parse
from oktascim.spec.problem import Problem, SpecError

REFERENCES = ("env", "keyring", "file", "command")
_FLAG_KEYS = frozenset(
    {"name", "label", "template", "base_url", "token", "username", "password", "mode", "acs_url", "audience",
     "login_url", "to_app", "import_groups"}
)  # fmt: skip
"""The keys of a spec that are flags of the same name."""


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
            fix=f"Write {option} env:NAME, {option} keyring:NAME, {option} command:… or {option} file:PATH.",
        )
    return {place: name}


def credentials(token: str | None, username: str | None, password: str | None) -> dict[str, Any]:
    """The credentials block of a spec from flags."""
    found = {"token": reference("--token", token), "username": username, "password": reference("--password", password)}
    return {key: value for key, value in found.items() if value is not None}


def from_values(values: dict[str, Any]) -> LoadedIntegration:
    """One integration from values in the spec's shape, checked exactly as a file would be.

    Raises:
        UsageProblem: it isn't valid; each problem is named by its flag.
    """
    import yaml

    text = yaml.safe_dump({"version": 1, "integrations": [values]}, sort_keys=False)
    try:
        return parse(text, Path("flags"))[0]
    except SpecError as error:
        problems = "\n".join(_in_flags(problem) for problem in error.problems)
        raise UsageProblem(
            "The flags don't describe a valid integration.", why=problems, fix="Correct them; nothing was sent."
        ) from None


def _in_flags(problem: Problem) -> str:
    """A problem with the flag that sets the value, or with its path in a spec if no flag has its name."""
    key = problem.path.rpartition(".")[2].partition("[")[0]
    return f"--{key.replace('_', '-')} {problem.message}" if key in _FLAG_KEYS else f"{problem.path}: {problem.message}"


def name_from_label(label: str) -> str:
    """Derive an integration name from a label: `Acmé CRM` becomes `acme-crm`."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", label) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:64].strip("-") or "integration"


# The spec of a wizard-made app needs a sign-on; the connection doesn't use it.
_SIGN_ON = {
    "saml": {"mode": "saml", "acs_url": "https://unused.invalid", "audience": "https://unused.invalid"},
    "swa": {"mode": "swa", "login_url": "https://unused.invalid"},
}


def connection_from_flags(
    template: str,
    base_url: str | None,
    given: dict[str, Any],
    import_groups: bool | None,
    name: str = "command-line",
) -> LoadedIntegration:
    """An integration that is used only for its connection.

    Args:
        template: the template's name.
        base_url: the SCIM base URL, or None if it wasn't given.
        given: the credentials block.
        import_groups: as in a spec.
        name: what errors and the progress call it.

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
    values = {"name": name, "label": "command line", "template": template, "sign_on": _SIGN_ON[mode]}
    return from_values(values | {"provisioning": provisioning})
