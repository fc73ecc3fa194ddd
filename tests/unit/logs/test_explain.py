"""Explanations over page borders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oktascim.logs import explain as module
from oktascim.logs.explain import Explainer
from tests.support.log_events import CONFLICT, UNAUTHORIZED, make_event

SILENT = {"result": "FAILURE", "reason": None}


def failure(number, outcome, job):
    return make_event(number, outcome=outcome, transaction={"id": job})


def test_a_silent_event_borrows_the_words_of_its_transaction_on_an_earlier_page():
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "job")])
    explainer.page([failure(2, UNAUTHORIZED, "other")])
    (finding,) = explainer.page([failure(3, SILENT, "job")])
    assert finding.category == "user.conflict"
    assert finding.events == ("uuid-3",)


@pytest.mark.parametrize("silence", [None, "null", " "])
def test_null_is_no_word(silence):
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "job")])
    (finding,) = explainer.page([failure(2, {"result": "FAILURE", "reason": silence}, "job")])
    assert finding.category == "user.conflict"


def test_words_that_nobody_understands_are_not_lent():
    explainer = Explainer()
    explainer.page([failure(1, {"result": "FAILURE", "reason": "Hrmpf."}, "job"), failure(2, CONFLICT, "job")])
    (finding,) = explainer.page([failure(3, SILENT, "job")])
    assert finding.category == "user.conflict"


@pytest.mark.parametrize("pages", [1, 2])
def test_what_was_said_of_the_same_person_comes_first(pages):
    ada, grace = ({"target": [{"id": name, "type": "User"}]} for name in ("ada", "grace"))
    told = [{**failure(1, UNAUTHORIZED, "job"), **ada}, {**failure(2, CONFLICT, "job"), **grace}]
    silent = [{**failure(3, SILENT, "job"), **grace}]
    explainer = Explainer()
    found = explainer.page(told + silent) if pages == 1 else (explainer.page(told), explainer.page(silent))[1]
    assert next(one.category for one in found if "uuid-3" in one.events) == "user.conflict"


def test_what_an_earlier_page_said_is_not_counted_again():
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "job"), make_event(9)])
    explainer.page([failure(2, SILENT, "job")])
    explainer.page([failure(3, UNAUTHORIZED, "job")])
    assert explainer.causes == {"user.conflict": 2, "auth.invalid_credentials": 1}


def test_what_is_remembered_has_a_bound(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 2)
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "old"), failure(2, CONFLICT, "new")])
    old, new = (explainer.page([failure(number, SILENT, job)])[0] for number, job in ((3, "old"), (4, "new")))
    assert (old.category == "user.conflict", new.category == "user.conflict") == (False, True)


def test_commands_of_a_fix_name_the_app_and_other_words_stay():
    plain = Explainer(fill_in=False).page([failure(1, UNAUTHORIZED, "job")])[0]
    (named,) = Explainer({"APP": "Acme CRM"}).page([failure(1, UNAUTHORIZED, "job")])
    assert "`oktascim connection set --app APP`" in plain.fix
    assert named.fix == plain.fix.replace("APP", "'Acme CRM'")
    assert replace(named, fix=plain.fix) == plain
