"""Every command against an org, a SCIM server and files full of terminal tricks: none of them reaches a stream."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from oktascim.cli.main import run
from oktascim.cli.tree import COMMANDS
from tests.support.world import SCIM_TOKEN, Result, World

TRICK = "\x1b[2J\x1b[8m\x1b]0;t\x07\x9b5m\x7f\x85\u200b\u202e\u2066\ufeff\U000e0041\ue000"
EVIL = f"EVIL{TRICK}END"
LOGIN = f"evil{TRICK}@acme.example"

_OURS = re.compile(
    r"\x1b\[(?:0|1|2|3|4|1;2|1;3[0-9]|3[0-9]|9[0-7]|38;5;\d+|38;2(?:;\d+){3}|0;\d+|2;3[0-9]|\d;\d+;\d+)m"  # colours
    r"|\x1b\[\?25[lh]|\x1b\[\d*A|\x1b\[2K|\r"  # what rich moves its bars with; CRLF of csv
)
_TRICKS = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


class Terminal(io.StringIO):
    """A stream at which a person sits."""

    def isatty(self) -> bool:
        return True


class _HostileScim(BaseHTTPRequestHandler):
    """Accepts the credential test, and answers every write with an error full of tricks."""

    def do_GET(self) -> None:
        self._answer(200, {"totalResults": 0, "itemsPerPage": 0, "startIndex": 1, "Resources": []})

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(400, {"detail": EVIL, "status": "400", "scimType": EVIL})

    do_POST = do_PUT = do_PATCH = do_DELETE = _refuse  # noqa: N815 (the names that http.server calls)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        kind = "api:messages:2.0:ListResponse" if status == 200 else "api:messages:2.0:Error"
        content = json.dumps({"schemas": [f"urn:ietf:params:scim:{kind}"], **body}, ensure_ascii=False).encode()
        self.send_response(status, "OK" if status == 200 else "Bad\x1b[2J\x9bRequest")
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def hostile_scim() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _HostileScim)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/scim"
    server.shutdown()
    server.server_close()


def spec_of(label: str, user: str, group: str) -> str:
    one = {
        "name": "evil", "label": label, "template": "scim2-oauth", "sign_on": {"mode": "swa"},
        "provisioning": {
            "base_url": {"env": "SCIM_BASE_URL"}, "credentials": {"token": {"env": "SCIM_TOKEN"}},
            "to_app": ["create", "update", "deactivate"],
        },
        "assignments": {"users": [user], "groups": ["Engineering"], "push_groups": [group]},
    }  # fmt: skip
    return yaml.safe_dump({"version": 1, "integrations": [one]})


@pytest.fixture
def world(org: World, hostile_scim: str) -> World:
    """An org whose people, groups and app have hostile names, and whose SCIM server answers in kind."""
    hostile = World(org.org, org.token, hostile_scim, org.folder)
    profile = {"firstName": EVIL, "lastName": EVIL, "email": "evil@acme.example", "login": LOGIN}
    hostile.okta("POST", "/api/v1/users", {"profile": profile})
    hostile.okta("POST", "/api/v1/groups", {"profile": {"name": EVIL, "description": EVIL}})
    hostile.spec(spec_of("Evil", LOGIN, EVIL))
    applied = hostile.oktascim("apply", str(hostile.folder / "spec.yaml"), "--yes")
    hostile.settled()
    assert hostile.apps(), applied.stderr
    (app,) = hostile.apps()
    hostile.okta("PUT", f"/api/v1/apps/{app['id']}", {**app, "label": EVIL})
    return hostile


def at(world: World, arguments: Sequence[str], answers: Sequence[str] = (), *, tty: bool) -> Result:
    """Run a command at a terminal or in pipes, whatever it comes to; nothing of `TRICK` may be on either stream."""
    make = Terminal if tty else io.StringIO
    stdout, stderr, stdin = make(), make(), make("".join(f"{answer}\n" for answer in answers))
    environ = {
        "OKTA_CLIENT_ORGURL": world.org.url, "OKTA_CLIENT_TOKEN": world.token, "SCIM_BASE_URL": world.scim_url,
        "SCIM_TOKEN": SCIM_TOKEN, "OKTASCIM_CONFIG_DIR": str(world.folder), "TERM": "xterm-256color",
    }  # fmt: skip
    code = run(arguments, environ=environ, stdout=stdout, stderr=stderr, stdin=stdin)
    result = Result(code, stdout.getvalue(), stderr.getvalue())
    for shown in (result.stdout, result.stderr):
        assert tricks_in(shown) == [], (arguments, shown)
    assert "should not happen" not in result.stderr, arguments
    return result


def tricks_in(text: str) -> list[str]:
    rest = _OURS.sub("", text)
    return sorted({repr(one) for one in rest if one not in "\n\t" and unicodedata.category(one) in _TRICKS})


# Commands that show something of the hostile org, and whether its name must be seen.
COMMAND_LINES: list[tuple[list[str], bool]] = [
    (["app", "list"], True),
    (["app", "show", "evil"], True),
    (["app", "show", EVIL], True),
    (["app", "assign", "evil", "--user", LOGIN, "--group", EVIL], True),
    (["app", "push-group", "evil", "--group", EVIL], True),
    (["app", "push-group", "evil", "--group", EVIL, "--stop"], True),
    (["app", "unassign", "evil", "--user", LOGIN, "--group", EVIL], True),
    (["app", "deactivate", "evil"], True),
    (["app", "activate", "evil"], True),
    (["app", "show", f"none {EVIL}"], True),
    (["app", "assign", "evil", "--user", f"none {EVIL}"], True),
    (["connection", "show", "--app", "evil"], False),
    (["connection", "test", "--template", "scim2-oauth", "--base-url", "SCIM", "--token", "env:SCIM_TOKEN"], False),
    (["connection", "deactivate", "--app", "evil"], False),
    (["connection", "activate", "--app", "evil"], False),
    (["connection", "set", "--app", "evil", "--base-url", "SCIM", "--token", "env:SCIM_TOKEN"], False),
    (["check", "SCIM", "--bearer", "env:SCIM_TOKEN", "--pause", "0.001"], False),
    (["verify", "evil", "--yes", "--fast", "--timeout", "5"], True),
    (["plan", "SPEC"], True),
    (["plan", "SPEC", "-vv"], True),
    (["plan", "HOSTILE"], True),
    (["apply", "SPEC", "--yes", "--junit", "JUNIT"], True),
    (["validate", "SPEC"], False),
    (["validate", "HOSTILE"], True),
    (["validate", EVIL], True),
    (["export", "evil"], True),
    (["create", "--template", EVIL, "--label", EVIL, "--base-url", EVIL, "--token", f"env:{EVIL}"], True),
    (["init", "never.yaml", "--template", EVIL, "--label", EVIL, "--base-url", EVIL], True),
    (["schema"], False),
    (["template", "list"], False),
    (["template", "show", EVIL], True),
    (["auth", "list"], False),
    (["auth", "status"], False),
    (["auth", "scopes", EVIL], True),
    (["auth", "use", EVIL], True),
    (["auth", "logout", EVIL], True),
    (["doctor"], False),
    (["explain", f"Error while creating user {EVIL}: Conflict. Errors reported by remote server: {EVIL}"], False),
    (["explain", "--events", EVIL], True),
    (["logs"], True),
    (["logs", "--app", "evil", "--wide", "--explain"], True),
    (["logs", "--summary", "--explain"], True),
    (["logs", "--user", EVIL], False),
    (["logs", "--fields", EVIL, "-o", "csv"], True),
    (["help", EVIL], True),
    (["emulator", "start", "--connections-api", EVIL], True),
    ([EVIL], True),
    (["app", "list", f"--{EVIL}"], True),
    (["app", "list", "--org-url", f"https://{EVIL}"], False),
    (["destroy", "HOSTILE", "--yes"], False),
    (["destroy", "--app", "evil", "--yes"], True),
]  # fmt: skip
_SHOWS = ("app", "connection", "plan", "apply", "validate", "explain", "auth", "template", "doctor")
FORMS = {**dict.fromkeys(_SHOWS, ("json", "yaml")), "logs": ("json", "jsonl", "csv")}


def test_every_command_is_walked() -> None:
    walked = {arguments[0] for arguments, _ in COMMAND_LINES}
    assert set(COMMANDS) - walked == {"demo"}  # an org and texts of its own


@pytest.mark.parametrize("tty", [True, False], ids=["terminal", "pipe"])
def test_no_trick_reaches_a_stream(world: World, tty: bool) -> None:
    places = {
        "SPEC": world.spec(spec_of("Evil", LOGIN, EVIL), "good.yaml"),
        "HOSTILE": world.spec(spec_of(EVIL, EVIL, EVIL), f"evil{TRICK}.yaml"),
        "JUNIT": str(world.folder / "junit.xml"),
        "SCIM": world.scim_url,
    }
    blind = []
    for words, names_are_seen in COMMAND_LINES:
        arguments = [places.get(word, word) for word in words]
        result = at(world, arguments, tty=tty)
        if names_are_seen and "evil" not in (result.stdout + result.stderr).lower():
            blind.append((words, result))
        if not {"-o", "--summary", "--wide", "--yes"} & set(words) and words[:2] != ["app", "delete"]:
            for form in FORMS.get(words[0], ()):
                at(world, [*arguments, "-o", form], tty=tty)
    assert blind == []
    words = ElementTree.parse(places["JUNIT"]).getroot()
    assert tricks_in("".join(text for one in words.iter() for text in (*one.attrib.values(), one.text or ""))) == []


@pytest.mark.parametrize("tty", [True, False], ids=["terminal", "pipe"])
def test_json_and_yaml_keep_the_label(world: World, tty: bool) -> None:
    (app,) = world.apps()
    assert app["label"] == EVIL
    assert at(world, ["app", "show", "evil", "-o", "json"], tty=tty).json["label"] == EVIL
    assert yaml.safe_load(at(world, ["app", "show", "evil", "-o", "yaml"], tty=tty).stdout)["label"] == EVIL
    lines = at(world, ["logs", "-o", "jsonl"], tty=tty).stdout.splitlines()
    assert any(EVIL in json.dumps(json.loads(line), ensure_ascii=False) or "EVIL" in line for line in lines)


def test_questions_are_asked_without_tricks(world: World) -> None:
    asked = at(world, ["app", "delete", "evil"], ["no"], tty=True)
    assert "Type EVIL" in asked.stderr
    asked = at(world, ["apply", world.spec(spec_of("Good", LOGIN, EVIL), "good.yaml")], ["n"], tty=True)
    assert "EVIL" in asked.stderr
    asked = at(world, ["destroy", "--app", "evil"], ["no"], tty=True)
    assert "delete EVIL" in asked.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["logs", "--html", "LONG"],
        ["logs", "--cursor", "LONG"],
        ["logs", "-o", "parquet", "--out", "LONG"],
        ["apply", "SPEC", "--yes", "--junit", "LONG"],
        ["export", "evil", "--out", "LONG"],
        ["plan", "LONG"],
        ["destroy", "LONG"],
        ["connection", "test", "--spec", "LONG"],
        ["connection", "set", "--app", "evil", "--base-url", "SCIM", "--token", "file:LONG"],
    ],
    ids=" ".join,
)
def test_a_file_name_that_is_too_long(world: World, words: list[str]) -> None:
    places = {"LONG": "x" * 300, "SPEC": world.spec(spec_of("Evil", LOGIN, EVIL)), "SCIM": world.scim_url}
    result = at(world, [places.get(word, word).replace("LONG", "x" * 300) for word in words], tty=False)
    assert result.code in {1, 2, 5}
    assert "ame too long" in result.stderr


def test_the_page_of_the_log_has_no_tricks(world: World) -> None:
    page = world.folder / "log.html"
    at(world, ["logs", "--html", str(page)], tty=True)
    text = page.read_text(encoding="utf-8")
    assert "EVIL" in text
    data = re.findall(r'<script type="application/json" id="\w+-data">(.*?)</script>', text, re.DOTALL)
    assert tricks_in("".join(json.dumps(json.loads(one), ensure_ascii=False) for one in data)) == []
