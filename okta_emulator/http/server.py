"""Serves an emulated org on loopback: in a thread for tests and `emulator run`, in the foreground for `start`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import uvicorn

from okta_emulator.admin_console.administrator import Administrator, administrator_from
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.core.recorder import Recorder
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.http.connections import say_once_when_full
from okta_emulator.http.protocol import OrgProtocol
from okta_emulator.org.state import Org

if TYPE_CHECKING:
    from okta_emulator.http.tls import Certificates
    from okta_emulator.org.planting import Planting

HOST = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 5  # until requests in progress get a 503
_LEAVE_SECONDS = 1  # until connections on which it wasn't read are closed
_IDLE_SECONDS = 75  # longer than a rate-limit window, so that a waiting client keeps its connection


class EmulatedOrg:
    """An emulated org that runs in a thread for the duration of the `with` block.

    Args:
        settings: how it behaves; None means the defaults.
        port: the port on 127.0.0.1; 0 means a free one.
        database: the database file, or None for memory.
        administrator: who can sign in to its Admin Console; None means the one that the environment configures.
        plant: creates what it starts with and `reset` returns to; None means an empty org.
        record: the file that every SCIM exchange is written to, or None.
        tls: whether it serves HTTPS, with a certificate of its own authority (`authority`).

    Raises:
        EmulatorProblem: the port is in use, the file can't be used, or the server didn't start.
    """

    console: ConsoleSite

    def __init__(
        self,
        settings: EmulatorSettings | None = None,
        port: int = 0,
        database: Path | None = None,
        administrator: Administrator | None = None,
        plant: Planting | None = None,
        *,
        record: Path | None = None,
        tls: bool = False,
    ) -> None:
        self.settings = settings or EmulatorSettings()
        self.administrator = administrator or administrator_from(os.environ)
        self._socket = _bound(port)
        self._database = database
        self._plant = plant
        self._record = record
        self._recorder: Recorder | None = None
        self._tls = tls
        self.authority: Path | None = None
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, name="emulated-org", daemon=True)
        self._ready = threading.Event()
        self._broken: BaseException | None = None

    @property
    def url(self) -> str:
        """The org URL."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._socket.getsockname()[1]}"

    @property
    def token(self) -> str:
        """The org's API token."""
        return self.settings.token

    @property
    def is_running(self) -> bool:
        """Whether the server runs."""
        return self._thread.is_alive()

    @property
    def unrecorded(self) -> str | None:
        """Why the recording lacks some exchanges, or None."""
        return self._recorder.broken if self._recorder else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server; returns when the org responds."""
        self._thread.start()
        started = self._ready.wait(_START_SECONDS)
        if isinstance(self._broken, EmulatorProblem):
            raise self._broken
        if not started or self._broken is not None:
            raise EmulatorProblem("The emulated org didn't start.", why=repr(self._broken) if self._broken else None)

    def stop(self) -> None:
        """Stop the server and wait until everything is closed."""
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        try:
            org = _org(self.settings, self._database, self._record)
            self._recorder = org.recorder
            self.console = ConsoleSite(org, self.administrator)
            app = EmulatorApp(org, self.console, self._plant)
            with _certificates(self._tls) as files:
                self.authority = files.authority if files else None
                self._server = _server(app, self._ready.set, files)
                self._server.run(sockets=[self._socket])
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits for the start
            self._broken = error
            self._ready.set()


def serve(
    settings: EmulatorSettings,
    port: int,
    ready: Callable[[str, Path | None], None],
    database: Path | None = None,
    plant: Planting | None = None,
    *,
    record: Path | None = None,
    tls: bool = False,
) -> None:
    """Serve an org in the foreground until SIGINT or SIGTERM.

    Args:
        settings: how it behaves.
        port: the port on 127.0.0.1; 0 means a free one.
        ready: called with the org URL, and with `tls` the file of the authority, when the org answers.
        database: the database file, or None for memory.
        plant: creates what it starts with and `reset` returns to; None means an empty org.
        record: the file that every SCIM exchange is written to, or None.
        tls: whether it serves HTTPS, with a certificate of its own authority.

    Raises:
        EmulatorProblem: the port is in use, the file can't be used, or the seed can't be planted.
    """
    listener = _bound(port)
    url = f"{'https' if tls else 'http'}://{HOST}:{listener.getsockname()[1]}"
    before = signal.signal(signal.SIGTERM, lambda _signal, _frame: None)  # uvicorn raises it again when it has stopped
    try:
        with listener, _certificates(tls) as files, contextlib.suppress(KeyboardInterrupt):
            authority = files.authority if files else None
            org = _org(settings, database, record)
            console = ConsoleSite(org, administrator_from(os.environ))
            _server(EmulatorApp(org, console, plant), lambda: ready(url, authority), files).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


def _org(settings: EmulatorSettings, database: Path | None, record: Path | None) -> Org:
    org = Org(settings, database)
    org.recorder = Recorder(record) if record else None
    return org


@contextlib.contextmanager
def _certificates(tls: bool) -> Iterator[Certificates | None]:
    """The files of a TLS server while the block lasts, or None without TLS."""
    if not tls:
        yield None
        return
    from okta_emulator.http.tls import make_certificates

    with tempfile.TemporaryDirectory(prefix="okta-emulator-") as folder:
        yield make_certificates(Path(folder))


def _server(app: EmulatorApp, started: Callable[[], None], files: Certificates | None) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=OrgProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS + 2 * _LEAVE_SECONDS,  # never reached, so uvicorn logs nothing
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    return _Server(config, app.begin, started)


class _Server(uvicorn.Server):
    """Calls `begin` before the first request, `started` when it answers; as it stops, ends the requests in progress."""

    def __init__(self, config: uvicorn.Config, begin: Callable[[], None], started: Callable[[], None]) -> None:
        super().__init__(config)
        self._begin = begin
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        say_once_when_full(asyncio.get_running_loop())
        self._begin()
        await super().startup(sockets=sockets)
        self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        later = asyncio.get_running_loop().call_later
        timers = (later(_STOP_SECONDS, self._end_requests), later(_STOP_SECONDS + _LEAVE_SECONDS, self._hang_up))
        try:
            await super().shutdown(sockets=sockets)
        finally:
            for timer in timers:
                timer.cancel()

    def _end_requests(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def _bound(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only if the protocol is given; otherwise each response waits 40 ms for a delayed ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise EmulatorProblem(
            f"The emulator can't listen on {HOST}:{port}.",
            why=error.strerror,
            fix="Choose another port, or 0 for a free one.",
        ) from error
    return listener
