"""`oktascim logs` against the emulated org, over real sockets."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from oktascim.http.clock import Clock
from tests.support.logged import LoggedOrg, logged
from tests.support.service_apps import key_pair, registered


@pytest.fixture
def org() -> Iterator[LoggedOrg]:
    with logged() as org:
        yield org


def uuids(text: str) -> list[str]:
    return [json.loads(line)["uuid"] for line in text.splitlines()]


def test_every_event_of_many_pages_once_in_order(org):
    org.seed(2500)
    done = org.logs("-o", "jsonl")
    published = [json.loads(line)["published"] for line in done.out.splitlines()]
    assert done.code == 0
    assert len(set(uuids(done.out))) == len(published) >= 2500
    assert published == sorted(published)
    assert len(org.log_requests()) == 3


def test_jsonl_is_the_bytes_of_the_answer_with_tricks_escaped(org):
    org.seed(30)
    org.emulated.app("scim2testapp", 'Odd "},{" \\ \u202e ünïcode </script>')
    done = org.logs("-o", "jsonl")
    stored = org.stored().replace("\u202e".encode(), b"\\u202e")
    assert b"[" + b",".join(done.out.encode().splitlines()) + b"]" == stored


def test_an_app_gets_its_own_events_and_not_its_sisters(org):
    org.seed(20)
    sister = org.emulated.app("scim2testapp", "Acme HR")
    org.emulated.call("POST", "/_emulator/seed", {"events": 20, "app_id": sister["id"]})
    for word in ("Acme CRM", "acme-crm", org.app["id"]):
        done = org.logs("--app", word, "-o", "jsonl")
        targets = [event["target"] for event in map(json.loads, done.out.splitlines())]
        assert len(targets) >= 20
        assert all(any(target["id"] == org.app["id"] for target in found) for found in targets)


def test_conditions_narrow_what_is_shown(org):
    org.seed(200)
    failures = org.logs("--app", "acme-crm", "--failures", "-o", "json")
    events = json.loads(failures.out)
    assert {event["outcome"]["result"] for event in events} == {"FAILURE"}
    one = events[0]
    person = next(target["alternateId"] for target in one["target"] if target["type"] == "User")
    for words in (
        ("--transaction", one["transaction"]["id"]),
        ("--user", person, "--failures"),
        ("--type", one["eventType"], "--failures"),
        ("--type", "application.*.user.*", "--failures"),
        ("--filter", f'uuid eq "{one["uuid"]}"'),
        ("--actor", one["actor"]["alternateId"], "--failures"),
    ):
        found = json.loads(org.logs(*words, "-o", "json").out)
        assert one["uuid"] in {event["uuid"] for event in found}
        assert len(found) <= len(events)


def test_a_bad_filter_is_pointed_at(org):
    done = org.logs("--app", "acme-crm", "--filter", 'severity eqq "WARN"')
    lines = done.err.splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert done.code == 2
    assert lines[place - 1][lines[place].index("^") :].startswith("eqq")


def test_a_wrong_token_is_exit_4(org):
    wrong = LoggedOrg(org.emulated, org.app)
    environ = {**wrong.environ, "OKTA_CLIENT_TOKEN": "00wrong"}
    process = subprocess.run(
        wrong.process("logs", stdout=subprocess.DEVNULL).args, env=environ, capture_output=True, check=False
    )
    assert process.returncode == 4


def test_a_cursor_sees_every_event_once_over_many_runs(org, tmp_path):
    cursor = str(tmp_path / "cursor")
    seen: list[str] = []
    for events in (1500, 0, 300):
        org.seed(events, days=1) if not seen else org.emulated.app("scim2testapp", f"App {events}")
        done = org.logs("--cursor", cursor, "-o", "jsonl")
        assert done.code == 0
        seen += uuids(done.out)
    everything = uuids(org.logs("-o", "jsonl").out)
    assert len(seen) == len(set(seen))
    assert set(seen) == set(everything)


def errors_after_a_new_event(org, process):
    """Make an app, wait until its event is shown, press Ctrl-C, and return what stands on stderr."""
    label = org.emulated.app("scim2testapp", "Made later")["label"]
    for line in process.stdout:
        if any(target["displayName"] == label for target in json.loads(line)["target"] or ()):
            break
    process.send_signal(signal.SIGINT)
    process.wait(20)
    return process.stderr.read().decode()


def test_following_shows_new_events_and_ends_clean(org):
    with org.process("logs", "--follow", "-o", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        first = json.loads(process.stdout.readline())
        errors = errors_after_a_new_event(org, process)
    assert first["eventType"] == "application.lifecycle.create"
    assert process.returncode == 130
    assert errors == ""


def test_following_goes_on_past_the_end_of_an_access_token(org):
    pair = key_pair()
    org.emulated.call("POST", "/_emulator/service-apps", registered(pair, dpop=True))
    app = {
        "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
        "OKTA_CLIENT_CLIENTID": "0oaservice",
        "OKTA_CLIENT_PRIVATEKEY": pair.pem,
        "OKTA_CLIENT_KID": pair.kid,
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with org.process("logs", "--follow", "-o", "jsonl", environ=app, **pipes) as process:
        process.stdout.readline()
        org.emulated.call("DELETE", "/_emulator/access-tokens")
        errors = errors_after_a_new_event(org, process)
    assert process.returncode == 130
    assert errors == ""


def test_a_request_to_end_leaves_no_half_page(org, tmp_path):
    org.seed(1500)
    org.emulated.fault("delay", path="/api/v1/logs", nth=2, seconds=60)
    page = tmp_path / "log.html"
    with org.process("logs", "--html", str(page), stderr=subprocess.PIPE) as process:
        while not list(tmp_path.iterdir()):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        errors = process.stderr.read().decode()
    assert process.returncode == 130
    assert errors == "Interrupted.\n"
    assert list(tmp_path.iterdir()) == []


def test_following_ends_when_the_reader_of_the_pipe_has_gone(org):
    org.seed(5)
    with org.process("logs", "--follow", "--since", "7d", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        process.wait(60)
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_the_first_line_comes_with_the_first_page(org):
    org.seed(1500)
    org.emulated.fault("delay", path="/api/v1/logs", nth=2, seconds=60)
    with org.process("logs", "-o", "jsonl", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert json.loads(process.stdout.readline())["uuid"]
        assert process.poll() is None
        process.kill()


def test_the_rate_limit_is_never_met(monkeypatch):
    ahead = 0.0
    with logged(rate_limits="free") as org:

        async def let_pass(seconds):
            nonlocal ahead
            ahead += seconds
            org.emulated.call("POST", "/_emulator/clock", {"advance": seconds})

        clock = Clock(lambda: time.time() + ahead, lambda: time.monotonic() + ahead, let_pass)
        monkeypatch.setattr("oktascim.okta.client.Clock", lambda **_: clock)
        org.seed(2_500)
        while int(org.emulated.http.get("/api/v1/logs", params={"limit": 1}).headers["x-rate-limit-remaining"]) > 1:
            pass
        done = org.logs("-o", "jsonl")
        assert len(done.out.splitlines()) >= 2_500
        assert {request["status"] for request in org.log_requests()} == {200}
        assert "Waiting" in done.err
        assert ahead > 0


def test_html_and_parquet_hold_every_event(org, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="duckdb reads the dataset in this test")
    org.seed(1200)
    count = len(org.logs("-o", "jsonl").out.splitlines())
    assert org.logs("-o", "parquet", "--out", str(tmp_path / "log")).code == 0
    question = f"select count(*) from read_parquet('{tmp_path}/log/**/*.parquet', hive_partitioning = true)"
    assert duckdb.sql(question).fetchall() == [(count,)]
    assert org.logs("--html", str(tmp_path / "log.html")).code == 0
    assert (tmp_path / "log.html").read_text().count('"application.provision.') >= 1200
