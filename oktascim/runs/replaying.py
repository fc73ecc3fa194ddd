"""The run of `emulator replay`: sends a recording to a SCIM server again, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oktascim.check.run import ServerUnderTest
from oktascim.runs.session import Session

if TYPE_CHECKING:
    from okta_emulator.scim_client.replay import Recorded


def read_recording(file: Path) -> list[Recorded]:
    """The exchanges of a recording.

    Raises:
        InvalidSetting: the file isn't one.
    """
    from okta_emulator.scim_client.replay import read_recording as read

    return read(file)


async def replay_to(session: Session, recording: Sequence[Recorded], target: ServerUnderTest) -> int:
    """Send a recording to a server and print one line for each request.

    Args:
        session: the session; lines go to its output.
        recording: the exchanges.
        target: the server.

    Returns:
        The number of statuses that differ from the recorded ones.
    """
    from okta_emulator.scim_client.replay import replay

    differ = 0
    authorization = target.authorization.get_secret_value()
    async for done in replay(recording, target.base_url, authorization, target.version):
        was, now = done.recorded.status or "no response", done.reply.status or "no response"
        differ += not done.same
        words = f"{done.recorded.method} {done.reply.exchange.url.removeprefix(target.base_url)}"
        session.output.data(f"{now} {words}" if done.same else f"{now} {words} (recorded: {was})")
    return differ
