"""Certificate signing requests of an app (OB-651)."""

from __future__ import annotations

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.ids import key_id
from okta_emulator.core.records import App, Csr, Json
from okta_emulator.org.state import Org


def create(org: Org, app: App, body: Json) -> Csr:
    """Create a signing request with the subject and the names of the body.

    Raises:
        ValidationFailed: there is no subject, or a name that a certificate can't have; the texts are our choice.
    """
    from okta_emulator.org import signing

    sent = member(body, "subject")
    subject = {name: value for name in signing.SUBJECT if (value := text(sent, name))}
    names = member(body, "subjectAltNames").get("dnsNames") or []
    if not subject or not isinstance(names, list):
        raise ValidationFailed("subject", causes=("subject: The field cannot be left blank",))
    try:
        request = signing.signing_request(subject, [str(name) for name in names])
    except ValueError as error:
        raise ValidationFailed("subject", causes=(f"subject: {error}",)) from None
    csr: Csr = {"id": key_id(), "created": org.now(), "csr": request}
    org.store.csrs.put(app["id"], csr["id"], csr)
    return csr
