"""What every new org has besides people: one of Okta's own apps, its mappings, and the policies.

Built-in apps are stored separately: lists of apps don't include them, their links work, and they can't be
changed (OB-644).
"""

from __future__ import annotations

from okta_emulator.core.ids import Ids
from okta_emulator.core.records import App, Identity, MappingProperties, Policy, ProfileMapping
from okta_emulator.core.store import Store
from okta_emulator.org.settings_echo import visibility_of

ACCESS, ENROLLMENT = "ACCESS_POLICY", "PROFILE_ENROLLMENT"
_NAME, _LABEL = "Okta_Authenticator", "Okta Authenticator"
_KID_LENGTH = 43
_RETURN: MappingProperties = {"email": {"expression": "appuser.userName", "pushStatus": "DONT_PUSH"}}
# Type, name, description, name of the rule that every policy ends with.
_POLICIES = (
    (ACCESS, "Any two factors", "Require two factors to access.", "Catch-all Rule"),
    (ENROLLMENT, "Default Policy", "Default policy for all applications", "Catch-all Rule"),
    ("OKTA_SIGN_ON", "Default Policy", "The default policy applies in all situations.", "Default Rule"),
    ("PASSWORD", "Default Policy", "The default policy applies in all situations.", "Default Rule"),
    ("MFA_ENROLL", "Default Policy", "The default policy applies in all situations.", "Default Rule"),
)


def ensure(store: Store, ids: Ids, identity: Identity) -> None:
    """Create what is missing, in a new org or in the database of an earlier version."""
    with store.transaction():
        if store.system_apps.count() == 0:
            _create_app(store, ids, identity)
        if store.policies.count() == 0:
            _create_policies(store, ids, identity)


def shared_kid(identity: Identity) -> str:
    """The id of the key that all apps share except SAML apps (OB-650)."""
    return f"{identity['id']}-shared-signing-key-0001"[:_KID_LENGTH]


def _create_app(store: Store, ids: Ids, identity: Identity) -> None:
    now = identity["created"]
    app_id = ids.new("0oa")
    app: App = {
        "id": app_id,
        "name": _NAME,
        "label": _LABEL,
        "status": "ACTIVE",
        "created": now,
        "lastUpdated": now,
        "accessibility": {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        "visibility": visibility_of(f"{_NAME}_link", {"hide": {"iOS": True, "web": True}}),
        "signOnMode": "OPENID_CONNECT",
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": shared_kid(identity)},
            "oauthClient": {"autoKeyRotation": True, "client_id": app_id, "token_endpoint_auth_method": "none"},
        },
        "settings": {
            "app": {},
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}},
            "manualProvisioning": False,
            "implicitAssignment": False,
            "notes": {"admin": None, "enduser": None},
            "oauthClient": {"application_type": "native", "grant_types": ["authorization_code"]},
        },
        "wizard": False,
        "system": True,
        "access_policy": identity["policy"],
        "external_key": ids.new("exk"),
        "link_id": ids.new("aln"),
        "keys": [],
    }
    store.system_apps.put(app_id, app, name=_LABEL)
    for to_app, properties in ((False, _RETURN), (True, {})):
        mapping: ProfileMapping = {
            "id": ids.new("prm"),
            "app_id": app_id,
            "to_app": to_app,
            "properties": properties,
        }
        store.mappings.put(mapping["id"], mapping, name=app_id)


def _create_policies(store: Store, ids: Ids, identity: Identity) -> None:
    known = {ACCESS: identity["policy"], ENROLLMENT: identity.get("enrollment")}
    for kind, name, description, rule in _POLICIES:
        policy: Policy = {
            "id": known.get(kind) or ids.new("rst"),
            "type": kind,
            "name": name,
            "description": description,
            "created": identity["created"],
            "rule_id": ids.new("rul"),
            "rule_name": rule,
        }
        store.policies.put(policy["id"], policy)
