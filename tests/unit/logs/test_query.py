"""From conditions to Okta's filter, and what is checked here."""

from __future__ import annotations

import pytest

from oktascim.errors import UsageProblem
from oktascim.logs.query import Conditions, Failures, SeenEvents, Selection, known_event_types
from oktascim.okta.apps import app_from
from oktascim.okta.log_events import Events
from tests.support.log_events import APP_ID, log_events, make_event

APP = app_from({"id": APP_ID, "name": "scim2headerauth", "label": "Acme CRM"})
ABOUT_APP = f'target.id eq "{APP_ID}" or debugContext.debugData.appname eq "scim2headerauth"'


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (Conditions(), ""),
        (Conditions(apps=(APP,)), ABOUT_APP),
        (Conditions(expression=' severity eq "WARN" '), 'severity eq "WARN"'),
        (
            Conditions(apps=(APP,), expression='a eq "1" or b eq "2"'),
            f'(a eq "1" or b eq "2") and ({ABOUT_APP})',
        ),
        (Conditions(transaction="t1"), 'transaction.id eq "t1"'),
        (
            Conditions(user='o"b'),
            'target.id eq "o\\"b" or target.alternateId eq "o\\"b" or target.displayName eq "o\\"b"',
        ),
        (Conditions(actor="x"), 'actor.id eq "x" or actor.alternateId eq "x" or actor.displayName eq "x"'),
        (Conditions(types=("user.lifecycle.create",)), 'eventType eq "user.lifecycle.create"'),
        (Conditions(types=("application.*",)), 'eventType sw "application."'),
        (Conditions(types=("a.*.fail",)), 'eventType sw "a." and eventType co ".fail"'),
        (Conditions(types=("*",)), "eventType pr"),
        (Conditions(types=("a", "b.*.c")), 'eventType eq "a" or (eventType sw "b." and eventType co ".c")'),
        (
            Conditions(failures=Failures(frozenset({"DENY", "FAILURE"}), frozenset({"x.y"}))),
            'outcome.result eq "DENY" or outcome.result eq "FAILURE" or eventType eq "x.y"',
        ),
    ],
)
def test_conditions_become_one_expression(conditions, expected):
    assert conditions.filter() == expected


@pytest.mark.parametrize(
    ("expression", "place"),
    [('a eq "1") or (b pr', 8), ('a eq "1', 5), ('(a eq "1"', 0), ('a eq ")" and (b pr', 13)],
)
def test_an_expression_that_is_not_closed_cannot_swallow_the_rest(expression, place):
    with pytest.raises(UsageProblem) as caught:
        Conditions(apps=(APP,), expression=expression).filter()
    assert caught.value.why.split("\n")[1:] == [expression, " " * place + "^"]


def test_events_of_a_sister_app_are_dropped_and_those_of_no_app_counted():
    other = make_event(2, target=[{"id": "0oaother", "type": "AppInstance"}])
    nobody = make_event(3, target=[{"id": "0uaada", "type": "AppUser"}])
    without = make_event(4, target=None)
    selection = Selection(Conditions(apps=(APP,)))
    kept = selection.keep(log_events(make_event(1), other, nobody, without))
    assert [kept_event["uuid"][-1] for kept_event in kept.values] == ["1", "3", "4"]
    assert selection.unsure == 2


def test_patterns_that_okta_cannot_express_are_checked_here():
    types = ("application.provision.*.add", "exact.type", "odd[?].*.x")
    names = [
        "application.provision.group.add",
        "application.provision.add.other",
        "exact.type",
        "odd[?].1.x",
        "oddo.1.x",
    ]
    events = log_events(*(make_event(eventType=name) for name in names))
    kept = Selection(Conditions(types=types)).keep(events)
    assert [kept_event["eventType"] for kept_event in kept.values] == [names[0], names[2], names[3]]


def test_exact_types_are_left_to_okta():
    events = Events(b"not parsed")
    assert Selection(Conditions(types=("a.b", "c.*"))).keep(events) == events


def test_known_event_types_serve_completion():
    names = known_event_types()
    assert "application.provision.user.push" in names
    assert len(names) == len(set(names)) > 100
    assert not any(name.startswith("#") or " " in name for name in names)


def test_doubles_are_dropped_and_memory_is_bounded():
    seen = SeenEvents(capacity=3)
    assert [seen.is_fresh(uuid) for uuid in "12213"] == [True, True, False, False, True]
    assert seen.is_fresh("4")
    assert seen.is_fresh("1")
    assert not seen.is_fresh("4")
