"""The okta.yaml files of Okta's SDK: ./okta.yaml before ~/.okta/okta.yaml, keys below okta.client."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.settings.yaml_file import read_yaml

_KEYS = frozenset(
    {"orgUrl", "token", "authorizationMode", "clientId", "privateKey", "kid", "scopes", "dpopEnabled", "audience"}
)
HERE = "./okta.yaml"
"""The name of a source in the current folder, which may belong to someone else."""


@dataclass(frozen=True)
class OktaYaml:
    """The content of one okta.yaml.

    Attributes:
        source: the file as a person would name it.
        path: where it is.
        client: the members of okta.client as text, under the SDK's own names: orgUrl, token, authorizationMode...
    """

    source: str
    path: Path
    client: Mapping[str, str]


def read_okta_yaml(home: Path, cwd: Path) -> tuple[OktaYaml, ...]:
    """The existing okta.yaml files, the nearer one first. In ~/.okta, both are the same file, the user's own.

    Raises:
        UsageProblem: a file can't be read or doesn't have the SDK's format.
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
            raise UsageProblem(
                f"{source} isn't in the format of Okta's SDK: it must be a mapping okta > client > orgUrl, token."
            )
        client = client.get(key) or {}
    if not isinstance(client, dict):
        raise UsageProblem(f"{source}: okta.client must be a mapping.")
    texts = {key: _text(key, value) for key, value in client.items() if key in _KEYS}
    for key, text in texts.items():
        if text is None:
            if key == "dpopEnabled":
                raise UsageProblem(f"{source}: okta.client.{key} must be true or false.")
            raise UsageProblem(f"{source}: okta.client.{key} must be text.", fix="Put it in quotation marks.")
    return OktaYaml(source, path, {key: text for key, text in texts.items() if text})


def _text(key: str, value: object) -> str | None:
    """The text of a setting, "" for nothing. The SDK takes a list for scopes, a boolean for dpopEnabled, a JWK."""
    match key, value:
        case _, None:
            return ""
        case _, str():
            return value
        case "dpopEnabled", bool():
            return str(value).lower()
        case "scopes", list() if all(isinstance(item, str) for item in value):
            return ",".join(value)
        case "privateKey", {"kty": str(), **others} if all(
            isinstance(key, str) and _is_flat(one) for key, one in others.items()
        ):
            return json.dumps(value)
        case _:
            return None


def _is_flat(member: object) -> bool:
    """Whether it is text or a list of texts, as in a JWK; YAML aliases could make anything deeper endless."""
    return isinstance(member, str) or (isinstance(member, list) and all(isinstance(item, str) for item in member))
