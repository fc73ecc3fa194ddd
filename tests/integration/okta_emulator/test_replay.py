"""A recording is sent to a server again: same statuses from one that behaves alike, and what differs is told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.scim_client.replay import read_recording
from okta_emulator.testing import OktaEmulator
from oktascim.cli.main import run
from tests.conftest import REPOSITORY
from tests.support.broken_server import TOKEN, broken_server


@pytest.fixture(scope="module", params=["exchanges.jsonl", "exchanges.har"])
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("recorded") / request.param
    with broken_server() as server:
        environ = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": TOKEN}
        with OktaEmulator(seed=REPOSITORY / "examples" / "seed.yaml", environ=environ, record=file) as org:
            org.settle()
            org.call("DELETE", "/api/v1/apps/0oaacme/users/00uada")
    return file


@pytest.mark.parametrize(("fault", "code"), [("", 0), ("pathless-patch-refused", 5)])
def test_a_replay_reaches_the_new_ids(recording: Path, fault: str, code: int) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    with broken_server(*([fault] if fault else [])) as server:
        server.store.next_id = 500  # the recorded ids are others
        words = ["emulator", "replay", str(recording), server.base_url, "--bearer", "env:TOKEN"]
        assert run(words, environ={"TOKEN": TOKEN}, stdout=stdout, stderr=stderr) == code
        users = {user["userName"]: user["active"] for user in server.store.resources["Users"].values()}
    assert users == {"ada@acme.example": bool(fault), "grace@acme.example": True}
    assert ("(recorded: 200)" in stdout.getvalue()) == bool(fault)
    assert len(stdout.getvalue().splitlines()) == len(read_recording(recording))
    assert TOKEN not in stdout.getvalue() + stderr.getvalue()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "It isn't JSON: "),
        ('{"method": "GET"}', "An exchange has no url."),
        ('{"method":"TRACE","url":"http://x/Users"}', "Exchange 1 has the method TRACE."),
        ("[1]", "It doesn't have the shape of a recording."),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    with pytest.raises(InvalidSetting, match="can't be replayed") as refused:
        read_recording(file)
    assert str(refused.value.why).startswith(why)


def _entry(**changed: object) -> str:
    posted = {
        "method": "POST",
        "url": "http://x/scim/Users",
        "request_body": "{}",
        "status": 201,
        "response_body": "{}",
    }
    return json.dumps(posted | changed)


@pytest.mark.parametrize(
    "text",
    [
        _entry(url="http://x/scim/Users/../../admin"),
        _entry(url="http://x/scim/Users/%2e%2E/admin"),
        _entry(url="http://x/scim/Users/\ud800"),
        _entry(request_body='{"a":' * 900 + "1" + "}" * 900),
        _entry(request_body="[1]"),
        _entry(status="created"),
    ],
)
def test_what_the_emulator_cannot_have_sent_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    with pytest.raises(InvalidSetting, match="can't be replayed"):
        read_recording(file)


def test_an_empty_recording_proves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.touch()
    with pytest.raises(InvalidSetting, match="contains no exchanges"):
        read_recording(file)
