"""`/api/v1/policies`: the built-in policies with their rules (read-only), and the policy of an app (OB-645, OB-646)."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, Json, Policy
from okta_emulator.org import builtin

_PATH = "/api/v1/policies"
_POLICY = f"{_PATH}/{{policy_id}}"


def list_policies(call: Call) -> Answer:
    """GET the policies of a type."""
    kind = call.asked("type")
    if not kind:  # the text is our choice
        raise ValidationFailed("type", causes=("type: The type of the policy is required",))
    found = ((policy_id, policy) for policy_id, policy in call.org.store.policies.each() if policy["type"] == kind)
    return call.listing(found, lambda policy: _view(call, policy), default=20, most=200)


def get_policy(call: Call) -> Answer:
    """GET one policy."""
    return Answer(_view(call, _policy(call)))


def list_rules(call: Call) -> Answer:
    """GET the rules of a policy: one that catches all."""
    return Answer([_rule_view(call, _policy(call))])


def get_rule(call: Call) -> Answer:
    """GET one rule."""
    policy = _policy(call)
    if call.params["rule_id"] != policy["rule_id"]:
        raise NotFound(call.params["rule_id"], "PolicyRule")
    return Answer(_rule_view(call, policy))


def assign_policy(call: Call) -> Answer:
    """PUT: assign an access policy to an app."""
    app, policy = call.app(), _policy(call)
    if policy["type"] != builtin.ACCESS:  # the text is our choice
        raise ValidationFailed("Policy", causes=(f"A policy of type {policy['type']} cannot be assigned to an app.",))
    changed: App = {**app, "access_policy": policy["id"]}
    call.org.save_app(changed)
    return NO_CONTENT


def _policy(call: Call) -> Policy:
    return call.required(call.org.store.policies, "policy_id", "Policy")


def _view(call: Call, policy: Policy) -> Json:
    own = call.url(f"{_PATH}/{policy['id']}")
    return {
        "id": policy["id"],
        "status": "ACTIVE",
        "name": policy["name"],
        "description": policy["description"],
        "priority": 1,
        "system": True,
        "conditions": None,
        "created": policy["created"],
        "lastUpdated": policy["created"],
        "_links": {
            "self": {"href": own, "hints": {"allow": ["GET", "PUT"]}},
            "rules": {"href": f"{own}/rules", "hints": {"allow": ["GET", "POST"]}},
        },
        "type": policy["type"],
    }


def _rule_view(call: Call, policy: Policy) -> Json:
    own = call.url(f"{_PATH}/{policy['id']}/rules/{policy['rule_id']}")
    return {
        "id": policy["rule_id"],
        "status": "ACTIVE",
        "name": policy["rule_name"],
        "priority": 99,
        "created": policy["created"],
        "lastUpdated": policy["created"],
        "system": True,
        "conditions": None,
        "actions": {},
        "type": policy["type"],
        "_links": {"self": {"href": own, "hints": {"allow": ["GET", "PUT"]}}},
    }


ENDPOINTS = (
    Endpoint("GET", _PATH, list_policies),
    Endpoint("GET", _POLICY, get_policy),
    Endpoint("GET", f"{_POLICY}/rules", list_rules),
    Endpoint("GET", f"{_POLICY}/rules/{{rule_id}}", get_rule),
    Endpoint("PUT", "/api/v1/apps/{app_id}/policies/{policy_id}", assign_policy),
)
