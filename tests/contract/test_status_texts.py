"""The connection test and the emulator, which share no code, compose the same text for a status."""

from __future__ import annotations

import pytest

from okta_emulator.scim_client.client import Reply
from okta_emulator.scim_client.dialect import SCIM_20
from okta_emulator.scim_client.outcome import Exchange
from okta_emulator.scim_client.texts import detail_of
from oktascim.scim.answer import Answer, _okta_message

BODIES = ("", '{"detail": "no such token"}', '{"Errors": 7}')


def emulated(status: int, phrase: str, text: str) -> str:
    exchange = Exchange("GET", "http://x.io", (), None, status, (), text, None, "", 0.0)
    return detail_of(Reply(exchange, text, phrase), SCIM_20)


@pytest.mark.parametrize("text", BODIES[:2])
@pytest.mark.parametrize("phrase", ["", "Nope"])
def test_the_text_of_every_status(phrase: str, text: str) -> None:
    for status in range(400, 600):
        ours = _okta_message(Answer(status, phrase, text, "", "", "", "", ""))
        assert ours.replace("“", "").replace("”", "") == f"Error authenticating: {emulated(status, phrase, text)}"
