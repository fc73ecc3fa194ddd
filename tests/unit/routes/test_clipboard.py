"""The clipboard: holds the secret of a step while somebody enters it, and no longer."""

from __future__ import annotations

import os

import pyperclip
import pytest

from oktascim.errors import OktascimError, UsageProblem
from oktascim.routes.clipboard import Clipboard, system_clipboard
from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.observer import Handoff, Observer
from oktascim.secret_text import SecretStr

SECRET = SecretStr("t0ken-s3cret")
APP = {"id": "0oa1", "name": "scim2headerauth", "label": "Acme", "features": []}
OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


@pytest.fixture
def board():
    held = [""]
    return Clipboard(lambda text: held.__setitem__(0, text), lambda: held[0])


def test_the_secret_is_there_for_the_block_and_gone_after(board):
    with board.holding(SECRET):
        assert board.paste() == "t0ken-s3cret"
    assert board.paste() == ""


def test_it_is_gone_after_a_failure_too(board):
    with pytest.raises(KeyboardInterrupt), board.holding(SECRET):
        raise KeyboardInterrupt
    assert board.paste() == ""


def test_what_was_copied_meanwhile_stays(board):
    with board.holding(SECRET):
        board.copy("the person's own")
    assert board.paste() == "the person's own"


def test_a_clipboard_that_fails_is_said_without_the_secret():
    def broken(text):
        raise pyperclip.PyperclipException("no display\nmore")

    with pytest.raises(OktascimError) as failure, Clipboard(broken, str).holding(SECRET):
        pass
    assert (failure.value.what, failure.value.why) == ("Can't use the clipboard.", "no display")


def test_a_clipboard_that_fails_in_silence_is_noticed():
    with pytest.raises(OktascimError, match="Can't use"), Clipboard(lambda _text: None, str).holding(SECRET):
        pass


def test_a_helper_that_outlives_us_holds_no_stream_of_ours(monkeypatch, capfd):
    def copy(text):
        os.write(1, b"to stdout")
        os.write(2, b"to stderr")

    monkeypatch.setattr(pyperclip, "determine_clipboard", lambda: (copy, copy))
    system_clipboard().copy("x")
    os.write(1, b"ours")
    assert capfd.readouterr() == ("ours", "")


def copy_klipper(text):
    """Stands for the one that puts the text into the arguments of a process."""


@pytest.mark.parametrize("copy", [pyperclip.init_no_clipboard()[0], copy_klipper])
def test_a_machine_without_a_private_clipboard_says_what_to_install(monkeypatch, copy):
    monkeypatch.setattr(pyperclip, "determine_clipboard", lambda: (copy, copy))
    with pytest.raises(UsageProblem, match="no usable clipboard") as problem:
        system_clipboard()
    assert "xclip" in problem.value.fix


class Person(Observer):
    """Keeps the instructions, and what the clipboard held when they came."""

    def __init__(self, board: Clipboard) -> None:
        self.board = board
        self.told: list[tuple[Handoff, str]] = []

    def handoff(self, name: str, handoff: Handoff) -> None:
        self.told.append((handoff, self.board.paste()))


def test_a_handoff_says_that_the_secret_is_there_and_takes_it_away(fake_okta, make_task, make_secrets, board):
    fake_okta.on("GET /api/v1/apps/0oa1", APP, {**APP, "features": ["GROUP_PUSH"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    person = Person(board)

    async def work():
        async with fake_okta.client() as okta:
            return await HandoffRoute(okta, make_secrets(), person, 600, clipboard=board).attempt(make_task())

    attempt = fake_okta.clock.run(work())
    ((handoff, held),) = person.told
    assert "API Token: (on your clipboard)" in handoff.steps
    assert held == "t0ken-s3cret"
    assert board.paste() == ""
    assert "API Token: (the value of the environment variable ACME_TOKEN)" in attempt.handoff.steps


def test_a_handoff_without_a_secret_leaves_the_clipboard_alone(fake_okta, make_task, make_secrets, board):
    board.copy("the person's own")
    fake_okta.on("GET /api/v1/apps/0oa1", APP)
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    person = Person(board)

    async def work():
        async with fake_okta.client() as okta:
            route = HandoffRoute(okta, make_secrets(), person, 10, clipboard=board)
            await route.attempt(make_task(stage="to_app", to_app=["create"]))

    fake_okta.clock.run(work())
    assert board.paste() == "the person's own"
    ((handoff, _),) = person.told
    assert not any("clipboard" in step for step in handoff.steps)
