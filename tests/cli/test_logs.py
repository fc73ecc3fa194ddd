"""`oktascim logs` from the command line to what it writes."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx

from oktascim.cli.commands.logs.options import complete_fields
from oktascim.cli.main import run
from oktascim.errors import Interrupted
from oktascim.render.streams import Output
from tests.support.log_events import APP_ID, ORG, UNAUTHORIZED, make_event
from tests.support.org_page import ORG_PAGE

TOKEN = "00sentinelsentinelsentinelsentinel1234567"
APP = {"id": APP_ID, "name": "scim2headerauth", "label": "Acme CRM", "status": "ACTIVE"}
FAILURE = {"outcome": UNAUTHORIZED}


@dataclass
class Run:
    code: int
    out: str
    err: str


def logs(*words, **environ):
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline=""), io.StringIO()
    settings = {"OKTA_CLIENT_ORGURL": ORG, "OKTA_CLIENT_TOKEN": TOKEN, **environ}
    code = run(["logs", *words], environ=settings, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    stdout.flush()
    return Run(code, stdout.buffer.getvalue().decode(), stderr.getvalue())


@pytest.fixture
def org():
    with respx.mock(base_url=ORG, assert_all_called=False) as router:
        router.get("/api/v1/apps").mock(return_value=httpx.Response(200, json=[APP]))
        router.get("/.well-known/okta-organization").respond(json=ORG_PAGE)  # asked if there are no events
        yield router


def serve(org, *pages, last=None):
    """Log pages, each with a next link to the following one; the last one's cursor, where it has one."""
    answers = []
    for number, events in enumerate(pages, 1):
        after = number if number < len(pages) else last
        link = {"link": f'<{ORG}/api/v1/logs?after={after}>; rel="next"'} if after else {}
        answers.append(httpx.Response(200, json=events, headers=link))
    return org.get("/api/v1/logs").mock(side_effect=answers)


def test_text_of_one_app_by_label(org):
    route = serve(org, [make_event(1)], [make_event(2, **FAILURE)])
    done = logs("--app", "Acme CRM")
    assert done.code == 0
    assert [line[:20] for line in done.out.splitlines()[:2]] == ["2026-11-20 10:00:01Z", "2026-11-20 10:00:02Z"]
    assert "Invalid token" in done.out
    assert route.calls[0].request.url.params["filter"] == (
        f'target.id eq "{APP_ID}" or debugContext.debugData.appname eq "scim2headerauth"'
    )


def test_conditions_are_combined_for_okta(org):
    route = serve(org, [])
    done = logs(
        *("--failures", "--type", "application.*", "--user", "ada@acme.example", "--actor", "ola@acme.example"),
        *("--transaction", "t1", "--filter", 'severity eq "WARN"'),
    )
    sent = route.calls[0].request.url.params["filter"]
    assert done.code == 0
    assert sent.startswith('(severity eq "WARN") and (eventType sw "application.") and ')
    assert 'target.alternateId eq "ada@acme.example"' in sent
    assert 'actor.alternateId eq "ola@acme.example"' in sent
    assert 'transaction.id eq "t1"' in sent
    assert 'outcome.result eq "FAILURE"' in sent
    assert 'eventType eq "application.integration.rate_limit_exceeded"' in sent


def test_the_default_window_is_seven_days_and_bounded(org):
    route = serve(org, [])
    assert logs().code == 0
    sent = route.calls[0].request.url.params
    window = datetime.fromisoformat(sent["until"]) - datetime.fromisoformat(sent["since"])
    assert window == timedelta(days=7)
    assert sent["limit"] == "1000"


def test_limit_ends_in_the_middle_of_a_page(org):
    route = serve(org, [make_event(1), make_event(2)], [make_event(3), make_event(4)], [make_event(5)])
    done = logs("--limit", "3", "-o", "jsonl")
    assert [json.loads(line)["uuid"] for line in done.out.splitlines()] == ["uuid-1", "uuid-2", "uuid-3"]
    assert route.call_count == 2


def test_last_shows_the_newest_in_the_order_of_time(org):
    route = serve(org, [make_event(5), make_event(4)], [make_event(3), make_event(2)], [make_event(1)])
    done = logs("--last", "3", "-o", "jsonl")
    assert [json.loads(line)["uuid"] for line in done.out.splitlines()] == ["uuid-3", "uuid-4", "uuid-5"]
    assert route.call_count == 2
    assert route.calls[0].request.url.params["sortOrder"] == "DESCENDING"


def test_the_events_of_several_apps_are_one_log(org):
    other = {"id": "0oaother000000000000", "name": "scim2testapp", "label": "Acme HR", "status": "ACTIVE"}
    org.get("/api/v1/apps").mock(return_value=httpx.Response(200, json=[APP, other]))
    of_other = make_event(2, target=[{"type": "AppInstance", "id": other["id"]}])
    of_neither = make_event(3, target=[{"type": "AppInstance", "id": "0oathird000000000000"}])
    route = serve(org, [make_event(1), of_other, of_neither])
    done = logs("--app", "Acme CRM", "--app", "Acme HR", "-o", "jsonl")
    assert [json.loads(line)["uuid"] for line in done.out.splitlines()] == ["uuid-1", "uuid-2"]
    sent = route.calls[0].request.url.params["filter"]
    assert f'target.id eq "{APP_ID}" or target.id eq "{other["id"]}"' in sent
    assert 'appname eq "scim2headerauth" or debugContext.debugData.appname eq "scim2testapp"' in sent


def test_suggested_commands_name_the_app_and_its_template(org):
    serve(org, [make_event(1, **FAILURE)])
    said = " ".join(logs("--app", "Acme CRM", "--explain").out.split())
    assert "oktascim connection set --app 'Acme CRM'" in said
    assert "--app APP" not in said


def test_json_with_explanations(org):
    serve(org, [make_event(1, **FAILURE)], [make_event(2), make_event(3, **FAILURE)])
    document = json.loads(logs("--explain", "-o", "json").out)
    assert [event["uuid"] for event in document["events"]] == ["uuid-1", "uuid-2", "uuid-3"]
    (finding,) = document["findings"]
    assert finding["category"] == "auth.invalid_credentials"
    assert finding["events"] == ["uuid-1", "uuid-3"]


def test_csv_and_fields(org):
    serve(org, [make_event(1, displayMessage="=1+1")])
    assert logs("-o", "csv", "--fields", "message,user").out == "message,user\r\n'=1+1,ada@acme.example\r\n"


def test_summary_as_json(org):
    serve(org, [make_event(1, **FAILURE), make_event(2)])
    document = json.loads(logs("--summary", "-o", "json").out)
    assert (document["events"], document["failures"]) == (2, 1)


def test_the_page_replaces_the_listing(org, tmp_path):
    serve(org, [make_event(1, **FAILURE)])
    done = logs("--app", "Acme CRM", "--html", str(tmp_path / "log.html"))
    assert (done.code, done.out) == (0, "")
    assert "Wrote 1 event to" in done.err
    text = (tmp_path / "log.html").read_text()
    assert f"System Log · Acme CRM · {ORG.removeprefix('https://')}" in text
    assert "auth.invalid_credentials" in text


def test_a_page_of_very_many_events_is_told(org, tmp_path, monkeypatch):
    monkeypatch.setattr("oktascim.runs.log_notes._MUCH_FOR_A_BROWSER", 1)
    serve(org, [make_event(1), make_event(2)])
    assert "Large pages load slowly" in logs("--html", str(tmp_path / "log.html")).err
    serve(org, [make_event(1)])
    assert "browser" not in logs("--html", str(tmp_path / "log.html")).err


def test_parquet(org, tmp_path):
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    serve(org, [make_event(1)])
    assert logs("-o", "parquet", "--out", str(tmp_path / "log")).code == 0
    assert len(list((tmp_path / "log" / "date=2026-11-20").glob("part-*.parquet"))) == 1


def test_a_cursor_goes_on_and_shows_nothing_twice(org, tmp_path):
    cursor = str(tmp_path / "cursor")
    first = serve(org, [make_event(1)], [make_event(2)], [], last="kept")
    assert len(logs("--cursor", cursor, "-o", "jsonl").out.splitlines()) == 2
    assert "until" not in first.calls[0].request.url.params
    second = serve(org, [make_event(3), make_event(3)], [], last="later")
    done = logs("--cursor", cursor, "-o", "jsonl", "--since", "1h")
    assert [json.loads(line)["uuid"] for line in done.out.splitlines()] == ["uuid-3"]
    assert second.calls[3].request.url.params["after"] == "kept"


def test_a_cursor_of_another_query_is_refused(org, tmp_path):
    cursor = str(tmp_path / "cursor")
    serve(org, [make_event(1)], [], last="kept")
    assert logs("--cursor", cursor).code == 0
    done = logs("--cursor", cursor, "--failures")
    assert done.code == 2
    assert "another query" in done.err


def test_events_of_a_sister_app_are_left_out_and_unsure_ones_told(org):
    sister = make_event(1, target=[{"id": "0oaother", "type": "AppInstance"}])
    unsure = make_event(2, target=[{"id": "0uaada", "type": "AppUser", "alternateId": "ada@acme.example"}])
    serve(org, [sister, unsure, make_event(3)])
    done = logs("--app", "Acme CRM", "-o", "jsonl")
    assert [json.loads(line)["uuid"] for line in done.out.splitlines()] == ["uuid-2", "uuid-3"]
    assert "1 event named only the template (scim2headerauth)" in done.err


def test_no_events_is_no_error(org):
    serve(org, [])
    done = logs()
    assert (done.code, done.out) == (0, "")
    assert "No events" in done.err


def test_an_app_that_does_not_exist_gets_near_names(org):
    done = logs("--app", "Acme CMR")
    assert done.code == 2
    assert "Acme CRM" in done.err


@pytest.mark.parametrize("word", ["acme", "ACME CRM"])
def test_near_names_are_found_whatever_their_case(org, word):
    done = logs("--app", word)
    assert done.code == 2
    assert "Did you mean Acme CRM?" in done.err


def test_an_app_that_was_deleted_is_found_by_its_id(org):
    org.get("/api/v1/apps/0oagonegonegonegone1").mock(return_value=httpx.Response(404, json={"errorCode": "E0000007"}))
    gone = make_event(1, target=[{"id": "0oagonegonegonegone1", "type": "AppInstance"}])
    route = serve(org, [gone])
    done = logs("--app", "0oagonegonegonegone1", "-o", "jsonl")
    assert done.code == 0
    assert json.loads(done.out)["uuid"] == "uuid-1"
    assert "no longer has an app 0oagonegonegonegone1" in done.err
    assert route.calls[0].request.url.params["filter"] == 'target.id eq "0oagonegonegonegone1"'


def test_an_id_that_neither_the_org_nor_its_log_knows_is_refused(org):
    org.get("/api/v1/apps/0oagonegonegonegone1").mock(return_value=httpx.Response(404, json={"errorCode": "E0000007"}))
    serve(org, [])
    done = logs("--app", "0oagonegonegonegone1")
    assert done.code == 2
    assert "no event of this window names it" in done.err
    serve(org, [])
    assert logs("--app", "0oagonegonegonegone1", "--failures").code == 0


def test_a_label_of_an_app_that_was_deleted_gets_the_filter_for_it(org):
    assert 'target.alternateId eq "Old HR"' in logs("--app", "Old HR").err


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        ((), "No events. Only the last 7 days were read; use --since 30d to read more.\n", "narrowed"),
        (("--since", "30d", "--failures", "--user", "x"), "No events. Filters applied: --failures, --user.\n", "Seven"),
        (("--type", "push"), "matches push. * matches any text: *push*.", "--user"),
        (("--type", "*push*"), "Filters applied: --type", "fits"),
        (("--type", "nope.*"), "No known provisioning event type matches nope.*. Only", "any text"),
    ],
)
def test_no_events_says_what_would_bring_some(org, words, said, unsaid):
    serve(org, [])
    done = logs(*words)
    assert said in done.err
    assert unsaid not in done.err


def test_causes_are_counted_at_the_end(org):
    serve(org, [make_event(1, **FAILURE), make_event(2)], [make_event(3, **FAILURE)])
    assert "2 failures: 2 auth.invalid_credentials.\n" in logs("--explain").err
    serve(org, [make_event(1)])
    assert logs("--explain").err == "No failure among 1 event.\n"


def test_an_output_without_room_for_explanations_says_so(org):
    serve(org, [make_event(1)])
    assert "-o csv doesn't include explanations" in logs("--explain", "-o", "csv").err


def test_a_wrong_token_is_not_told_to_get_a_scope(org):
    org.get("/api/v1/logs").mock(return_value=httpx.Response(401, json={"errorCode": "E0000011"}))
    done = logs()
    assert done.code == 4
    assert "new API token" in done.err
    assert "okta.logs.read" not in done.err


def test_a_query_that_takes_okta_too_long_gets_a_way_out(org, monkeypatch):
    async def at_once(_stop, _seconds):
        """Wait for nothing."""

    monkeypatch.setattr("oktascim.http.clock.Stop.sleep", at_once)
    org.get("/api/v1/logs").mock(return_value=httpx.Response(500, json={"errorCode": "E0000009"}))
    done = logs()
    assert done.code == 1
    assert "Request less at a time" in done.err


def test_a_pattern_may_be_written_in_any_case(org):
    serve(org, [make_event(1)])
    assert logs("--type", "Application.*.PUSH", "-o", "csv", "--fields", "uuid").out == "uuid\r\nuuid-1\r\n"


def test_an_end_in_the_future_keeps_the_window_at_seven_days_from_now(org):
    route = serve(org, [])
    assert logs("--until", "2999-01-01").code == 0
    since = datetime.fromisoformat(route.calls[0].request.url.params["since"])
    assert abs(datetime.now(UTC) - timedelta(days=7) - since) < timedelta(minutes=1)


def test_an_end_in_the_past_is_the_end_of_seven_days(org):
    route = serve(org, [])
    assert logs("--until", "10d").code == 0
    sent = route.calls[0].request.url.params
    assert datetime.fromisoformat(sent["until"]) - datetime.fromisoformat(sent["since"]) == timedelta(days=7)


@pytest.mark.parametrize(
    ("expression", "summary", "hint"),
    [
        ('published gt "2026-11-01"', "field is not valid: published", "--since and --until"),
        ("a eq 'x'", "Invalid filter: Invalid comparison value at position 5: 'x'", "double quotes"),
    ],
)
def test_slips_in_a_filter_get_the_way_out(org, expression, summary, hint):
    org.get("/api/v1/logs").mock(
        return_value=httpx.Response(400, json={"errorCode": "E0000053", "errorSummary": summary})
    )
    assert hint in logs("--filter", expression).err


def test_fields_are_completed_behind_a_comma():
    assert complete_fields("out") == ["outcome"]
    assert complete_fields("time,re") == ["time,reason"]


def test_missing_scope_is_exit_4_and_named(org):
    org.get("/api/v1/logs").mock(
        return_value=httpx.Response(
            403, headers={"www-authenticate": 'Bearer error="insufficient_scope", scope="okta.logs.read"'}
        )
    )
    done = logs()
    assert done.code == 4
    assert "okta.logs.read" in done.err


def test_an_invalid_filter_gets_oktas_text_and_a_caret(org):
    summary = "Invalid filter 'a eqq 1': Unrecognized attribute operator 'eqq' at position 2. Expected: eq,co"
    org.get("/api/v1/logs").mock(
        return_value=httpx.Response(400, json={"errorCode": "E0000053", "errorSummary": summary})
    )
    done = logs("--filter", "a eqq 1")
    assert done.code == 2
    assert summary in done.err
    lines = done.err.splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[place].index("^") == lines[place - 1].index("eqq")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--since", "yesterday"), "--since isn't a time"),
        (("--until", "soon"), "--until isn't a time"),
        (("--since", "200d"), "more than 180 days"),
        (("--since", "1h", "--until", "2h"), "isn't before"),
        (("--follow", "--until", "1h"), "--until ends"),
        (("--follow", "-o", "json"), "--follow never ends"),
        (("--follow", "--summary"), "--follow never ends"),
        (("--cursor", "x", "--limit", "3"), "--limit can't be used with --cursor"),
        (("--last", "3", "--limit", "3"), "--last reads backwards"),
        (("--last", "3", "--follow"), "--last reads backwards"),
        (("-o", "parquet"), "needs --out"),
        (("--out", "x"), "--out can only be used with"),
        (("--fields", "time"), "--fields can only be used with"),
        (("-o", "csv", "--fields", "tiem"), "Unknown field tiem"),
        (("--summary", "-o", "csv"), "--summary can only be used with"),
        (("--html", "x", "-o", "json"), "--html replaces"),
        (("--filter", '(a eq "1"'), "incomplete"),
        (("--limit", "0"), "limit"),
        (("--app", ""), "APP is empty"),
        (("--user", ""), "--user is empty"),
        (("--type", "a", "--type", ""), "--type is empty"),
        (("--until", "200d"), "more than 180 days"),
        (("--since", "2999-01-01", "--until", "2999-02-01"), "isn't before the present"),
    ],
)
def test_what_cannot_be_is_refused_before_a_call_is_made(org, words, message):
    route = serve(org, [])
    done = logs(*words)
    assert done.code == 2
    assert message in done.err
    assert route.call_count == 0


def test_a_start_that_okta_has_forgotten_is_told(org):
    serve(org, [])
    done = logs("--since", "100d")
    assert done.code == 0
    start = datetime.now(UTC) - timedelta(days=90)
    assert f"Okta keeps events for 90 days, so the log starts at about {start:%Y-%m-%d}" in done.err


@pytest.mark.parametrize(
    "words", [(), ("-o", "json"), ("-o", "jsonl"), ("-o", "csv"), ("--summary",), ("--wide", "-vv")]
)
def test_the_token_is_in_no_output(org, words):
    serve(org, [make_event(1, outcome={"result": "FAILURE", "reason": f"the server says {TOKEN}"})])
    done = logs("--explain", *words)
    assert done.code == 0
    assert TOKEN not in done.out + done.err
    assert "[hidden]" in done.out


@pytest.mark.parametrize(("interactive", "said"), [(True, "\n"), (False, "")])
def test_ctrl_c_ends_following_on_a_line_of_its_own(monkeypatch, interactive, said):
    def interrupted(*_: object) -> None:
        raise Interrupted("Interrupted.")

    monkeypatch.setattr("oktascim.cli.commands.logs.command.read_log", interrupted)
    monkeypatch.setattr(Output, "interactive", property(lambda _output: interactive))
    done = logs("--follow")
    assert (done.code, done.out, done.err) == (130, "", said)
