"""A draft integration from flags or answers, shared by `create` and `init`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from oktascim.catalog import find_template
from oktascim.runs.flags import from_values, name_from_label
from oktascim.spec.loader import LoadedIntegration
from oktascim.spec.problem import alternatives
from oktascim.spec.to_app import OFFERED_BY
from oktascim.template import Template

DEFAULT_TO_APP = ("create", "update", "deactivate")


class SignOnChoice(StrEnum):
    """How users sign in to the app."""

    SWA = "swa"
    SAML = "saml"


@dataclass(frozen=True)
class Draft:
    """The values given so far for an integration; `load` checks whether they are valid together.

    Attributes:
        template: a template's name; "" if not given yet, like label and base URL.
        credentials: the spec's `credentials` block; `file` references are relative to the working folder.
        to_app: None means create, update, deactivate.
    """

    template: str
    label: str
    base_url: str
    credentials: Mapping[str, Any]
    name: str | None = None
    mode: SignOnChoice | None = None
    acs_url: str | None = None
    audience: str | None = None
    login_url: str | None = None
    to_app: Sequence[str] | None = None
    import_groups: bool | None = None
    users: Sequence[str] = field(default=())
    groups: Sequence[str] = field(default=())
    push_groups: Sequence[str] = field(default=())

    @property
    def missing(self) -> str:
        """A sentence that names the required options that weren't given; "" if there are none."""
        needed = {"--template": self.template, "--label": self.label, "--base-url": self.base_url}
        absent = [option for option, value in needed.items() if not value]
        return f"Missing option{'s' if absent[1:] else ''}: {alternatives(absent, last='and')}." if absent else ""

    def load(self, folder: Path = Path()) -> LoadedIntegration:
        """The integration, validated like a file.

        Args:
            folder: where the spec file will be, to which `file` references are made relative.

        Raises:
            UsageProblem: it isn't valid.
        """
        template = find_template(self.template)
        values = {
            "name": self.name or name_from_label(self.label),
            "label": self.label,
            "template": self.template,
            "sign_on": self._sign_on(template),
            "provisioning": self._provisioning(template, folder),
            "assignments": _filled({"users": self.users, "groups": self.groups, "push_groups": self.push_groups}),
        }
        return from_values(_filled(values))

    def _sign_on(self, template: Template) -> dict[str, Any]:
        asked = SignOnChoice.SAML if self.acs_url or self.audience else SignOnChoice.SWA
        mode = self.mode or (asked if asked in template.sign_on else next(iter(template.sign_on)))
        rest = {"acs_url": self.acs_url, "audience": self.audience, "login_url": self.login_url}
        return _filled({"mode": str(mode), **rest})

    def _provisioning(self, template: Template, folder: Path) -> dict[str, Any]:
        to_app = DEFAULT_TO_APP if self.to_app is None else tuple(self.to_app)
        return {
            "base_url": self.base_url,
            "credentials": {key: _relative(value, folder) for key, value in self.credentials.items()},
            **_filled({"import_groups": self.import_groups}),
            "to_app": list(to_app),
            **(self._wizard(to_app) if template.kind == "wizard" else {}),
        }

    def _wizard(self, to_app: Sequence[str]) -> dict[str, Any]:
        """Settings that only a wizard-made app needs, derived from the rest (our choice)."""
        actions = [OFFERED_BY[option] for option in to_app if option in OFFERED_BY]
        actions += ["push_groups"] if self.push_groups else []
        actions += ["import_groups"] if self.import_groups else []
        return {"unique_identifier": "userName", "supported_actions": list(dict.fromkeys(actions))}


def listed_words(text: str | None) -> tuple[str, ...] | None:
    """The items of a comma-separated list; None if there are none."""
    return None if text is None else tuple(word.strip() for word in text.split(",") if word.strip())


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the given values; tuples become lists for YAML."""
    kept = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return {key: value for key, value in kept.items() if value not in (None, "", [], {})}


def _relative(value: Any, folder: Path) -> Any:
    path = value.get("file") if isinstance(value, Mapping) else None
    if not path or path.startswith("~") or Path(path).is_absolute():
        return value
    return {"file": os.path.relpath(path, folder)}
