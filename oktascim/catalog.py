"""The templates that this installation has, found by name.

A template is one YAML file in templates/ with its name; shared parts are in templates/_shared.yaml.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oktascim.errors import UsageProblem
from oktascim.nearest import nearest
from oktascim.spec.document import read_document
from oktascim.spec.problem import SpecError
from oktascim.template import Template

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "_data" / "templates", _PACKAGE.parent / "templates")


@functools.cache
def load_templates() -> Mapping[str, Template]:
    """Every template by name: Okta's catalogue first, SCIM 2.0 before 1.1, then alphabetically.

    Returns:
        A read-only mapping, the same one on every call.

    Raises:
        UsageProblem: the templates are missing from the installation.
    """
    folder = _folder()
    templates = [_template(folder, name) for name in _names(folder)]
    templates.sort(key=lambda template: (template.kind, -float(template.scim_version), template.name))
    return MappingProxyType({template.name: template for template in templates})


def is_template(name: str) -> bool:
    """Whether there is a template with that name; reads none.

    Raises:
        UsageProblem: the templates are missing from the installation.
    """
    return name in _names(_folder())


def find_template(name: str) -> Template:
    """The template with that name.

    Raises:
        UsageProblem: there is none; the message suggests similar names.
    """
    if is_template(name):
        return _template(_folder(), name)
    templates = load_templates()
    near = nearest(name, templates)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageProblem(f"There is no template '{name}'.", fix=f"{hint}Use one of: {', '.join(templates)}.")


def _folder() -> Path:
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), None)
    if folder is None:
        raise UsageProblem(
            "The templates are missing from this installation",
            fix="Reinstall oktascim; they are part of its wheel.",
        )
    return folder


@functools.cache
def _names(folder: Path) -> frozenset[str]:
    return frozenset(file.stem for file in folder.glob("[!_]*.yaml"))


@functools.cache
def _shared(folder: Path) -> Mapping[str, Any]:
    return _read(folder / "_shared.yaml")


@functools.cache
def _template(folder: Path, name: str) -> Template:
    """The template of one file; a command that needs one needn't read them all."""
    shared, own = _shared(folder), _read(folder / f"{name}.yaml")
    return Template.model_validate(_lay_over(shared["common"], shared[own["kind"]], own))


def _read(file: Path) -> dict[str, Any]:
    document = read_document(file)
    if document.problems:
        raise SpecError(document.problems)
    data = document.data
    assert isinstance(data, dict)
    return data


def _lay_over(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings deeply, key by key; if two values aren't both mappings, the later one wins."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
            result[key] = _lay_over(result[key], value) if both else value
    return result
