"""`/api/v1/apps/{id}/credentials/keys` and `/csrs`: signing keys and signing requests (OB-217, OB-650, OB-651)."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.ids import key_id
from okta_emulator.core.paging import whole_number
from okta_emulator.core.records import App, Csr, Json, JsonWebKey
from okta_emulator.org import certificates, csrs

_APP = "/api/v1/apps/{app_id}"
_KEYS = f"{_APP}/credentials/keys"
_CSRS = f"{_APP}/credentials/csrs"
_YEARS = range(2, 11)


def list_keys(call: Call) -> Answer:
    """GET the keys."""
    return Answer(certificates.keys_of(call.org, call.app()))


def get_key(call: Call) -> Answer:
    """GET one key."""
    return Answer(key_of(call, call.app(), call.params["key_id"]))


def generate_key(call: Call) -> Answer:
    """POST keys/generate: 201; the app signs with it after a PUT that names it."""
    app = call.app()
    years = whole_number(call.asked("validityYears"), _YEARS.stop)
    if years is None or years not in _YEARS:  # the text is our choice
        raise ValidationFailed("validityYears", causes=("validityYears: must be between 2 and 10",))
    return _created(call, app, certificates.add_key(call.org, app, years, key_id()))


def clone_key(call: Call) -> Answer:
    """POST clone: 201; another app has the same key then."""
    key = key_of(call, call.app(), call.params["key_id"])
    target = call.org.store.apps.get(call.asked("targetAid") or "")
    if target is None:
        raise NotFound(call.asked("targetAid") or "", "AppInstance")
    if any(known["kid"] == key["kid"] for known in certificates.keys_of(call.org, target)):  # the text is our choice
        raise ValidationFailed("kid", causes=("kid: The target app has this key already",))
    return _created(call, target, certificates.copy_key(call.org, target, key))


def list_csrs(call: Call) -> Answer:
    """GET the signing requests."""
    app = call.app()
    return Answer([_csr_view(call, app, csr) for _, csr in call.org.store.csrs.from_source(app["id"])])


def create_csr(call: Call) -> Answer:
    """POST: create a signing request; 201."""
    app = call.app()
    view = _csr_view(call, app, csrs.create(call.org, app, call.body))
    return Answer(view, status=201, headers=[("location", view["_links"]["self"]["href"])])


def get_csr(call: Call) -> Answer:
    """GET one signing request."""
    return Answer(_csr_view(call, call.app(), _csr(call)))


def revoke_csr(call: Call) -> Answer:
    """DELETE a signing request."""
    call.org.store.csrs.delete(call.app()["id"], _csr(call)["id"])
    return NO_CONTENT


def key_of(call: Call, app: App, kid: str) -> JsonWebKey:
    """The app's key with an id, or 404."""
    for key in certificates.keys_of(call.org, app):
        if key["kid"] == kid:
            return key
    raise NotFound(kid, "JsonWebKey")


def _created(call: Call, app: App, key: JsonWebKey) -> Answer:
    location = call.url(f"/api/v1/apps/{app['id']}/credentials/keys/{key['kid']}")
    return Answer(key, status=201, headers=[("location", location)])


def _csr(call: Call) -> Csr:
    csr = call.org.store.csrs.get(call.app()["id"], call.params["csr_id"])
    if csr is None:
        raise NotFound(call.params["csr_id"], "Csr")
    return csr


def _csr_view(call: Call, app: App, csr: Csr) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}/credentials/csrs/{csr['id']}")
    return {
        **csr,
        "kty": "RSA",
        "_links": {
            "publish": {"href": f"{own}/lifecycle/publish", "hints": {"allow": ["POST"]}},
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
        },
    }


ENDPOINTS = (
    Endpoint("GET", _KEYS, list_keys),
    Endpoint("GET", f"{_KEYS}/{{key_id}}", get_key),
    Endpoint("POST", f"{_KEYS}/generate", generate_key),
    Endpoint("POST", f"{_KEYS}/{{key_id}}/clone", clone_key),
    Endpoint("GET", _CSRS, list_csrs),
    Endpoint("POST", _CSRS, create_csr),
    Endpoint("GET", f"{_CSRS}/{{csr_id}}", get_csr),
    Endpoint("DELETE", f"{_CSRS}/{{csr_id}}", revoke_csr),
)
