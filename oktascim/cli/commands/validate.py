"""`oktascim validate`: check spec files, offline."""

from __future__ import annotations

import typer

from oktascim.cli.options import OutputOption, PathsArgument, session_of
from oktascim.errors import ExitCode
from oktascim.render.formats import Format, Table
from oktascim.render.layout import plural
from oktascim.spec.loader import load, warnings
from oktascim.spec.problem import Problem, SpecError


def validate(context: typer.Context, paths: PathsArgument, output: OutputOption = Format.TABLE) -> int:
    """Check spec files, offline.

    Shows every problem in every file with line, column and the allowed values. Fetches no secrets and sends
    nothing. Warnings don't change the exit code.

    Example: `oktascim validate integrations/`
    """
    session = session_of(context)
    try:
        loaded = load(paths)
    except SpecError as error:
        if not output.is_document:
            raise
        rows = [_row("error", problem) for problem in error.problems]
        session.output.show({"valid": False, "integrations": 0, "problems": rows}, output, Table((), ()))
        return ExitCode.USAGE
    doubts = warnings(loaded)
    table = Table(
        ("integration", "template", "label", "file"),
        [[one.integration.name, one.integration.template, one.integration.label, str(one.file)] for one in loaded],
    )
    document = {
        "valid": True,
        "integrations": len(loaded),
        "problems": [_row("warning", problem) for problem in doubts],
    }
    session.output.show(document, output, table)
    for problem in doubts:
        session.output.note(f"Warning: {problem}")
    session.output.note(f"{plural(len(loaded), 'integration')} {'is' if len(loaded) == 1 else 'are'} valid.")
    return ExitCode.DONE


def _row(severity: str, problem: Problem) -> dict[str, str | int | None]:
    return {
        "severity": severity,
        "file": str(problem.file),
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
    }
