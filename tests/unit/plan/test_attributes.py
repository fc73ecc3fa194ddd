"""Custom attributes of the app's user, in the spec's words and in Okta's."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.attributes import attribute_changes, attribute_properties
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import diff
from oktascim.plan.snapshot import Actual, Directory
from oktascim.spec.attributes import AppAttributes

BADGE = {"title": "Badge", "type": "string", "external_name": "badge"}
KEPT = {"title": "Badge", "type": "string", "externalName": "badge", "mutability": "READ_WRITE", "scope": "NONE"}


def wanted(prune: bool | None = None, **custom: Any) -> AppAttributes:
    return AppAttributes.model_validate({"prune": prune, "custom": custom})


def seen(**custom: Any) -> AppUserSchema:
    return AppUserSchema(frozenset({"userName", "title"}), custom)


def fields(changes) -> dict[str, tuple[Any, Any]]:
    return {change.field: (change.old, change.new) for change in changes}


def test_one_that_is_missing_is_added_whole() -> None:
    one = wanted(size={"title": "Size", "type": "string", "enum": ["S", "M"], "enum_titles": ["Small", "Medium"]})
    assert fields(attribute_changes(one, None)) == {
        "attributes.size": (None, "Size (string), enum S, M, enum_titles Small, Medium")
    }
    assert attribute_properties(one, seen()) == {
        "size": {
            "title": "Size",
            "type": "string",
            "enum": ["S", "M"],
            "oneOf": [{"const": "S", "title": "Small"}, {"const": "M", "title": "Medium"}],
        }
    }


def test_one_that_differs_is_changed_by_member_and_keeps_what_the_spec_leaves_out() -> None:
    one = wanted(badge=BADGE | {"required": True, "items": None})
    present = seen(badge=KEPT | {"externalName": "old", "description": "by hand"})
    assert fields(attribute_changes(one, present)) == {
        "attributes.badge.external_name": ("old", "badge"),
        "attributes.badge.required": (None, True),
    }
    sent = attribute_properties(one, present)["badge"]
    assert sent == KEPT | {"description": "by hand", "required": True}


@pytest.mark.parametrize(
    "said", [{}, {"required": False, "mutability": "READ_WRITE", "scope": "NONE", "unique": False}]
)
def test_what_okta_completes_or_hides_is_no_change(said) -> None:
    assert attribute_changes(wanted(badge=BADGE | said), seen(badge=KEPT)) == ()
    assert attribute_properties(wanted(badge=BADGE | said), seen(badge=KEPT)) == {}


def test_only_prune_removes() -> None:
    present = seen(badge=KEPT, old={"title": "Old", "type": "boolean", "scope": "NONE"})
    assert attribute_changes(wanted(badge=BADGE), present) == ()
    pruned = wanted(prune=True, badge=BADGE)
    assert fields(attribute_changes(pruned, present)) == {"attributes.old": ("Old (boolean)", None)}
    assert attribute_properties(pruned, present) == {"old": None}


def test_the_step_comes_before_the_mappings_and_says_what_it_removes(make, make_app, provisioning) -> None:
    provisioning |= {
        "attributes": {"prune": True, "custom": {"badge": BADGE}},
        "mappings": {"badge": {"expression": "user.employeeNumber"}},
    }
    actual = Actual(app=make_app(features=["SCIM_PROVISIONING"]), schema=seen(old=KEPT))
    plan = diff(make(provisioning=provisioning), actual, Directory(), (), PlanChoices())
    assert [step.kind for step in plan.steps] == ["attributes", "mappings"]
    assert plan.steps[0].describe() == "Set the custom attributes badge and remove the custom attributes old"


def test_a_name_that_okta_has_itself_blocks(make, make_app, provisioning) -> None:
    provisioning["attributes"] = {"custom": {"Title": BADGE}}
    actual = Actual(app=make_app(features=["SCIM_PROVISIONING"]), schema=seen())
    plan = diff(make(provisioning=provisioning), actual, Directory(), (), PlanChoices())
    assert plan.problem is not None
    assert "already have title" in plan.problem.what
