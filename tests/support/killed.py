"""Command lines that kill their own process, without mercy, around their n-th request.

A process that has imported the program already forks for each of them: to import it takes longer than most runs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

import oktascim.cli.commands.apply  # noqa: F401 (for the forks)
from oktascim.cli.main import run
from tests.support.world import SCIM_TOKEN, World


class Victims:
    """Runs `apply` again and again in forks of one process.

    Args:
        process: this module, as a program.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def killed_at(self, world: World, spec: str, count: int, when: str) -> int:
        """Run apply in a process of its own that dies before or after the request; its exit code, or -signal."""
        environ = {
            "OKTA_CLIENT_ORGURL": world.org.url,
            "OKTA_CLIENT_TOKEN": world.token,
            "SCIM_BASE_URL": world.scim_url,
            "SCIM_TOKEN": SCIM_TOKEN,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([count, when, ["apply", spec, "--yes"], environ]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def victims() -> Iterator[Victims]:
    """The forking process, for as long as the block lasts."""
    command, root = [sys.executable, "-m", __name__], Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield Victims(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    """Fork for each line of standard input, and answer with what became of the fork."""
    for line in sys.stdin:
        count, when, arguments, environ = json.loads(line)
        child = os.fork()
        if child == 0:
            die_at(count, when)
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                os._exit(run(arguments, environ=os.environ | environ, stdout=nowhere, stderr=nowhere))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def die_at(count: int, when: str) -> None:
    """Count the requests of the real transport and die at the chosen one."""
    send = httpx.AsyncHTTPTransport.handle_async_request
    seen = 0

    async def counted(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        nonlocal seen
        seen += 1
        mine = seen == count
        if mine and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        response = await send(self, request)
        if mine:
            await response.aread()
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    httpx.AsyncHTTPTransport.handle_async_request = counted


if __name__ == "__main__":
    main()
