"""A seed: what it creates, what is told of a bad one, and what `reset`, snapshots and recordings do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from okta_emulator.core.problem import EmulatorProblem, InvalidSetting
from okta_emulator.core.recorder import Recorder
from okta_emulator.org.seed_reading import read_seed
from okta_emulator.testing import Downstream, OktaEmulator
from tests.conftest import REPOSITORY
from tests.support.broken_server import TOKEN, broken_server

EXAMPLE = REPOSITORY / "examples" / "seed.yaml"


def test_the_example_reaches_the_scim_server_and_reset_returns_to_it(tmp_path: Path) -> None:
    record = tmp_path / "exchanges.jsonl"
    with broken_server() as server:
        environ = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": TOKEN}
        with OktaEmulator("org", seed=EXAMPLE, environ=environ, record=record) as org:
            assert org.call("GET", "/api/v1/users/00uada")["profile"]["department"] == "R&D"
            assert "00uada" in [one["id"] for one in org.call("GET", "/api/v1/groups/00gengineering/users")]
            users = server.store.resources["Users"].values()
            assert {user["userName"] for user in users} == {"ada@acme.example", "grace@acme.example"}
            (group,) = server.store.resources["Groups"].values()
            assert len(group["members"]) == 2
            sent = org.exchanges()
            org.call("DELETE", "/api/v1/users/00uada")
            org.reset()
            org.settle()
            assert org.call("GET", "/api/v1/users/00uada")["status"] == "ACTIVE"
            assert org.call("GET", "/api/v1/apps/0oaacme/users/00uada")["status"] == "PROVISIONED"
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [line["url"] for line in lines[: len(sent)]] == [one["url"] for one in sent]
    assert TOKEN not in record.read_text()
    assert record.stat().st_mode & 0o077 == 0


def test_a_recording_in_har(tmp_path: Path) -> None:
    record = tmp_path / "exchanges.har"
    with broken_server() as server:
        environ = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": TOKEN}
        with OktaEmulator(seed=EXAMPLE, environ=environ, record=record) as org:
            org.settle()
            number = len(org.exchanges())
    log = json.loads(record.read_text())["log"]
    assert (log["version"], len(log["entries"])) == ("1.2", number)
    posted = next(entry for entry in log["entries"] if entry["request"]["method"] == "POST")
    assert posted["response"]["status"] == 201
    assert json.loads(posted["request"]["postData"]["text"])["userName"].endswith("@acme.example")


def test_a_snapshot_is_returned_to() -> None:
    with OktaEmulator() as org:
        org.person("ada@acme.example")
        org.snapshot("with ada")
        org.person("grace@acme.example")
        org.restore("with ada")
        logins = [user["profile"]["login"] for user in org.call("GET", "/api/v1/users")]
        assert sorted(logins) == ["ada@acme.example", "admin@example.com"]
        with pytest.raises(EmulatorProblem, match="restore returned 404"):
            org.restore("another")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("people: [{login: a@b.c, id: 00ua}", r":1:34: expected ',' or ']'"),
        ("people:\n- {id: 00ux}", r":2:3: people.0.login: missing"),
        ("people:\n- {login: a@b.c, firstNam: A}", r":2:18: people.0.firstNam: unknown key; allowed: id, .*firstName"),
        ("people:\n- {login: a@b.c, costCenter: 7}", r":2:18: people.0.costCenter: must be text"),
        ("people:\n- {login: a@b.c, status: GONE}", r":2:18: people.0.status: should be 'ACTIVE', 'STAGED'"),
        ("people:\n- {login: a@b.c, id: x1}", r":2:18: people.0.id: must start with 00u"),
        ("people:\n- {login: a@b.c}\n- {login: A@b.c}", r":3:4: people.1.login: 'a@b.c' occurs more than once"),
        (
            "groups:\n- name: G\n  members: [x@y.z]",
            r":3:13: groups.0.members.0: 'x@y.z' isn't one of the seed's people",
        ),
        ("apps:\n- {label: A, name: slack}", r":2:14: apps.0.name: not in the catalog; allowed: .*scim2testapp"),
        ("apps:\n- {label: A, colour: red}", r":2:14: apps.0.colour: unknown key; allowed: label, id, name"),
        (
            "apps:\n- label: A\n  provisioning: {base_url: x, token: secret}",
            r":3:31: apps.0.provisioning.token: must be",
        ),
        (
            "apps:\n- label: A\n  attributes:\n    x: {mapping: Time.now()}",
            r":4:9: apps.0.attributes.x.mapping: the emulator doesn't evaluate Time.now",
        ),
        ("apps: []\napps: []", r":2:1: duplicate key: apps"),
        ("- a", r":1:1: must be a mapping"),
        ("a: &a [*a]", r":1:1: nested too deeply"),
        ("[" * 5_000, r":1:1: nested too deeply"),
        ("- " * 5_000, r":1:1: nested too deeply"),
        ("people: []\ngroups: !!bool maybe", r":2:9: isn't of the type bool: maybe"),
        ("people: []\ngroups: !!timestamp soon", r":2:9: isn't of the type timestamp: soon"),
        ("people: []\ngroups: 2026-13-45", r":2:9: isn't of the type timestamp: 2026-13-45"),
        ("people: []\n# \x01", r":2:3: the character U\+0001 isn't allowed in YAML"),
        ('people:\n- {login: "\\ud800"}', r":2:11: a text has half a character"),
    ],
)
def test_a_bad_seed_is_told_with_its_place_and_what_is_allowed(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)
    with pytest.raises(InvalidSetting) as caught:
        read_seed(file)
    assert re.search(told, caught.value.why or ""), caught.value.why


def test_a_seed_without_end_is_not_read() -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_seed(Path("/dev/zero"))
    assert caught.value.why == "It isn't a regular file."


def test_what_the_org_refuses_of_a_seed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("apps: [{label: '  ', name: scim2testapp}]")
    with pytest.raises(InvalidSetting, match="rejects the seed's app '  '"), OktaEmulator(seed=file):
        pass


def test_a_recording_over_a_shared_file_becomes_private(tmp_path: Path) -> None:
    record = tmp_path / "exchanges.jsonl"
    record.touch()
    record.chmod(0o644)
    Recorder(record).close()
    assert record.stat().st_mode & 0o077 == 0


def test_a_seed_names_the_variables_that_it_lacks() -> None:
    with pytest.raises(EmulatorProblem, match="SCIM_BASE_URL") as caught, OktaEmulator(seed=EXAMPLE, environ={}):
        pass
    assert isinstance(caught.value, InvalidSetting)


def test_tls_with_the_authority_of_the_org() -> None:
    with OktaEmulator(tls=True) as org:
        assert org.url.startswith("https://127.0.0.1:")
        assert org.authority is not None
        assert org.person("ada@acme.example")["_links"]["self"]["href"].startswith(org.url)
        assert "OKTA_TESTING_TESTINGDISABLEHTTPSCHECK" not in org.client_env
    assert not org.authority.exists()


def test_reset_removes_what_a_large_seed_did_not_have() -> None:
    people: list[dict[str, Any]] = [{"login": f"p{number}@acme.example"} for number in range(300)]
    from okta_emulator.org.seed import Seed

    with OktaEmulator(seed=Seed.model_validate_json(json.dumps({"people": people}))) as org:
        org.person("another@acme.example")
        org.reset()
        assert len(org.call("GET", "/api/v1/users", limit=200, filter='status eq "ACTIVE"')) == 200


def test_custom_attributes_of_the_example_are_in_a_real_scim_server() -> None:
    with Downstream() as server, OktaEmulator(seed=EXAMPLE, environ=server.env) as org:
        org.settle()
        assert org.tasks() == []
        assert org.silent_faults() == []
        ada = server.user("ada@acme.example")
    assert ada is not None
    assert ada["name"]["formatted"] == "Lovelace, Ada"
    assert ada["roles"] == [{"value": "author", "display": "author", "primary": True}]
