"""Okta's SDK for Node signs in to the emulator as a service app: a third reading of what Okta documents."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.support.emulated import emulated
from tests.support.scim_servers import NODE
from tests.support.service_apps import key_pair, registered

PAIR = key_pair(kind="RSA")
SDK = NODE / "node_modules" / "@okta" / "okta-sdk-nodejs"
NODE_PROGRAM = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE_PROGRAM is None, reason="node is not installed"),
    pytest.mark.skipif(not SDK.is_dir(), reason="the packages are not installed: npm ci --prefix tests/support/node"),
]


def test_it_signs_in_and_is_refused_what_it_may_not() -> None:
    """One process for all, because the SDK takes seconds to load."""
    apps = {"bearer": PAIR, "dpop": PAIR, "reader": PAIR, "stranger": key_pair(kind="RSA")}
    with emulated() as running:
        for name in apps:
            scopes = ["okta.groups.read"] if name == "reader" else None
            app = registered(PAIR, scopes=scopes, dpop=name == "dpop") | {"client_id": f"0oa{name}"}
            running.call("POST", "/_emulator/service-apps", app)
        settings = [
            {
                "orgUrl": running.org.url,
                "clientId": f"0oa{name}",
                "scopes": ["okta.groups.read", "okta.groups.manage"],
                "privateKey": pair.pem,
                "keyId": pair.kid,
                "group": f"Node {name}",
            }
            for name, pair in apps.items()
        ]
        assert NODE_PROGRAM is not None
        done = subprocess.run(
            [NODE_PROGRAM, "okta-sdk.mjs"], cwd=NODE, input=json.dumps(settings), capture_output=True, text=True,
            timeout=90, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    bearer, dpop, reader, stranger = json.loads(done.stdout.splitlines()[-1])
    assert bearer == {"made": "Node bearer", "names": ["Node bearer"]}
    assert dpop == {"made": "Node dpop", "names": ["Node dpop"]}
    assert reader == {"refused": 403}
    assert stranger == {"refused": 401}
