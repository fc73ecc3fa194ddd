"""`/api/v1/groups/rules`: group rules and their lifecycle."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.records import GroupRule, Json
from okta_emulator.org import group_rules

_PATH = "/api/v1/groups/rules"
_GROUP_NAMES = "groupIdToGroupNameMap"


def create_rule(call: Call) -> Answer:
    """POST: create a rule; 200 as recorded."""
    return Answer(_view(call, group_rules.create(call.org, call.body)))


def list_rules(call: Call) -> Answer:
    """GET the list; `search` finds a part of the name."""
    return call.listing(_matching(call), lambda rule: _view(call, rule), default=50, most=200)


def _matching(call: Call) -> Iterator[tuple[str, GroupRule]]:
    word = (call.asked("search") or "").casefold()
    for rule_id, rule in call.org.store.group_rules.each(call.after()):
        if word in rule["name"].casefold():
            yield rule_id, rule


def get_rule(call: Call) -> Answer:
    """GET one rule."""
    return Answer(_view(call, _rule(call)))


def replace_rule(call: Call) -> Answer:
    """PUT: replace an inactive rule."""
    return Answer(_view(call, group_rules.replace(call.org, _rule(call), call.body)))


def delete_rule(call: Call) -> Answer:
    """DELETE a rule: 202 as recorded."""
    remove_users = call.flag("removeUsers", default=False)
    group_rules.delete(call.org, call.cause, _rule(call), remove_users=remove_users)
    return Answer({}, status=202)


def activate_rule(call: Call) -> Answer:
    """POST lifecycle/activate."""
    group_rules.switch(call.org, call.cause, _rule(call), active=True)
    return NO_CONTENT


def deactivate_rule(call: Call) -> Answer:
    """POST lifecycle/deactivate."""
    group_rules.switch(call.org, call.cause, _rule(call), active=False)
    return NO_CONTENT


def _rule(call: Call) -> GroupRule:
    return call.required(call.org.store.group_rules, "rule_id", "GroupRule")


def _view(call: Call, rule: GroupRule) -> Json:
    return {
        "type": "group_rule",
        "id": rule["id"],
        "status": rule["status"],
        "name": rule["name"],
        "created": rule["created"],
        "lastUpdated": rule["lastUpdated"],
        "conditions": {
            **_people(rule),
            "expression": {"value": rule["expression"], "type": group_rules.EXPRESSION_TYPE},
        },
        "actions": {"assignUserToGroups": {"groupIds": rule["group_ids"]}},
        **_names(call, rule),
    }


def _people(rule: GroupRule) -> Json:
    """The exceptions; recorded rules without any don't have the member."""
    excluded = {"users": {"exclude": rule["excluded_users"]}, "groups": {"exclude": rule["excluded_groups"]}}
    return {"people": excluded} if rule["excluded_users"] or rule["excluded_groups"] else {}


def _names(call: Call, rule: GroupRule) -> Json:
    if call.asked("expand") != _GROUP_NAMES:
        return {}
    found = ((group_id, call.org.store.groups.get(group_id)) for group_id in rule["group_ids"])
    names = {group_id: group["profile"]["name"] for group_id, group in found if group}
    return {"_embedded": {_GROUP_NAMES: names}}


ENDPOINTS = (
    Endpoint("GET", _PATH, list_rules),
    Endpoint("POST", _PATH, create_rule),
    Endpoint("GET", f"{_PATH}/{{rule_id}}", get_rule),
    Endpoint("PUT", f"{_PATH}/{{rule_id}}", replace_rule),
    Endpoint("DELETE", f"{_PATH}/{{rule_id}}", delete_rule),
    Endpoint("POST", f"{_PATH}/{{rule_id}}/lifecycle/activate", activate_rule),
    Endpoint("POST", f"{_PATH}/{{rule_id}}/lifecycle/deactivate", deactivate_rule),
)
