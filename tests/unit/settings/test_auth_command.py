"""`oktascim auth`: what it sends, keeps and shows; Okta is played by respx, the keyring by a dict."""

from __future__ import annotations

import io
import json

import httpx
import keyring.core
import pytest
import respx
from keyring.backends import fail, null

from oktascim.cli.main import run
from oktascim.errors import ExitCode
from oktascim.http.clock import Clock
from oktascim.redact import Masker
from oktascim.routes.browser.access import SavedSessions
from oktascim.settings.keyring_store import KeyringStore
from tests.support.dict_keyring import DictKeyring
from tests.support.org_page import ORG_PAGE

ORG, TOKEN = "https://acme.okta.com", "00sentinel-token"
REFUSED = {"errorCode": "E0000011", "errorSummary": "Invalid token provided", "errorCauses": []}
FORBIDDEN = {"errorCode": "E0000006", "errorSummary": "You do not have permission", "errorCauses": []}
LIMITS = {
    "X-Rate-Limit-Limit": "50",
    "X-Rate-Limit-Remaining": "49",
    "X-Rate-Limit-Reset": "1900000000",
    "Date": "Sun, 17 Mar 2030 17:46:30 GMT",
}


@pytest.fixture
def ring(monkeypatch):
    backend = DictKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture
def oktascim(tmp_path, monkeypatch):
    """Run a command line in an empty place; gives (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def call(*words, stdin="", **environ):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        out, err = io.StringIO(), io.StringIO()
        environ = {"OKTASCIM_CONFIG_DIR": str(tmp_path / "config"), **environ}
        code = run(["auth", *words], environ=environ, stdout=out, stderr=err)
        assert TOKEN not in out.getvalue() + err.getvalue()
        return code, out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def okta():
    with respx.mock(assert_all_called=False) as router:
        router.get(f"{ORG}/.well-known/okta-organization").respond(json=ORG_PAGE)
        router.get(f"{ORG}/api/v1/org").respond(
            json={"id": "00o1", "subdomain": "acme", "companyName": "Acme", "status": "ACTIVE"}, headers=LIMITS
        )
        for kind in ("apps", "users", "groups", "logs"):
            router.get(f"{ORG}/api/v1/{kind}").respond(json=[])
        yield router


def test_login_list_use_and_logout(oktascim, okta, ring):
    code, out, err = oktascim("login", "--org-url", f"{ORG}/", "--token-stdin", stdin=f"{TOKEN}\n")
    assert (code, out) == (ExitCode.DONE, "")
    assert err == f"Signed in to {ORG} (Acme). The token is in the keyring; acme is now the current profile.\n"
    assert ring.kept == {ORG: TOKEN}
    assert okta.calls.last.request.headers["Authorization"] == f"SSWS {TOKEN}"

    listed = json.loads(oktascim("list", "-o", "json")[1])
    assert listed == [{"name": "acme", "org_url": ORG, "current": True, "client_id": None, "protected": False}]
    assert oktascim("list")[1].splitlines()[1].split("\t") == ["acme", ORG, "yes", "API token", ""]
    assert oktascim("use", "acme")[0] == ExitCode.DONE

    assert oktascim("logout", "--profile", "acme")[0] == ExitCode.DONE
    assert ring.kept == {}
    assert json.loads(oktascim("list", "-o", "json")[1]) == []


def test_status_shows_sources_access_and_rate_limits(oktascim, okta, ring):
    okta.get(f"{ORG}/api/v1/logs").respond(403, json=FORBIDDEN)
    oktascim("login", "--org-url", ORG, "--profile", "dev", "--token-stdin", stdin=TOKEN)
    code, out, _ = oktascim("status", "-o", "json")
    document = json.loads(out)
    assert code == ExitCode.DONE
    assert document["org"] == {
        "url": ORG, "id": "00o1", "subdomain": "acme", "company_name": "Acme", "status": "ACTIVE",
    }  # fmt: skip
    assert document["identity"] == {"kind": "API token (SSWS)", "source": "keyring (profile dev)"}
    assert document["sources"]["org_url"] == "profile dev"
    assert {one["read"]: one["allowed"] for one in document["access"]} == {
        "org": True, "apps": True, "users": True, "groups": True, "logs": False,
    }  # fmt: skip
    assert document["access"][-1]["refused"] == "You do not have permission"
    assert {"bucket": "/api/v1", "limit": 50, "remaining": 49} in document["rate_limits"]
    table = oktascim("status")[1]
    assert "may read logs\tno\tYou do not have permission" in table
    assert "rate limit /api/v1\t49 of 50 left\t" in table


def test_a_kept_console_session_is_shown_and_can_be_removed_alone(oktascim, okta, ring, tmp_path, monkeypatch):
    oktascim("login", "--org-url", ORG, "--token-stdin", stdin=TOKEN)

    def shown():
        return json.loads(oktascim("status", "-o", "json")[1])["console_session"]

    assert shown() == {"org": ORG, "state": "none"}
    store = KeyringStore({}, Masker())
    for words in (("--console",), ("acme", "--console")):
        file = SavedSessions(tmp_path / "config", store).save(ORG, {"cookies": [], "origins": []})
        assert shown() == {"org": ORG, "state": "kept"}
        assert "console session\tsaved\t" in oktascim("status")[1]
        assert oktascim("logout", *words)[2] == f"Removed the console session of {ORG}.\n"
        assert not file.exists()
    assert ring.kept == {ORG: TOKEN}
    assert oktascim("logout", "--console")[2] == f"No saved console session for {ORG}.\n"
    SavedSessions(tmp_path / "config", store).save(ORG, {"cookies": [], "origins": []})
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())
    out = json.loads(oktascim("status", "-o", "json", OKTA_CLIENT_TOKEN=TOKEN)[1])
    assert out["console_session"]["state"] == "locked"


def test_logout_wants_a_profile_or_the_session(oktascim, ring):
    code, _, err = oktascim("logout")
    assert code == ExitCode.USAGE
    assert "oktascim auth logout PROFILE" in err


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), "forgetful"])
def test_nobody_signs_in_by_hand_for_a_keyring_that_keeps_nothing(oktascim, okta, monkeypatch, backend):
    opened = []
    monkeypatch.setattr("oktascim.runs.console_access.what_is_missing", lambda _environ: None)
    monkeypatch.setattr("oktascim.routes.browser.manual_sign_in.launch", lambda *_, **__: opened.append(True))
    monkeypatch.setattr(DictKeyring, "set_password", lambda *_: None)
    monkeypatch.setattr(keyring.core, "_keyring_backend", DictKeyring() if backend == "forgetful" else backend)
    code, _, err = oktascim("login", "--console", OKTA_CLIENT_ORGURL=ORG, OKTA_CLIENT_TOKEN=TOKEN)
    assert (code, opened) == (ExitCode.USAGE, [])
    assert "Set OKTASCIM_CONSOLE_USERNAME, OKTASCIM_CONSOLE_PASSWORD and OKTASCIM_CONSOLE_TOTP_SECRET" in err
    assert "OKTA_CLIENT_TOKEN" not in err


def test_a_wrong_token_is_exit_4_and_nothing_is_kept(oktascim, okta, ring):
    okta.get(f"{ORG}/api/v1/org").respond(401, json=REFUSED)
    code, _, err = oktascim("login", "--org-url", ORG, "--token-stdin", stdin=TOKEN)
    assert code == ExitCode.IDENTITY
    assert "E0000011 Invalid token provided" in err
    assert ring.kept == {}
    assert oktascim("status", OKTA_CLIENT_ORGURL=ORG, OKTA_CLIENT_TOKEN=TOKEN)[0] == ExitCode.IDENTITY


def test_a_role_too_small_to_read_the_org_still_proves_the_token(oktascim, okta, ring):
    okta.get(f"{ORG}/api/v1/org").respond(403, json=FORBIDDEN)
    assert oktascim("login", "--org-url", ORG, "--token-stdin", stdin=TOKEN)[0] == ExitCode.DONE
    assert ring.kept == {ORG: TOKEN}


def test_login_again_takes_the_org_of_the_profile(oktascim, okta, ring):
    oktascim("login", "--org-url", ORG, "--profile", "dev", "--token-stdin", stdin="00old-token")
    assert oktascim("login", "--profile", "dev", "--token-stdin", stdin=TOKEN)[0] == ExitCode.DONE
    assert ring.kept == {ORG: TOKEN}


def test_login_without_a_person_says_how(oktascim, ring):
    code, _, err = oktascim("login", "--org-url", ORG)
    assert code == ExitCode.USAGE
    assert "--token-stdin < token.txt" in err
    code, _, err = oktascim("login", "--token-stdin", stdin=TOKEN)
    assert code == ExitCode.USAGE
    assert "--org-url" in err


@pytest.mark.parametrize(
    ("given", "words"),
    [("x" * 20_000_000, "is larger than 64 KB"), ("\udcff", "isn't UTF-8 text")],
    ids=["20 MB", "not text"],
)
def test_standard_input_that_is_no_token(oktascim, okta, ring, monkeypatch, given, words):
    if given == "\udcff":
        monkeypatch.setattr("oktascim.runs.secret_input.standard_input", lambda: io.BytesIO(b"\xff\n"))
    code, _, err = oktascim("login", "--org-url", ORG, "--token-stdin", stdin=given)
    assert (code, okta.calls.call_count) == (ExitCode.USAGE, 0)
    assert words in err


def test_login_without_a_keyring_names_the_way_out_before_it_asks_or_sends(oktascim, okta, monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())
    for words in (("--token-stdin",), ()):  # without it, nobody could be asked, which is the lesser trouble
        code, _, err = oktascim("login", "--org-url", ORG, *words, stdin=TOKEN)
        assert (code, okta.calls.call_count) == (ExitCode.USAGE, 0)
        assert "This machine has no keyring." in err
        assert f'export OKTA_CLIENT_ORGURL={ORG} OKTA_CLIENT_TOKEN="$(cat token.txt)"' in err
    assert json.loads(oktascim("list", "-o", "json")[1]) == []


@pytest.mark.parametrize(
    ("place", "fix"),
    [
        ("environment", "set OKTA_CLIENT_TOKEN to it"),
        ("profile", "run `oktascim auth login --profile acme`"),
        ("./okta.yaml", "save it in ./okta.yaml (okta > client > token)"),
        (".okta/okta.yaml", "save it in ~/.okta/okta.yaml (okta > client > token)"),
    ],
)
def test_a_refused_token_is_replaced_where_it_came_from(oktascim, okta, ring, tmp_path, place, fix):
    environ = {}
    if place == "profile":
        oktascim("login", "--org-url", ORG, "--token-stdin", stdin=TOKEN)
    elif place == "environment":
        environ = {"OKTA_CLIENT_ORGURL": ORG, "OKTA_CLIENT_TOKEN": TOKEN}
    else:
        file = tmp_path / place
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"okta: {{client: {{orgUrl: {ORG}, token: {TOKEN}}}}}")
        file.chmod(0o600)
    okta.get(f"{ORG}/api/v1/org").respond(401, json=REFUSED)
    code, _, err = oktascim("status", **environ)
    assert code == ExitCode.IDENTITY
    assert fix in " ".join(err.split())


def test_an_org_that_does_not_answer(oktascim, ring, monkeypatch):
    async def at_once(_seconds):
        """Do not wait."""

    monkeypatch.setattr("oktascim.okta.client.Clock", lambda **_: Clock(sleep=at_once))
    with respx.mock:
        respx.get(f"{ORG}/api/v1/org").mock(side_effect=httpx.ConnectError("refused"))
        code, _, err = oktascim("login", "--org-url", ORG, "--token-stdin", stdin=TOKEN)
    assert code == ExitCode.FAILED
    assert f"Can't reach {ORG}" in err
    assert ring.kept == {}
