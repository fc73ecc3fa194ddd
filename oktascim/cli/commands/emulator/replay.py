"""`oktascim emulator replay`: send a recording to a SCIM server again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import BasicOption, BearerOption, HeaderOption, session_of
from oktascim.errors import ExitCode
from oktascim.render.layout import plural
from oktascim.runs.sandbox import emulator_errors
from oktascim.scim.report import ScimVersion


def replay(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording: JSON lines, or HAR.", show_default=False)],
    url: Annotated[str, typer.Argument(metavar="URL", help="The SCIM base URL to send it to.", show_default=False)],
    bearer: BearerOption = None,
    header: HeaderOption = None,
    basic: BasicOption = None,
    scim: Annotated[ScimVersion, typer.Option(metavar="VERSION", help="The SCIM version.")] = "2.0",
) -> int:
    """Send a recording made with `--record` to a SCIM server again, and compare the statuses.

    Recorded ids are replaced with those of the resources that the server creates. The exit code is 5 if a
    status differs.

    Example: `oktascim emulator replay exchanges.jsonl https://acme.example/scim/v2 --bearer env:ACME_TOKEN`
    """
    from oktascim.runs.replaying import read_recording, replay_to  # what `check` needs, which `run` doesn't wait for
    from oktascim.runs.scim_target import GivenCredential, target_by_flags

    session = session_of(context)
    with emulator_errors():
        recording = read_recording(file)
    target = target_by_flags(session, url, scim, GivenCredential(bearer, header, basic))
    differ = session.run(lambda: replay_to(session, recording, target))
    session.output.note(f"{plural(len(recording), 'request')}, {differ} with another status than recorded.")
    return ExitCode.SCIM if differ else ExitCode.DONE
