"""`oktascim doctor`: checks this machine, the settings and the org; collects evidence on undocumented behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from oktascim.cli.completion import complete_app
from oktascim.cli.options import OutputOption, session_of, written
from oktascim.doctor.evidence import assess
from oktascim.doctor.evidence_report import evidence_json, evidence_text, redactor_for
from oktascim.doctor.health import health_exit_code
from oktascim.doctor.observed import observe
from oktascim.errors import ExitCode, UsageProblem
from oktascim.files import write_whole
from oktascim.okta.apps import get_app
from oktascim.render.formats import Format, Table
from oktascim.render.health import health_json, health_table, health_text
from oktascim.runs.find_app import find_app
from oktascim.runs.health import examine
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session


def doctor(
    context: typer.Context,
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="APP", help="With --evidence: id, label or integration name.", autocompletion=complete_app
        ),
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence",
            metavar="FILE",
            help="Write what this org returns for the app: .json or .md.",
            callback=written,
        ),
    ] = None,
    spec: Annotated[
        list[Path] | None,
        typer.Option("--spec", metavar="FILE", help="Check these spec files; repeatable. By default, this folder's."),
    ] = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Check this machine, the profile, the org and the SCIM servers of your specs, and show a fix for each problem.

    It connects to the SCIM servers (TCP and TLS), but sends them no request and no credential. What this machine sees
    may differ from what Okta sees, because Okta calls from its own network.

    With APP and `--evidence`, reads one template app instead and reports which assumptions about Okta hold in this org.
    It changes nothing, and the report names neither the org nor any user.

    Examples: `oktascim doctor`, `oktascim doctor --spec acme.yaml`,
    `oktascim doctor "Acme CRM" --evidence acme-evidence.md`
    """
    session = session_of(context)
    if (word is None) != (evidence is None):
        raise UsageProblem("APP and --evidence must be used together.", fix="oktascim doctor APP --evidence FILE")
    if word is not None and evidence is not None:
        document = session.run(lambda: _evidence(session, word))
        write_whole(evidence, session.output.masked(evidence_text(document, markdown=evidence.suffix == ".md")))
        session.output.show(document, output, _evidence_table(document))
        session.output.note(f"Wrote {evidence}. Read it before sharing it.")
        return ExitCode.DONE
    health = examine(session, tuple(spec or ()))
    found = health.checks, health.limits
    session.output.show(health_json(*found), output, health_table(*found), health_text(*found, session.output.layout))
    return health_exit_code(health.checks)


async def _evidence(session: Session, word: str) -> dict[str, Any]:
    async with stoppable(session, session.announce) as okta:
        found = await get_app(okta, (await find_app(okta, word)).id)
        observed = await observe(okta, found)
        redactor = redactor_for(observed, urlsplit(okta.org_url).hostname or "")
        return evidence_json(observed, assess(observed), redactor)


def _evidence_table(document: dict[str, Any]) -> Table:
    columns = ("question", "assumed", "grade", "seen", "verdict")
    rows = [[*(one[column] for column in columns), ", ".join(one["settles"])] for one in document["findings"]]
    return Table((*columns, "settles"), rows)
