"""`oktascim doctor`: each line is ok or says how to fix it; the exit code tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from oktascim.doctor.network import Probe, probe_hosts
from tests.support.service_apps import key_pair, registered
from tests.support.world import SPEC, World


def checks_of(done: Any) -> dict[str, dict[str, Any]]:
    return {f"{one['area']} {one['check']}": one for one in done.json["checks"]}


def test_a_working_set_up_is_ok(org: World) -> None:
    done = org.oktascim("doctor", "-o", "json")
    assert (done.code, done.json["ok"]) == (0, True)
    checks = checks_of(done)
    assert checks["settings org"]["detail"] == f"{org.org.url} from OKTA_CLIENT_ORGURL"
    assert checks["settings credential"]["detail"] == "found in OKTA_CLIENT_TOKEN"
    assert {checks[f"org read {kind}"]["state"] for kind in ("apps", "users", "groups", "logs")} == {"ok"}
    assert checks["org clock"]["state"] == "ok"
    assert org.token not in done.stdout + done.stderr


def test_hosts_are_probed_outside_of_the_event_loop(org: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe waits for threads: in the loop, neither Ctrl-C nor anything else would be heard until it ends."""
    inside: list[bool] = []

    def probe(urls: Iterable[str], seconds: float) -> dict[str, Probe]:
        inside.append(asyncio._get_running_loop() is not None)
        return probe_hosts(urls, seconds)

    monkeypatch.setattr("oktascim.runs.health.probe_hosts", probe)
    assert checks_of(org.oktascim("doctor", "-o", "json"))["org admin host"]["state"] == "ok"
    assert inside == [False, False]


def test_people_get_groups_and_a_count(org: World) -> None:
    done = org.oktascim("doctor")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line and line[0] != " "] == [
        "This machine", "Settings", "The org", "No problems.",
    ]  # fmt: skip
    assert "ok token accepted for GET /api/v1/apps" in {" ".join(line.split()) for line in lines}


def test_a_problem_has_its_fix_in_full_below_it(org: World) -> None:
    done = org.oktascim("doctor", OKTA_CLIENT_TOKEN="00sentinel-not-the-token")
    lines = done.stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("  REFUSED  token"))
    assert lines[place + 1].strip().startswith("fix: Create a new API token (Admin Console, Security > API > Tokens)")
    assert lines[-1] == "1 problem"


def test_the_table_has_a_row_per_check(org: World) -> None:
    done = org.oktascim("doctor", "-o", "table")
    assert done.stdout.splitlines()[0] == "\tarea\tcheck\twhat was seen\tfix"
    assert "ok\torg\tread apps\tGET /api/v1/apps returned an empty list\t" in done.stdout


def test_rate_limits_are_shown_where_the_org_tells_them(org: World) -> None:
    limits = {"x-rate-limit-limit": "600", "x-rate-limit-remaining": "599", "x-rate-limit-reset": "1900000000"}
    rule = {"action": "status", "method": "GET", "path": "/api/v1/users", "status": 200, "body": [], "headers": limits}
    org.okta("POST", "/_emulator/faults", rule)
    done = org.oktascim("doctor", "-o", "json")
    assert {"bucket": "/api/v1/users", "limit": 600, "remaining": 599} in done.json["rate_limits"]


def test_a_refused_token_ends_with_4(org: World) -> None:
    done = org.oktascim("doctor", "-o", "json", OKTA_CLIENT_TOKEN="00sentinel-not-the-token")
    assert (done.code, done.json["ok"]) == (4, False)
    assert checks_of(done)["org token"]["state"] == "refused"
    assert "00sentinel-not-the-token" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OKTA_CLIENT_ORGURL": "", "OKTA_CLIENT_TOKEN": ""}, "No org is configured."),
        ({"OKTA_CLIENT_ORGURL": "https://acme-admin.okta.com"}, "which is the Admin Console's"),
        ({"OKTA_CLIENT_ORGURL": "http://127.0.0.1:9"}, "Can't reach http://127.0.0.1:9"),
    ],
)
def test_no_org_is_a_failure_with_a_fix_and_the_machine_is_checked_all_the_same(
    org: World, environ: dict[str, str], words: str
) -> None:
    done = org.oktascim("doctor", "-o", "json", **environ)
    assert done.code == 1
    checks = checks_of(done)
    (failed,) = [one for one in checks.values() if one["state"] == "failed"]
    assert words in failed["detail"]
    assert failed["fix"]
    assert checks["machine oktascim"]["state"] == "ok"


def test_the_specs_of_a_run_are_checked_against_what_okta_granted(org: World) -> None:
    pair = key_pair()
    reads = ["okta.apps.read", "okta.users.read", "okta.groups.read", "okta.logs.read"]
    org.okta("POST", "/_emulator/service-apps", registered(pair, scopes=reads))
    app = {
        "OKTA_CLIENT_TOKEN": "",
        "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
        "OKTA_CLIENT_CLIENTID": "0oaservice",
        "OKTA_CLIENT_PRIVATEKEY": pair.pem,
        "OKTA_CLIENT_KID": pair.kid,
    }
    done = org.oktascim("doctor", "--spec", org.spec(), "-o", "json", **app)
    assert done.code == 0, done.stdout
    checks = checks_of(done)
    assert checks["settings authorization mode"]["detail"] == "OAuth 2.0 service app (private key)"
    assert checks["settings spec files"]["detail"].startswith("1 integration in ")
    scopes = checks["org scopes"]
    assert (scopes["state"], scopes["detail"]) == (
        "warning", "the specs need okta.apps.manage, okta.groups.manage for apply",
    )  # fmt: skip
    assert checks["scim server of acme-crm"]["state"] == "ok"
    assert "scim caller" not in checks
    assert org.okta("GET", "/_emulator/exchanges") == []


def test_warnings_are_counted_beside_problems(org: World) -> None:
    spec = org.spec("integrations: 3\n", name="bad.yaml")
    assert org.oktascim("doctor", "--spec", spec).stdout.splitlines()[-1] == "No problems, 1 warning."
    refused = org.oktascim("doctor", "--spec", spec, OKTA_CLIENT_TOKEN="00sentinel-not-the-token")
    assert refused.stdout.splitlines()[-1] == "1 problem, 1 warning"


def test_a_spec_with_a_problem_is_named_and_stops_nothing(org: World) -> None:
    good, bad = org.spec(), org.spec("integrations: 3\n", name="bad.yaml")
    done = org.oktascim("doctor", "--spec", good, "--spec", bad, "-o", "json")
    assert done.code == 0
    found = checks_of(done)["settings spec files"]
    assert found["state"] == "warning"
    assert "bad.yaml:1:" in found["detail"]
    assert found["fix"] == f"oktascim validate {bad}"
    missing = checks_of(org.oktascim("doctor", "--spec", "nope.yaml", "-o", "json"))["settings spec files"]
    assert missing["detail"] == "nope.yaml doesn't exist"


def test_a_broken_profile_file_is_a_problem_of_the_org_and_not_of_the_specs(org: World) -> None:
    (org.folder / "profiles.yaml").write_text("profiles: {dev: {org_url: x, protected: 1}}", encoding="utf-8")
    spec = org.spec(SPEC.replace("{env: SCIM_BASE_URL}", org.scim_url))
    done = org.oktascim("doctor", "--spec", spec, "-o", "json", OKTA_CLIENT_TOKEN="", OKTA_CLIENT_ORGURL="")
    checks = checks_of(done)
    assert checks["settings spec files"]["state"] == "ok"
    assert "profiles.dev.protected: must be true or false" in checks["settings org"]["detail"]


@pytest.fixture
def acme(org: World) -> World:
    done = org.oktascim("apply", org.spec(SPEC.replace("Acme CRM", "Secret Project")), "--yes")
    assert done.code == 0, done.stderr
    return org


@pytest.mark.parametrize("name", ["evidence.json", "evidence.md"])
def test_evidence_is_written_without_a_name_and_without_a_write(acme: World, tmp_path: Path, name: str) -> None:
    before = len(acme.requests())
    file = tmp_path / name
    done = acme.oktascim("doctor", "--app", "acme-crm", "--evidence", str(file), "-o", "json")
    assert done.code == 0, done.stderr
    assert acme.writes_since(before) == []
    text = file.read_text(encoding="utf-8")
    for secret in ("Secret Project", "ada@acme.example", acme.token, acme.apps()[0]["id"], acme.org.url):
        assert secret not in text
    assert "scim2testapp_login" in text
    assert done.json["summary"]["held"] > 5
    if name.endswith(".json"):
        assert json.loads(text) == done.json
    else:
        assert text.startswith("# oktascim evidence: scim2-oauth (scim2testapp, BROWSER_PLUGIN)\n")
    assert f"Wrote {file}." in done.stderr


@pytest.mark.parametrize("words", [["--app", "acme-crm"], ["--evidence", "x.json"]])
def test_app_and_evidence_go_together(org: World, words: list[str]) -> None:
    done = org.oktascim("doctor", *words)
    assert done.code == 2
    assert "APP and --evidence must be used together." in done.stderr


def test_an_app_that_no_template_describes_is_refused(org: World, tmp_path: Path) -> None:
    settings = {"settings": {"app": {"requestIntegration": False, "url": "https://wiki.acme.example"}}}
    org.okta("POST", "/api/v1/apps", {"name": "bookmark", "label": "Wiki", "signOnMode": "BOOKMARK"} | settings)
    file = tmp_path / "evidence.json"
    done = org.oktascim("doctor", "--app", "Wiki", "--evidence", str(file))
    assert done.code == 2
    assert "has no known template" in done.stderr
    assert not file.exists()
