"""`oktascim init`: a first spec file, from flags or questions."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.draft_options import takes_draft
from oktascim.cli.options import session_of, written
from oktascim.errors import UsageProblem
from oktascim.runs.draft import Draft
from oktascim.runs.interview import complete
from oktascim.runs.questions import Questions
from oktascim.runs.session import Session
from oktascim.runs.spec_file import SCHEMA_FILE, guiding_comments, refuse_overwriting, write_spec
from oktascim.spec.models import Integration
from oktascim.spec.secrets import references


@takes_draft
def init(
    context: typer.Context,
    draft: Draft,
    file: Annotated[Path, typer.Argument(help="The spec file to write.", callback=written)] = Path("oktascim.yaml"),
) -> None:
    """Write a first spec file.

    On a terminal, asks for the values that the flags don't give. It sends nothing, and asks where each secret is
    stored, never for the secret itself.

    Example: `oktascim init acme.yaml --template scim2-header --label "Acme CRM" --base-url https://acme.example/scim/v2
    --token env:ACME_TOKEN`
    """
    session = session_of(context)
    refuse_overwriting(session, file)
    if draft.missing:
        if not session.output.interactive:
            raise UsageProblem(
                f"{draft.missing} Can't prompt: not an interactive terminal.",
                fix='oktascim init acme.yaml --template scim2-header --label "Acme CRM" '
                "--base-url https://acme.example/scim/v2 --token env:ACME_TOKEN",
            )
        draft = complete(draft, Questions(session.output))
    integration = draft.load(file.parent).integration
    write_spec(session, file, integration, guiding_comments(integration, file))
    _say_what_is_next(session, file, integration)


def _say_what_is_next(session: Session, file: Path, integration: Integration) -> None:
    secrets = references(integration)
    unset = [one.env for one in secrets if one.env and one.env not in session.environ]
    quoted = shlex.quote(str(file))
    schema = shlex.quote(str(file.parent / SCHEMA_FILE))
    lines = [
        *(f"read -rs {name} && export {name}  # type the secret" for name in unset),
        *(f"oktascim auth secret set {shlex.quote(one.keyring)}" for one in secrets if one.keyring),
        f"oktascim validate {quoted}",
        f"oktascim connection test --spec {quoted}",
        f"oktascim plan {quoted}",
        f"oktascim apply {quoted}",
        f"oktascim schema > {schema}  # for your editor",
    ]
    session.output.note("Next:\n" + "\n".join(f"  {line}" for line in lines))
