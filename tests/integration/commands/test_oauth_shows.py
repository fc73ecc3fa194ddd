"""A service app whose org demands DPoP proofs does what an API token does: the demo, the examples, a followed log."""

from __future__ import annotations

import io
import re
from pathlib import Path

from oktascim.cli.main import run
from oktascim.errors import ExitCode
from tests.support.service_apps import key_pair, registered
from tests.support.world import SCIM_TOKEN, World

EXAMPLES = Path(__file__).parents[3] / "examples"
PAIR = key_pair()
APP = {
    "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
    "OKTA_CLIENT_CLIENTID": "0oaservice",
    "OKTA_CLIENT_PRIVATEKEY": PAIR.pem,
    "OKTA_CLIENT_KID": PAIR.kid,
    "OKTA_CLIENT_TOKEN": "",
}


def test_the_demo() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run(["demo", "--auth", "oauth"], environ={}, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    assert code == ExitCode.DONE, stderr.getvalue()
    assert "provisioned (PROVISIONED" in stdout.getvalue()


def test_every_example_is_applied(world: World) -> None:
    world.okta("POST", "/_emulator/service-apps", registered(PAIR, dpop=True))
    folder = world.folder / "examples"
    folder.mkdir()
    for file in sorted(EXAMPLES.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        if "\nintegrations:" in text and not file.name.endswith("-basic.yaml"):  # this SCIM server wants a token
            here = re.sub(r"https://[a-z-]+\.example\.com/scim/v[12]", world.scim_url, text)
            (folder / file.name).write_text(here, encoding="utf-8")
    variables = re.findall(r"\{env: (\w+)\}", "".join(file.read_text(encoding="utf-8") for file in folder.iterdir()))
    values = {name: f"Bearer {SCIM_TOKEN}" if "AUTHORIZATION" in name else SCIM_TOKEN for name in variables}
    values |= APP | {"SCIM_BASE_URL": world.scim_url}
    done = world.oktascim("apply", str(folder), "--yes", "-o", "json", **values)
    assert done.code == ExitCode.PERSON, done.stderr
    by_hand = {one["name"] for one in done.json["integrations"] if one.get("handoff")}
    assert by_hand == {"portal", "tickets"}  # apps of the wizard have no API for the connection
    assert len(world.apps()) == len(list(folder.iterdir()))
    assert "ada@acme.example" in world.scim_users()
