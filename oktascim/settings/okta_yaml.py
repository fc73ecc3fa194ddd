"""The okta.yaml files of Okta's SDK: ./okta.yaml before ~/.okta/okta.yaml, keys below okta.client."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.settings.yaml_file import read_yaml

HERE = "./okta.yaml"
"""The source of a setting from the current folder, which may be somebody else's."""


@dataclass(frozen=True)
class OktaYaml:
    """What one okta.yaml says.

    Attributes:
        source: the file as a person would name it.
        path: where it is.
        client: the text members of okta.client under the SDK's own names: orgUrl, token, authorizationMode...
    """

    source: str
    path: Path
    client: Mapping[str, str]


def read_okta_yaml(home: Path, cwd: Path) -> tuple[OktaYaml, ...]:
    """The okta.yaml files that exist, the nearer one first; in ~/.okta the two are one, the user's own.

    Raises:
        UsageProblem: a file cannot be read or does not have the SDK's shape.
    """
    places = {HERE: cwd / "okta.yaml", "~/.okta/okta.yaml": home / ".okta" / "okta.yaml"}
    if os.path.realpath(cwd) == os.path.realpath(home / ".okta"):
        del places[HERE]
    contents = ((source, path, read_yaml(path)) for source, path in places.items())
    return tuple(_parsed(source, path, content) for source, path, content in contents if content is not None)


def _parsed(source: str, path: Path, content: object) -> OktaYaml:
    client = content
    for key in ("okta", "client"):
        if not isinstance(client, dict):
            raise UsageProblem(f"{source} is not the SDK's: it must be a mapping okta > client > orgUrl, token.")
        client = client.get(key) or {}
    if not isinstance(client, dict):
        raise UsageProblem(f"{source}: okta.client must be a mapping.")
    for key in ("orgUrl", "token", "authorizationMode"):
        if not isinstance(client.get(key, ""), str | None):
            raise UsageProblem(f"{source}: okta.client.{key} must be text.", fix="Put it in quotation marks.")
    return OktaYaml(source, path, {key: value for key, value in client.items() if isinstance(value, str) and value})
