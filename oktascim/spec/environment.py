"""URLs that differ from org to org: `base_url: {env: SCIM_BASE_URL}` reads the value from the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from oktascim.children import is_ours
from oktascim.spec.document import Document
from oktascim.spec.problem import Problem

UNSET = "https://from-the-environment.invalid"
_PLACES: tuple[tuple[str, str], ...] = (
    ("provisioning", "base_url"),
    ("sign_on", "acs_url"),
    ("sign_on", "audience"),
    ("sign_on", "login_url"),
)


def fill_in(document: Document, environ: Mapping[str, str] | None) -> tuple[Any, list[Problem]]:
    """The document's data, with environment values where they are allowed.

    Args:
        document: a parsed spec file.
        environ: the environment; None (offline validation) uses a placeholder that passes every check.

    Returns:
        The data, and a problem for every variable that isn't set.
    """
    problems: list[Problem] = []
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("integrations"), tuple):
        return data, problems
    filled = []
    for index, integration in enumerate(data["integrations"]):
        for place, name in _references(integration):
            value = UNSET if environ is None else environ.get(name, "")
            where = ("integrations", index, *place)
            if is_ours(name):
                problems.append(document.problem(where, f"{name} holds a secret, not a URL"))
                value = UNSET
            elif not value:
                problem = document.problem(where, f"the environment variable {name} isn't set")
                problems.append(replace(problem, variable=name))
            integration = _with(integration, place, value or UNSET)
        filled.append(integration)
    return ({**data, "integrations": tuple(filled)} if filled else data), problems


def _references(integration: object) -> Iterator[tuple[tuple[str, str], str]]:
    for section, key in _PLACES:
        holder = integration.get(section) if isinstance(integration, dict) else None
        value = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(value, dict) and list(value) == ["env"] and isinstance(value["env"], str):
            yield (section, key), value["env"]


def _with(integration: dict[str, Any], place: tuple[str, str], value: str) -> dict[str, Any]:
    section, key = place
    return {**integration, section: {**integration[section], key: value}}
