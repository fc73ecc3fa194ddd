"""A plan in a file: `plan --out` writes it; `apply FILE` carries out exactly that plan, or reports what has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import Unreadable, read_file, write_whole
from oktascim.okta.apps import App
from oktascim.plan.diff import IntegrationPlan
from oktascim.render.plan import plan_json
from oktascim.spec.loader import LoadedIntegration
from oktascim.strict_json import parse_json

_FORMAT = "oktascim plan"
_VERSION = 1
_BYTES = 64 * 1024**2  # a plan of 10,000 integrations takes about a quarter
_SHOWN = 20

PlanRow = tuple[str, str, str, str]
"""What is compared between plans: integration, field, and the old and new values as JSON."""


@dataclass(frozen=True)
class SavedPlan:
    """A saved plan.

    Attributes:
        org_url: the org that it is for.
        paths: the specs as given on the command line.
        only: the requested integrations; empty for all.
        adopt: whether matching unmanaged apps count as managed.
        prune: whether apps not in any file are deleted.
        files: the SHA-256 of each spec file's content, by path.
        plan: `plan_json` of it, secrets hidden.
    """

    org_url: str
    paths: tuple[str, ...]
    only: tuple[str, ...]
    adopt: bool
    prune: bool
    files: Mapping[str, str]
    plan: Mapping[str, Any]

    def require(self, org_url: str, loaded: Sequence[LoadedIntegration], plan: Mapping[str, Any]) -> None:
        """Refuse to continue if anything has changed since the plan was saved.

        Args:
            org_url: the current org.
            loaded: the specs as they are now.
            plan: `plan_json` as it is now, secrets hidden.

        Raises:
            OktascimError: the org, a spec or the plan differs; every field is named.
        """
        changed = list(self._changes(org_url, loaded, plan))
        if changed:
            more = [f"and {len(changed) - _SHOWN} more"] if len(changed) > _SHOWN else []
            raise OktascimError(
                "The saved plan is out of date. Nothing was changed.",
                why="\n".join(changed[:_SHOWN] + more),
                fix="Save it again: oktascim plan --out FILE.",
            )

    def _changes(self, org_url: str, loaded: Sequence[LoadedIntegration], plan: Mapping[str, Any]) -> Iterator[str]:
        if org_url != self.org_url:
            yield f"The plan is for {self.org_url}, not for {org_url}."
        then, now = set(_rows(self.plan)), set(_rows(plan))
        for name, field in sorted({row[:2] for row in then ^ now}):
            yield f"{name}: {field}: planned {_change_of(then, name, field)}, now {_change_of(now, name, field)}"
        digests = digests_of(loaded)
        for file in sorted(self.files.keys() | digests.keys()):
            if self.files.get(file) != digests.get(file):
                yield f"{file} has changed."


def save_plan(file: Path, saved: SavedPlan) -> None:
    """Write a plan to a file, which only its owner can read.

    Raises:
        OktascimError: the file can't be written.
    """
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "org_url": saved.org_url,
        "paths": list(saved.paths),
        "only": list(saved.only),
        "adopt": saved.adopt,
        "prune": saved.prune,
        "files": dict(saved.files),
        "plan": saved.plan,
    }
    write_whole(file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def saved_plan(paths: Sequence[Path]) -> SavedPlan | None:
    """Load the plan at a path; None if the paths are specs.

    Raises:
        UsageProblem: it is a plan, but can't be read.
    """
    if len(paths) != 1 or paths[0].suffix in {".yaml", ".yml"} or not paths[0].is_file():
        return None
    try:
        document = parse_json(read_file(paths[0], _BYTES))
    except (Unreadable, ValueError):
        return None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        return None
    try:
        saved = _read(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(
            f"{paths[0]} isn't a plan that this version can carry out.",
            why=f"It was saved by another version, or edited afterwards ({type(error).__name__}: {error}).",
            fix="Save it again: oktascim plan --out FILE.",
        ) from None
    _require_specs(saved)
    return saved


def _require_specs(saved: SavedPlan) -> None:
    """Refuse to look for the specs in another folder than the one where the plan was saved."""
    missing = [path for path in saved.paths if not (Path(path).is_absolute() or Path(path).exists())]
    if missing:
        raise UsageProblem(
            f"{missing[0]}, which the plan was made from, isn't in this folder.",
            why="A plan names its specs as they were named on the command line.",
            fix="Run `apply` in the folder where `plan` ran.",
        )


def shown_plan(
    plans: Sequence[IntegrationPlan], orphans: Sequence[App], masked: Callable[[str], str]
) -> dict[str, Any]:
    """`plan_json` as it is saved and compared: without secrets."""
    document: dict[str, Any] = json.loads(masked(json.dumps(plan_json(plans, orphans))))
    return document


def digests_of(loaded: Sequence[LoadedIntegration]) -> dict[str, str]:
    """The SHA-256 of each spec file on disk, by path.

    Raises:
        OktascimError: a file that was loaded can no longer be read.
    """
    files = dict.fromkeys(one.file for one in loaded)
    try:
        return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    except OSError as error:
        raise OktascimError(f"Can't read {error.filename}: {error.strerror}.") from error


def _read(document: Mapping[str, Any]) -> SavedPlan:
    if type(document["version"]) is not int or document["version"] != _VERSION:  # in Python, true equals 1
        raise KeyError("version")
    saved = SavedPlan(
        org_url=str(document["org_url"]),
        paths=tuple(map(str, document["paths"])),
        only=tuple(map(str, document["only"])),
        adopt=document["adopt"] is True,
        prune=document["prune"] is True,
        files={str(file): str(digest) for file, digest in document["files"].items()},
        plan=document["plan"],
    )
    list(_rows(saved.plan))
    return saved


def _rows(plan: Mapping[str, Any]) -> Iterator[PlanRow]:
    for one in plan["integrations"]:
        name = f"{one['owner']}/{one['name']}" if one["owner"] else str(one["name"])
        yield name, "app", "null", json.dumps(one["app_id"])
        if one["problem"]:
            yield name, "problem", "null", json.dumps(one["problem"]["what"])
        for step in one["steps"]:
            yield name, step["step"], "null", json.dumps(step["status"])
            for change in step["changes"]:
                old, new = (json.dumps(change[part], sort_keys=True) for part in ("old", "new"))
                yield name, str(change["field"]), old, new
    for app in plan["prune"]:
        yield str(app["label"]), "delete", "null", json.dumps(app["app_id"])


def _change_of(rows: set[PlanRow], name: str, field: str) -> str:
    found = sorted(row for row in rows if row[:2] == (name, field))
    said = [_value(new) if old == "null" else f"{_value(old)} → {_value(new)}" for _, _, old, new in found]
    return ", ".join(said) or "no change"


def _value(text: str) -> str:
    return "none" if text == "null" else text
