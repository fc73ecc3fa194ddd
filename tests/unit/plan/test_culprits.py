"""Who changed an app, read from events; and when the log is asked."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from oktascim.plan.blame import with_culprits
from oktascim.plan.culprits import Culprit, culprits_of
from oktascim.render.culprits import culprit_notes

UPDATE = "application.lifecycle.update"


def event(kind: str = UPDATE, *, agent: str = "Mozilla/5.0", app_id: str = "0oa1", **members: Any) -> dict[str, Any]:
    target = {"id": app_id, "type": "AppInstance", **members.pop("target", {})}
    return {
        "uuid": "u1",
        "published": "2026-11-28T13:40:05.000Z",
        "eventType": kind,
        "actor": {"id": "00u1", "alternateId": "grace@acme.example"},
        "client": {"userAgent": {"rawUserAgent": agent}},
        "target": [target],
        **members,
    }


RENAMED = event(
    target={"changeDetails": {"from": {"label": "Acme", "a": {"b": 1}}, "to": {"label": "New", "a": {"b": 1}}}}
)


def test_values_and_words_are_passed_on() -> None:
    words = event(outcome={"reason": "Pushing user passwords"}, debugContext={"debugData": {"customMessage": "x"}})
    first, second = culprits_of("0oa1", [RENAMED, words])
    assert (first.who, first.values) == ("grace@acme.example", (("label", "Acme", "New"),))
    assert list(culprit_notes([first, second])) == [
        "grace@acme.example changed the app in Okta on 2026-11-28 13:40 UTC: label 'Acme' → 'New'.",
        "grace@acme.example changed the app in Okta on 2026-11-28 13:40 UTC: Pushing user passwords; x.",
    ]


@pytest.mark.parametrize("ours", [event(agent="oktascim/0.2"), event("application.lifecycle.create")])
def test_only_what_came_after_our_own_write_counts(ours) -> None:
    assert len(culprits_of("0oa1", [RENAMED, ours, RENAMED])) == 1


def test_at_most_three_and_only_of_that_app() -> None:
    assert len(culprits_of("0oa1", [event(app_id="0oa2"), *[RENAMED] * 9])) == 3


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [(True, False, "a yes → no"), (None, "x" * 90, f"a none → '{'x' * 60}…'"), ([1], {"b": 2}, "a.b none → 2")],
)
def test_values_of_any_shape(before, after, shown) -> None:
    details = {"changeDetails": {"from": {"a": before}, "to": {"a": after}}}
    (note,) = culprit_notes(culprits_of("0oa1", [event(target=details)]))
    assert note.endswith(f"UTC: {shown}.")


def blamed(walk, one) -> tuple[Culprit, ...]:
    async def work():
        async with walk.client() as okta:
            return await with_culprits(okta, plans)

    plans = walk.plan(one)
    (plan,) = walk.clock.run(work())
    return plan.culprits


def asked(org) -> int:
    return org.lines.count("GET /api/v1/logs")


def test_the_log_is_asked_once_and_only_where_an_app_differs(walk, org, add, make) -> None:
    org.logged = [RENAMED]
    add()
    assert blamed(walk, make()) == ()
    assert asked(org) == 0
    assert len(blamed(walk, make(label="Other"))) == 1
    assert asked(org) == 1
    query = dict(org.requests[-1].url.params)
    assert 'target.id eq "0oa1"' in query["filter"]
    assert query["sortOrder"] == "DESCENDING"


def test_a_token_that_may_not_read_the_log_is_no_trouble(walk, org, add, make, refuse) -> None:
    add()
    org.fail("GET /api/v1/logs", refuse(403, "E0000006", "You do not have permission"))
    assert blamed(walk, make(label="Other")) == ()


def test_an_answer_that_cannot_be_read_is_no_trouble(walk, org, add, make) -> None:
    add()
    org.fail("GET /api/v1/logs", httpx.Response(200, json=[{"uuid": "u1"}]))
    assert blamed(walk, make(label="Other")) == ()
