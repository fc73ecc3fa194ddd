"""The small pure parts of the emulated org."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from okta_emulator.core.clock import OrgClock, bare_seconds, milliseconds, whole_seconds
from okta_emulator.core.errors import OrgError, ValidationFailed
from okta_emulator.core.ids import Ids, error_id, key_id, request_id
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.core.store import Store
from okta_emulator.core.switches import Switches
from okta_emulator.http.faults import Faults, fault_from
from okta_emulator.http.journal import Journal, without_secrets
from okta_emulator.org.catalog import ENTRIES, catalog
from okta_emulator.org.provisioning import Provisioning, features_of, offers
from okta_emulator.org.schema import evaluated, in_okta_names, mapped_profile
from okta_emulator.org.seeding import seed
from okta_emulator.org.service_apps import service_app_from
from okta_emulator.org.snapshots import Snapshots
from okta_emulator.org.state import Org
from okta_emulator.org.watch_notes import bystanders_of, forget

OPTIONS = ("create", "update", "deactivate", "sync_password")


def test_ids_have_oktas_shapes_and_grow() -> None:
    ids = Ids()
    made = [ids.new("0oa") for _ in range(1000)]
    assert {len(one) for one in made} == {20}
    assert made == sorted(set(made))
    assert (len(error_id()), len(request_id()), len(key_id())) == (25, 32, 43)


def test_times_are_written_as_okta_writes_them() -> None:
    moment = datetime(2026, 3, 25, 14, 45, 47, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert milliseconds(moment) == "2026-03-25T13:45:47.123Z"
    utc = moment.astimezone(UTC)
    assert (whole_seconds(utc), bare_seconds(utc)) == ("2026-03-25T13:45:47.000Z", "2026-03-25T13:45:47Z")


def test_the_clock_moves_ahead_and_back() -> None:
    clock = OrgClock()
    before = clock.now()
    clock.advance(3600)
    assert clock.now() - before >= timedelta(hours=1)
    clock.rewind()
    assert clock.now() - before < timedelta(minutes=5)


@pytest.mark.parametrize(
    "wrong", [{"connections_api": "maybe"}, {"rate_limits": "paid"}, {"latency": -1}, {"rate_window": 0}]
)
def test_settings_that_cannot_be(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting):
        EmulatorSettings(**wrong)  # type: ignore[arg-type]


def test_settings_do_not_show_the_token() -> None:
    settings = EmulatorSettings()
    assert settings.token not in repr(settings)
    assert (len(settings.token), settings.token[:2]) == (42, "00")


def test_keys_of_the_catalogue_can_be_changed() -> None:
    changed = catalog({"SCIM 2.0 Test App (Header Auth)": "renamed"})
    assert changed["renamed"].display_name == "SCIM 2.0 Test App (Header Auth)"
    assert "scim2headerauth" not in changed
    assert changed["renamed"].link_key == "renamed_login"
    assert len({entry.key for entry in ENTRIES}) == len(ENTRIES)


def test_features_follow_the_connection_and_its_options() -> None:
    assert features_of(Provisioning(to_app=("create",)), scim=True) == []
    enabled = Provisioning(status="ENABLED")
    assert features_of(enabled, scim=True) == [
        "IMPORT_PROFILE_UPDATES",
        "SCIM_PROVISIONING",
        "GROUP_PUSH",
        "IMPORT_NEW_USERS",
    ]
    # OB-065, OB-067: import side of a real okta_org2org
    assert features_of(enabled, scim=False) == [
        "IMPORT_PROFILE_UPDATES",
        "GROUP_PUSH",
        "IMPORT_USER_SCHEMA",
        "IMPORT_NEW_USERS",
    ]
    every = Provisioning(status="ENABLED", to_app=("create", "deactivate", "sync_password", "update"))
    assert features_of(every, scim=True)[1:3] == ["PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION"]
    assert features_of(every, scim=True)[-2:] == ["PUSH_PROFILE_UPDATES", "PUSH_PASSWORD_UPDATES"]


def test_a_wizard_made_app_has_only_what_its_supported_actions_name() -> None:
    assert features_of(Provisioning(status="ENABLED", actions=()), scim=True) == ["SCIM_PROVISIONING"]
    groups = Provisioning(status="ENABLED", actions=("push_groups", "import_groups"))
    assert features_of(groups, scim=True) == ["SCIM_PROVISIONING", "GROUP_PUSH"]
    imports = Provisioning(status="ENABLED", actions=("import",))
    assert features_of(imports, scim=True) == ["IMPORT_PROFILE_UPDATES", "SCIM_PROVISIONING", "IMPORT_NEW_USERS"]
    assert [option for option in OPTIONS if offers(Provisioning(actions=("push_new",)), option)] == ["create"]
    assert [option for option in OPTIONS if offers(Provisioning(actions=("push_profile",)), option)] == list(
        OPTIONS[1:]
    )
    assert all(offers(Provisioning(), option) for option in OPTIONS)


def test_a_mapping_makes_the_app_users_profile() -> None:
    properties = {
        "givenName": {"expression": "user.firstName"},
        "title": {"expression": "user.title"},
        "userType": {"expression": '"staff"'},
        "department": {"expression": "String.len(user.x) > 3 ? 'a' : 'b'"},
        "division": {"expression": "Time.now()"},
    }
    profile = mapped_profile(properties, {"firstName": "Ada", "title": ""})
    assert profile == {"givenName": "Ada", "userType": "staff", "department": "b"}
    expected = {"firstName": "Ada", "userType": "staff", "department": "b", "emailType": ""}
    assert in_okta_names(profile) == expected
    assert evaluated("source.login", {"login": "ada"}) == "ada"


def test_secrets_are_hidden_at_any_depth() -> None:
    body = {
        "profile": {"authScheme": "TOKEN", "token": "s3cret"},
        "list": [{"adminPassword": "s3cret"}],
        "clientSecret": "x",
    }
    assert without_secrets(body) == {
        "profile": {"authScheme": "TOKEN", "token": "[hidden]"},
        "list": [{"adminPassword": "[hidden]"}],
        "clientSecret": "[hidden]",
    }


def test_the_journal_counts_and_forgets() -> None:
    journal = Journal()
    journal.add("POST", "/api/v1/apps", "", "/api/v1/apps", {"label": "A", "name": "b"})
    journal.add("GET", "/api/v1/apps", "limit=2", "/api/v1/apps", None)
    assert [entry["n"] for entry in journal.since(0)] == [1, 2]
    assert journal.since(1)[0]["body_keys"] == []
    assert journal.since(0)[0]["body_keys"] == ["label", "name"]
    journal.clear()
    assert journal.since(0) == []


def test_the_journal_cuts_a_path_that_anyone_can_send() -> None:
    journal = Journal()
    entry = journal.add("GET", "/api/v1/" + "a" * 60_000, "b" * 2_000, "/api/v1", None)
    assert (len(entry["path"]), entry["path"][-18:]) == (2_018, "[60008 characters]")
    assert entry["query"] == "b" * 2_000


@pytest.mark.parametrize("seconds", [0, -1, 10**400, 1e300, True, "60", None])
def test_a_service_app_has_tokens_that_end(seconds: object) -> None:
    body = {"client_id": "0oa", "jwks": {"keys": []}, "scopes": [], "token_seconds": seconds}
    with pytest.raises(ValidationFailed):
        service_app_from(body)


def test_a_fault_hits_the_nth_call_and_as_many_as_it_says() -> None:
    faults = Faults()
    faults.add(fault_from({"action": "reset_before", "method": "POST", "path": "/api/v1/apps", "nth": 2, "count": 2}))
    assert faults.hits("GET", "/api/v1/apps") == []
    assert [len(faults.hits("POST", "/api/v1/apps")) for _ in range(5)] == [0, 1, 1, 0, 0]
    faults.clear()
    faults.add(fault_from({"action": "status", "count": 0}))
    assert [len(faults.hits("GET", "/x")) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    "rule",
    [
        None,
        [],
        {},
        {"action": "explode"},
        {"action": "status", "colour": "red"},
        {"action": "delay", "path": "("},
        {"action": "status", "status": "x"},
    ],
)
def test_a_fault_that_is_none(rule: object) -> None:
    with pytest.raises(OrgError):
        fault_from(rule)


def test_a_transaction_keeps_all_or_nothing() -> None:
    store = Store()
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.apps.put("0oa1", {"id": "0oa1"})
        _ = 1 / 0
    assert store.apps.get("0oa1") is None


def test_seeded_events_are_of_realistic_size_and_in_order() -> None:
    org = Org(EmulatorSettings())
    made = seed(org, {"events": 40, "apps": 1, "users": 2, "groups": 1})
    assert (len(made["users"]), len(made["groups"]), len(made["apps"]), made["events"]) == (2, 1, 1, 40)
    bodies = org.log.polled(("event_type LIKE 'application.provision%'", ()), 0, "2000", 100).bodies
    events = [json.loads(body) for body in bodies]
    assert len(events) == 40
    assert 1500 < sum(map(len, bodies)) / 40 < 2500
    assert {event["outcome"]["result"] for event in events} == {"SUCCESS", "FAILURE"}
    assert [event["published"] for event in events] == sorted(event["published"] for event in events)


@pytest.mark.parametrize("wanted", [{"events": -1}, {"users": "many"}, {"events": 1, "days": 0}])
def test_seeding_refuses_nonsense(wanted: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed):
        seed(Org(EmulatorSettings()), wanted)


@pytest.mark.parametrize("database", [None, "org.sqlite"])
def test_a_snapshot_is_another_orgs_whole_content(tmp_path: Path, database: str | None) -> None:
    org = Org(EmulatorSettings(), tmp_path / database if database else None)
    snapshots, first = Snapshots(org), org.identity
    snapshots.take("first")
    org.reset()
    second = org.identity
    reader = org.store.users.each()  # one that stops early
    next(reader)
    snapshots.restore("first")
    assert (org.identity, first["id"] == second["id"]) == (first, False)
    assert [user_id for user_id, _ in org.store.users.each()] == [first["admin"]]
    org.store.close()


def test_other_data_are_watched_from_the_beginning() -> None:
    org = Org(EmulatorSettings(watchful=True))
    snapshots, app = Snapshots(org), {"id": "0oa1"}
    snapshots.take("first")
    for begin_again in (snapshots.reset, lambda: snapshots.restore("first"), lambda: forget(org, app["id"])):
        bystanders_of(org, app).of("/Users/7", "POST")
        assert bystanders_of(org, app).looks.total() == 1
        begin_again()
        assert bystanders_of(org, app).looks.total() == 0
    snapshots.close()
    org.store.close()


def test_a_snapshot_is_nothing_but_data() -> None:
    org = Org(EmulatorSettings())
    snapshots = Snapshots(org)
    snapshots.take("first")
    org.clock.advance(3600)
    org.switches = Switches(conflict_retry="half_hour")
    org.service_apps.apps["0oa"] = service_app_from({"client_id": "0oa", "jwks": {"keys": []}, "scopes": []})

    def set_beside() -> tuple[bool, str, list[str]]:
        ahead = org.clock.now() - datetime.now(UTC) > timedelta(minutes=30)
        return ahead, org.switches.conflict_retry, list(org.service_apps.apps)

    snapshots.restore("first")
    assert set_beside() == (True, "half_hour", ["0oa"])
    snapshots.reset()
    assert set_beside() == (False, "never", [])
    snapshots.close()
    org.store.close()


def test_snapshots_close_their_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    org, copies = Org(EmulatorSettings()), []
    copy = org.store.copy
    monkeypatch.setattr(org.store, "copy", lambda: copies.append(copy()) or copies[-1])
    snapshots = Snapshots(org)
    snapshots.keep_start()
    for _ in range(2):
        snapshots.take("same")
    assert [is_open(one) for one in copies] == [True, False, True]
    snapshots.close()
    assert not any(map(is_open, copies))
    org.store.close()


def is_open(db: sqlite3.Connection) -> bool:
    try:
        return bool(db.execute("SELECT 1").fetchall())
    except sqlite3.ProgrammingError:
        return False


def test_a_long_list_is_read_to_its_end() -> None:
    tasks = Store().tasks
    for number in range(600):
        tasks.put(f"{number:03}", {"id": f"{number:03}"})  # type: ignore[typeddict-item]
    assert [task_id for task_id, _ in tasks.each("099")] == [f"{number:03}" for number in range(100, 600)]
