"""Notes what the emulator does in each test: operations of its API, and requests of its SCIM client.

`pytest --note-operations FILE` writes which test holds which operation; `docs/make_coverage.py` makes
docs/emulator_tests.json so. In every run, a test that this map names fails once it no longer does what the map says.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MAP = Path(__file__).parents[2] / "docs" / "emulator_tests.json"
_RECORDINGS = "test_emulator_recordings.py"
_SECTIONS = ("operations", "requests")

Done = tuple[str, str]
"""A section of the map and what was done, such as ("operations", "GET /api/v1/apps/{app_id}")."""


class _Notes:
    """What is done in the test that runs, and what each test did.

    Attributes:
        now: what the running test did so far, successfully; the latest is last.
        tests: what each test did, by its node id.
        promised: what the map says that each test does.
    """

    def __init__(self) -> None:
        self.now: dict[Done, None] = {}
        self.tests: dict[str, dict[Done, None]] = {}
        self.promised: dict[str, set[Done]] = defaultdict(set)

    def read(self, file: Path) -> None:
        """Read from a map what each test promises to do."""
        known = json.loads(file.read_text(encoding="utf-8"))
        for section in _SECTIONS:
            for name, held in known[section].items():
                self.promised[held["test"]].add((section, name))

    def listen(self) -> None:
        """Have the emulator's app and SCIM client tell what they do."""
        from okta_emulator.http.app import MODULES, EmulatorApp
        from okta_emulator.scim_client import logged_actions
        from okta_emulator.scim_client.conversation import Conversation

        handle, request, step = EmulatorApp.__call__, Conversation.request, Conversation.step
        endpoints = {f"{one.method} {one.path}" for module in MODULES for one in module.ENDPOINTS}
        actions = {id(value): name for name, value in vars(logged_actions).items() if name.isupper()}

        async def handled(app: Any, scope: Any, receive: Any, send: Any) -> None:
            async def sent(message: Any) -> None:  # noted before the client has the response, and the test ends
                if message["type"] == "http.response.start":
                    route = next((one for one in app.routes if getattr(one, "endpoint", 0) is scope.get("endpoint")), 0)
                    name = f"{scope['method']} {getattr(route, 'path', '')}"
                    if name in endpoints:
                        self._note("operations" if message["status"] < 400 else "refusals", name)
                await send(message)

            await handle(app, scope, receive, sent)

        async def requested(scim: Any, method: Any, path: str, **more: Any) -> Any:
            collection, _, one = path.removeprefix("/").partition("/")
            name = f"{method} /{collection}" + ("/{id}" if one else "")
            reply = await request(scim, method, path, **more)
            self._note("requests" if reply.ok else "refusals", f"{scim.noted_step} {name}")
            return reply

        def stepped(scim: Any, action: Any, *args: Any, **more: Any) -> Any:
            scim.noted_step = actions[id(action)]
            return step(scim, action, *args, **more)

        EmulatorApp.__call__ = handled  # type: ignore[method-assign]
        Conversation.request, Conversation.step = requested, stepped  # type: ignore[method-assign, assignment]

    def _note(self, section: str, name: str) -> None:
        self.now.pop((section, name), None)
        self.now[section, name] = None

    def map(self) -> dict[str, dict[str, Any]]:
        """For each operation and request the test that holds it, and how many others do it too.

        It is one of the recordings that end with the operation, or else the test that does the fewest other things,
        without refusals if there is one.
        """
        counts = Counter(done for all_done in self.tests.values() for done in all_done)
        found: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
        for (section, name), count in sorted(counts.items()):
            if section == "refusals":
                continue
            holding = [test for test, done in self.tests.items() if (section, name) in done]
            recorded = [
                one for one in holding if _RECORDINGS in one and next(reversed(self.tests[one])) == (section, name)
            ]
            test = min(recorded or holding, key=self._rank)
            found[section][name] = {"test": test, "others": count - 1}
        return found

    def _rank(self, test: str) -> tuple[bool, int, str]:
        done = self.tests[test]
        return any(section == "refusals" for section, _ in done), len(done), test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-operations", metavar="FILE", help="write which test holds which operation of the emulator")


def pytest_collection_finish(session: pytest.Session) -> None:
    notes = _Notes()
    if session.config.getoption("--note-operations") is None and MAP.exists():
        notes.read(MAP)
    wanted = session.config.getoption("--note-operations") or any(one.nodeid in notes.promised for one in session.items)
    if wanted and not session.config.getoption("collectonly"):
        notes.listen()
        session.config.stash[_NOTES] = notes


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    notes = item.config.stash.get(_NOTES, None)
    if notes is None:
        return (yield)
    notes.now = {}
    yield
    notes.tests[item.nodeid], notes.now = notes.now, {}
    lost = sorted(name for _, name in notes.promised.get(item.nodeid, set()) - notes.tests[item.nodeid].keys())
    if lost:
        pytest.fail(f"docs/emulator-coverage.md says that this test holds {', '.join(lost)}; run `make docs`", False)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    file = session.config.getoption("--note-operations")
    if file is not None and exitstatus == pytest.ExitCode.OK:
        text = json.dumps(session.config.stash[_NOTES].map(), indent=1, sort_keys=True)
        Path(file).write_text(text + "\n", encoding="utf-8")


_NOTES = pytest.StashKey[_Notes]()
