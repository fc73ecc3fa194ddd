"""Signing in by hand once: the session is kept, used, and said to have ended when it has."""

from __future__ import annotations

import asyncio

import pytest

from oktascim.catalog import find_template
from oktascim.errors import OktascimError
from oktascim.okta.access import ApiToken
from oktascim.okta.client import Okta
from oktascim.okta.org import admin_origin
from oktascim.routes.browser import manual_sign_in
from oktascim.routes.browser.access import ConsoleAccess, SavedSessions
from oktascim.secret_text import SecretStr
from tests.support.console import Stage

pytestmark = pytest.mark.browser


class Memory:
    """A keyring."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name)

    def set(self, name, secret):
        self.kept[name] = secret

    def delete(self, name):
        return self.kept.pop(name, None) is not None


def sign_in(stage: Stage, *, person: bool):
    from oktascim.routes.browser.manual_sign_in import sign_in_manually
    from oktascim.routes.browser.screen import Screen
    from oktascim.routes.browser.sign_in import SignInFlow

    async def work():
        busy = []
        async with Okta(stage.org.url, ApiToken(SecretStr(stage.org.token)), clock=stage.clock) as okta:
            admin = await admin_origin(okta)
            sign_in = SignInFlow(stage.org.url, admin, find_template("scim2-oauth").console, stage.account())

            def play(context):
                if person:
                    busy.append(asyncio.create_task(sign_in.answer(Screen(context.pages[0], stage.clock))))

            return await sign_in_manually(okta, {}, headed=False, meanwhile=play)

    return asyncio.run(work())


def test_the_session_is_kept_encrypted_and_used_until_it_ends(stage, tmp_path):
    org, state = sign_in(stage, person=True)
    assert org == stage.org.url
    assert {cookie["domain"] for cookie in state["cookies"]} == {"127.0.0.1", "localhost"}
    kept = SavedSessions(tmp_path / "sessions", Memory())
    file = kept.save(org, state)
    assert not any(cookie["value"].encode() in file.read_bytes() for cookie in state["cookies"])
    stage.access = ConsoleAccess(state=kept.load(org))
    assert stage.attempt(stage.app()).acted
    stage.org.console.sessions.clear()
    attempt = stage.attempt(stage.app())
    assert "The saved session has ended: run `oktascim auth login --console` again" in attempt.said


def test_nobody_signs_in(stage, monkeypatch):
    monkeypatch.setattr(manual_sign_in, "_SECONDS", 1.0)
    with pytest.raises(OktascimError, match="No one signed in"):
        sign_in(stage, person=False)
