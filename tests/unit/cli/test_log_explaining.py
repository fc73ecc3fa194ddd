"""Explanations over page borders."""

from __future__ import annotations

from dataclasses import replace

from oktascim.cli import log_explaining as module
from oktascim.cli.log_explaining import Explainer
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


def test_what_an_earlier_page_said_is_not_counted_again():
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "job"), make_event(9)])
    explainer.page([failure(2, SILENT, "job")])
    explainer.page([failure(3, UNAUTHORIZED, "job")])
    assert explainer.causes == {"user.conflict": 2, "auth.invalid_credentials": 1}


def test_what_is_remembered_has_a_bound(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 1)
    explainer = Explainer()
    explainer.page([failure(1, CONFLICT, "old"), failure(2, CONFLICT, "new")])
    old, new = (explainer.page([failure(number, SILENT, job)])[0] for number, job in ((3, "old"), (4, "new")))
    assert (old.category == "user.conflict", new.category == "user.conflict") == (False, True)


def test_commands_of_a_fix_name_the_app_and_other_words_stay():
    plain = Explainer().page([failure(1, UNAUTHORIZED, "job")])[0]
    (named,) = Explainer("Acme CRM").page([failure(1, UNAUTHORIZED, "job")])
    assert "`oktascim connection set --app APP`" in plain.fix
    assert named.fix == plain.fix.replace("APP", "'Acme CRM'")
    assert replace(named, fix=plain.fix) == plain
