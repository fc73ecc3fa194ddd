"""Writes a spec file: complete, with comments for its reader, and never overwriting a file without asking."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.files import write_whole
from oktascim.runs.session import Session
from oktascim.spec.models import Integration
from oktascim.spec.write import to_yaml

SCHEMA_FILE = "oktascim.schema.json"
"""The file next to the spec that holds the output of `oktascim schema`, for editors."""


def refuse_overwriting(session: Session, file: Path) -> None:
    """Stop before the work begins if the file exists and `--yes` wasn't given.

    Raises:
        UsageProblem: the file exists.
    """
    if file.exists() and not session.yes:
        raise UsageProblem(
            f"{file} already exists; it wasn't changed.", fix="Use another file name, or --yes to overwrite it."
        )


def write_spec(session: Session, file: Path, integration: Integration, comments: Mapping[str, str]) -> None:
    """Write one integration as a spec file.

    Raises:
        UsageProblem: the file exists and `--yes` wasn't given.
        OktascimError: it can't be written.
    """
    refuse_overwriting(session, file)
    write_whole(file, to_yaml((integration,), comments))
    session.output.note(f"Wrote {file}.")


def guiding_comments(integration: Integration, file: Path) -> dict[str, str]:
    """Comments for a first-time reader of a spec."""
    at, named = "integrations[0]", shlex.quote(str(file))
    comments = {
        "": "\n".join(
            (
                f"yaml-language-server: $schema={SCHEMA_FILE}",
                "SCIM integrations of an Okta org. Okta settings that aren't in this file stay unchanged.",
                f"  oktascim validate {named}    check it, offline",
                f"  oktascim plan {named}        what apply would change",
                f"  oktascim apply {named}       create or update it, and verify every change",
            )
        ),
        at: "This name identifies the app in later runs: change the label as you like, but not the name.",
        f"{at}.template": find_template(integration.template).display_name,
        f"{at}.provisioning.base_url": "Okta adds /Users and /Groups.",
        f"{at}.provisioning.credentials": "References to the secrets; never the secrets themselves.",
        f"{at}.provisioning.to_app": "What Okta pushes; options not listed here are turned off. Also available: "
        "sync_password.",
    }
    if integration.assignments:
        comments[f"{at}.assignments"] = "Users and groups to assign; existing assignments of others stay."
    return comments
