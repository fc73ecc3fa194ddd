"""What holds for every test: loopback only, a clean environment, a fake org and a fake clock."""

from __future__ import annotations

import asyncio
import os
import re
import selectors
import socket
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from httpx._transports import default
from hypothesis import settings

from oktascim.http.clock import Clock
from oktascim.okta.access import ApiToken
from oktascim.okta.client import Okta
from oktascim.secret_text import SecretStr

pytest_plugins = ["tests.support.fixtures", "tests.support.operations"]

settings.register_profile("busy", deadline=None)  # how long an example takes says more about the machine than about us
settings.register_profile(  # pytest --hypothesis-profile=attack
    "attack", deadline=None, max_examples=int(os.environ.get("OKTASCIM_TEST_EXAMPLES", "10000"))
)
settings.load_profile("busy")

T = TypeVar("T")

REPOSITORY = Path(__file__).parent.parent
GROUND_TRUTH = "OKTASCIM_GROUND_TRUTH"
ORG = "https://acme.okta.com"
_OURS_OR_CI = re.compile(r"(OKTA|OKTASCIM|GITHUB|XDG)_.*|CI|NO_COLOR|FORCE_COLOR|(.*_)?PROXY", re.IGNORECASE)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine, and every name that only a resolver elsewhere knows."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def is_local(host: Any) -> bool:
        name = host.decode() if isinstance(host, bytes) else host
        return name in {None, "", "localhost", "::1", "0.0.0.0"} or name.startswith("127.")

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not is_local(address[0]):
                raise RuntimeError(f"A test tried to connect to {address}.")
            return method(self, address)

        return call

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if is_local(host):
            return look_up(host, *args, **kwargs)
        if (host.decode() if isinstance(host, bytes) else host).endswith(
            ".invalid"
        ):  # no resolver knows such a name (RFC 6761 6.4)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise RuntimeError(f"A test tried to look up {host!r}.")

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(scope="session", autouse=True)
def shared_authorities() -> Iterator[None]:
    """Let the tests' own HTTP clients share one TLS context: each would read the public authorities, which takes 25 ms.

    The product asks httpx for a context by its public name, or speaks plain http without one.
    """
    create, shared = default.create_ssl_context, default.create_ssl_context()

    def context_for(verify: Any = True, cert: Any = None, trust_env: bool = True) -> Any:
        return shared if verify is True and cert is None else create(verify, cert, trust_env)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default, "create_ssl_context", context_for)
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths of folders, each new; pytest's own numbering reads all folders that there are."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    """Take away what the developer's own shell or a CI runner would tell the program."""
    for name in os.environ:
        if _OURS_OR_CI.fullmatch(name) and name != GROUND_TRUTH:
            monkeypatch.delenv(name)
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture(scope="session")
def ground_truth() -> Path:
    """The folder of recorded third-party material; tests that need it are skipped where it is absent."""
    folder = REPOSITORY / os.environ.get(GROUND_TRUTH, "../shared/data")
    if not folder.is_dir():
        pytest.skip(f"needs recorded material: {GROUND_TRUTH} does not name a folder")
    return folder


class _Jump(selectors.DefaultSelector):
    """Instead of waiting for the next timer, moves the clock to it."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits and nothing will ever happen"
        self._clock.elapsed += max(0.0, timeout)
        return super().select(0)


@dataclass
class FakeClock:
    """Time that passes only when everybody sleeps. For code without sockets: `fake_clock.run(work())`."""

    start: float = 1_800_000_000.0
    elapsed: float = 0.0
    slept: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.start + self.elapsed, monotonic=lambda: self.elapsed, sleep=self._sleep)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=self._loop) as runner:
            return runner.run(work)

    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop(_Jump(self))
        loop.time = lambda: self.elapsed
        return loop

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(seconds)


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def make_clock() -> Callable[[], FakeClock]:
    """For tests that need a new clock for every example."""
    return FakeClock


Answer = httpx.Response | Exception | dict[str, Any] | list[Any] | Callable[[httpx.Request], httpx.Response]


@dataclass
class Stub:
    """Answers to one request line, in order; the last one also answers what comes after."""

    name: str
    answers: tuple[Answer, ...]
    requests: list[httpx.Request] = field(default_factory=list)

    def matches(self, request: httpx.Request) -> bool:
        method, _, target = self.name.partition(" ")
        path, question, query = target.partition("?")
        asked_path, _, asked_query = request.url.raw_path.decode().partition("?")
        return method == request.method and path == asked_path and (not question or query == asked_query)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        return httpx.Response(200, json=answer) if isinstance(answer, dict | list) else _copy(answer)


def _copy(response: httpx.Response) -> httpx.Response:
    return httpx.Response(response.status_code, content=response.content, headers=response.headers)


class FakeOkta:
    """An org made of named stubs; it fails on a request that has none and on a stub that nothing used up."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.stubs: list[Stub] = []
        self.requests: list[httpx.Request] = []
        self.unknown: list[str] = []
        self.announced: list[tuple[str, float]] = []

    def on(self, name: str, *answers: Answer) -> Stub:
        """Answer a request line such as `GET /api/v1/apps?limit=200`; without a query, any query matches."""
        stub = Stub(name, answers or ({},))
        self.stubs.insert(0, stub)
        return stub

    def client(self, org_url: str = ORG, token: str = "00token", **options: Any) -> Okta:
        options = {"clock": self.clock.clock, "transport": self.transport, "announce": self._announce} | options
        return Okta(org_url, ApiToken(SecretStr(token)), **options)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        for stub in self.stubs:
            if stub.matches(request):
                return stub.answer(request)
        self.unknown.append(f"{request.method} {request.url}")
        raise AssertionError(f"no stub for {request.method} {request.url}")

    @property
    def lines(self) -> list[str]:
        """Every request so far as `METHOD /path`."""
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def check(self) -> None:
        """Fail on requests without a stub and on stubs with answers to spare."""
        assert not self.unknown, f"requests without a stub: {self.unknown}"
        unused = [stub.name for stub in self.stubs if len(stub.requests) < len(stub.answers)]
        assert not unused, f"stubs that were not used up: {unused}"

    def _announce(self, reason: str, seconds: float) -> None:
        self.announced.append((reason, seconds))


@pytest.fixture
def fake_okta(fake_clock: FakeClock) -> Iterator[FakeOkta]:
    fake = FakeOkta(fake_clock)
    yield fake
    fake.check()


@pytest.fixture
def okta_error() -> Callable[..., httpx.Response]:
    """Okta's error envelope (OB-130)."""

    def build(status: int, code: str = "", summary: str = "", *causes: str, **headers: str) -> httpx.Response:
        body = {"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae0"}
        body["errorCauses"] = [{"errorSummary": cause} for cause in causes]
        return httpx.Response(status, json=body, headers={name.replace("_", "-"): headers[name] for name in headers})

    return build
