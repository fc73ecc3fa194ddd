"""Import settings and profile mappings, in the spec's words and in Okta's."""

from __future__ import annotations

import pytest

from oktascim.plan.settings import import_capabilities, import_changes, mapping_changes, mapping_properties
from oktascim.spec.provisioning import Provisioning, ToOkta

EVERYTHING = {
    "full_import": {"expression": "0 0 * * *"},
    "incremental_import": {"expression": "0 * * * *", "timezone": "Europe/Berlin"},
    "username_format": "CUSTOM",
    "username_expression": "appuser.email",
    "matching": {
        "exact_match": "USERNAME",
        "allow_partial_match": False,
        "auto_confirm_exact_match": True,
        "auto_confirm_partial_match": False,
        "auto_confirm_new_users": True,
        "auto_activate_new_users": False,
    },
}


def wanted(**members) -> ToOkta:
    return ToOkta.model_validate(members)


def test_every_setting_is_written_under_its_wire_name() -> None:
    assert import_capabilities(wanted(**EVERYTHING)) == {
        "importSettings": {
            "username": {"userNameFormat": "CUSTOM", "userNameExpression": "appuser.email"},
            "schedule": {
                "status": "ENABLED",
                "fullImport": {"expression": "0 0 * * *", "timezone": "UTC"},
                "incrementalImport": {"expression": "0 * * * *", "timezone": "Europe/Berlin"},
            },
        },
        "importRules": {
            "userCreateAndMatch": {
                "exactMatchCriteria": "USERNAME",
                "allowPartialMatch": False,
                "autoConfirmExactMatch": True,
                "autoConfirmPartialMatch": False,
                "autoConfirmNewUsers": True,
                "autoActivateNewUsers": False,
            }
        },
    }


def test_only_what_the_spec_says_is_written() -> None:
    body = import_capabilities(wanted(matching={"exact_match": "EMAIL"}))
    assert body == {"importRules": {"userCreateAndMatch": {"exactMatchCriteria": "EMAIL"}}}


def test_what_was_written_reads_back_without_a_change() -> None:
    everything = wanted(**EVERYTHING)
    assert import_changes(everything, import_capabilities(everything)) == ()


def test_members_that_okta_adds_are_no_change() -> None:
    one = wanted(full_import={"expression": "0 0 * * *"})
    seen = import_capabilities(one)
    seen["importSettings"]["schedule"]["fullImport"]["next"] = "tomorrow"
    assert import_changes(one, seen) == ()


@pytest.mark.parametrize("seen", [None, {}, {"importRules": None}, {"importRules": {"userCreateAndMatch": None}}])
def test_what_the_org_does_not_show_is_a_change(seen) -> None:
    (change,) = import_changes(wanted(matching={"allow_partial_match": False}), seen)
    assert (change.field, change.old, change.new) == ("to_okta.matching.allow_partial_match", None, False)


def test_nothing_wanted_is_nothing_to_do() -> None:
    assert import_changes(wanted(), None) == ()
    assert import_capabilities(wanted()) == {}


def mapped(provisioning, **lines) -> Provisioning:
    return Provisioning.model_validate(provisioning | {"mappings": lines})


def test_mappings(provisioning) -> None:
    one = mapped(provisioning, title={"expression": "user.title"}, city={"expression": "user.city", "push": False})
    assert mapping_properties(one) == {
        "title": {"expression": "user.title", "pushStatus": "PUSH"},
        "city": {"expression": "user.city", "pushStatus": "DONT_PUSH"},
    }
    kept = {"properties": {"title": {"expression": "user.title", "pushStatus": "DONT_PUSH"}, "other": {}}}
    changes = {change.field: (change.old, change.new) for change in mapping_changes(one, kept)}
    assert changes == {
        "mappings.title": ("user.title (DONT_PUSH)", "user.title (PUSH)"),
        "mappings.city": (None, "user.city (DONT_PUSH)"),
    }
    assert mapping_changes(one, {"properties": mapping_properties(one)}) == ()


def test_without_mappings_none_are_read(provisioning) -> None:
    assert mapping_changes(Provisioning.model_validate(provisioning), None) == ()
