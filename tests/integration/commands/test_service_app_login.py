"""`oktascim auth` with a service app: by options, guided, and what status and scopes show of it."""

from __future__ import annotations

import json

import jwt
import keyring.core
import pytest

from oktascim.errors import ExitCode
from oktascim.render.streams import Output
from tests.support.dict_keyring import DictKeyring
from tests.support.service_apps import key_pair, registered
from tests.support.world import World

NO_TOKEN = {"OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_ORGURL": ""}


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> DictKeyring:
    backend = DictKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def test_a_key_of_ones_own(world: World, ring: DictKeyring) -> None:
    pair = key_pair()
    world.okta("POST", "/_emulator/service-apps", registered(pair, scopes=["okta.apps.read", "okta.orgs.read"]))
    file = world.folder / "key.pem"
    file.write_text(pair.pem)
    file.chmod(0o600)
    login = ("auth", "login", "--service-app", "--org-url", world.org.url, "--profile", "dev")
    result = world.oktascim(*login, "--client-id", "0oaservice", "--private-key", str(file), "--kid", "k1", **NO_TOKEN)
    assert result.code == ExitCode.DONE, result.stderr
    assert "Granted: okta.apps.read, okta.orgs.read." in result.stderr
    assert "Not granted: okta.logs.read. Needed by: " in result.stderr
    assert ring.kept == {f"{world.org.url}#0oaservice": pair.pem}
    assert "PRIVATE" not in (world.folder / "profiles.yaml").read_text()

    assert world.oktascim("app", "list", **NO_TOKEN).code == ExitCode.DONE
    status = world.oktascim("auth", "status", "-o", "json", **NO_TOKEN).json
    assert status["identity"] == {
        "kind": "OAuth 2.0 service app (private key)",
        "source": "keyring (profile dev)",
    }
    assert status["pipeline"] == "idx"
    assert status["scopes"]["granted"] == ["okta.apps.read", "okta.orgs.read"]
    assert "logs" in status["scopes"]["missing"]["okta.logs.read"]

    assert world.oktascim("auth", "logout", "dev", **NO_TOKEN).code == ExitCode.DONE
    assert ring.kept == {}


def test_a_refused_key_is_not_kept(world: World, ring: DictKeyring) -> None:
    world.okta("POST", "/_emulator/service-apps", registered(key_pair()))
    file = world.folder / "key.pem"
    file.write_text(key_pair().pem)
    file.chmod(0o600)
    login = ("auth", "login", "--org-url", world.org.url, "--client-id", "0oaservice", "--private-key", str(file))
    result = world.oktascim(*login, **NO_TOKEN)
    assert result.code == ExitCode.IDENTITY
    assert ring.kept == {}
    assert not (world.folder / "profiles.yaml").exists()


def test_the_guided_login_keeps_its_key_pair_until_it_is_finished(
    world: World, ring: DictKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Output, "interactive", property(lambda _output: True))
    asked: list[str] = []

    def answer(_output: Output, prompt: str, **_options: object) -> str:
        asked.append(prompt)
        return "0oaservice"

    monkeypatch.setattr(Output, "ask", answer)
    login = ("auth", "login", "--service-app", "--org-url", world.org.url)
    first = world.oktascim(*login, **NO_TOKEN)
    assert first.code == ExitCode.IDENTITY  # nobody has registered the app yet
    (waiting,) = ring.kept
    assert waiting == f"{world.org.url}#new"

    public = json.loads(first.stdout[first.stdout.index("{") : first.stdout.rindex("}") + 1])
    assert set(public) == {"kty", "n", "e", "alg", "use", "kid"}
    app = {"client_id": "0oaservice", "jwks": {"keys": [public]}, "scopes": ["okta.apps.read"]}
    world.okta("POST", "/_emulator/service-apps", app)

    second = world.oktascim(*login, **NO_TOKEN)
    assert second.code == ExitCode.DONE, second.stderr
    assert public["kid"] in second.stdout
    assert list(ring.kept) == [f"{world.org.url}#0oaservice"]
    assert asked == ["Client ID: "] * 2
    for line in ring.kept[f"{world.org.url}#0oaservice"].splitlines()[1:-1]:
        assert line not in first.stdout + first.stderr + second.stdout + second.stderr
    key = jwt.PyJWK.from_dict(public)
    assert key.key.key_size == 2048


def test_nobody_can_be_guided_in_a_pipe(world: World, ring: DictKeyring) -> None:
    result = world.oktascim("auth", "login", "--service-app", "--org-url", world.org.url, **NO_TOKEN)
    assert result.code == ExitCode.USAGE
    assert "--client-id ID --private-key FILE" in result.stderr


def test_scopes_by_command_and_by_spec(world: World) -> None:
    (plan,) = world.oktascim("auth", "scopes", "plan", "-o", "json").json
    assert plan == {"command": "plan", "role": "Read-only Administrator", "scopes": ["okta.apps.read"]}
    plan, apply = world.oktascim("auth", "scopes", "--spec", world.spec(), "-o", "json").json
    assert plan["scopes"] == ["okta.apps.read", "okta.groups.read", "okta.users.read"]
    assert "okta.groups.manage" in apply["scopes"]
    mistyped = world.oktascim("auth", "scopes", "aply")
    assert mistyped.code == ExitCode.USAGE
    assert "Did you mean apply?" in mistyped.stderr
