"""Writing a spec file: whole, never over another one unasked, with the comments that help its reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.files import write_whole
from oktascim.runs.session import Session
from oktascim.spec.models import Integration
from oktascim.spec.write import to_yaml

SCHEMA_FILE = "oktascim.schema.json"
"""Beside the spec: what `oktascim schema` prints, for editors."""


def refuse_overwriting(session: Session, file: Path) -> None:
    """Stop before the work begins, where the file exists and `--yes` was not given.

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
        UsageProblem: the file exists and `--yes` was not given.
        OktascimError: it cannot be written.
    """
    refuse_overwriting(session, file)
    write_whole(file, to_yaml((integration,), comments))
    session.output.note(f"Wrote {file}.")


def guiding_comments(integration: Integration, file: Path) -> dict[str, str]:
    """Comments for somebody who reads a spec for the first time."""
    at = "integrations[0]"
    comments = {
        "": "\n".join(
            (
                f"yaml-language-server: $schema={SCHEMA_FILE}",
                "SCIM integrations of an Okta org. What this file leaves out is left alone in Okta.",
                f"  oktascim validate {file}    check it, offline",
                f"  oktascim plan {file}        what apply would change",
                f"  oktascim apply {file}       create or update it, and read it back",
            )
        ),
        at: "The app is found again by this name: change the label as you like, but not the name.",
        f"{at}.template": find_template(integration.template).display_name,
        f"{at}.provisioning.base_url": "Okta adds /Users and /Groups.",
        f"{at}.provisioning.credentials": "Where the secrets are; never the secrets themselves.",
        f"{at}.provisioning.to_app": "What Okta pushes; what is not named here is switched off. Also: sync_password.",
    }
    if integration.assignments:
        comments[f"{at}.assignments"] = "Who gets the app; people and groups that are not named keep what they have."
    return comments
