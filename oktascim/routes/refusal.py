"""Okta's refusal of a connection after a failed test: its message, the likely cause, and the fix."""

from __future__ import annotations

from oktascim.diagnose.engine import explain_text
from oktascim.errors import ScimServerFailed
from oktascim.okta.errors import OktaError
from oktascim.quote import quoted
from oktascim.scim.address import explain_refusal
from oktascim.spec.secrets import ResolvedCredentials

_CONNECTOR_TEST_FAILED = "E0000059"  # OB-056


def words_of_failed_test(error: OktaError) -> str | None:
    """Okta's message if the error is a failed test of the connection, else None."""
    return "; ".join(error.causes) or error.summary if error.code == _CONNECTOR_TEST_FAILED else None


def activation_refused(label: str, words: str) -> ScimServerFailed:
    """Build the error for a saved connection that Okta doesn't activate.

    Args:
        label: the app's label.
        words: Okta's message.
    """
    return ScimServerFailed(
        f"Okta tested the SCIM connection of {label} and didn't activate it: {quoted(words)}",
        why=explain_text(words)[0].cause,
        fix="Correct the SCIM server and run the same command again, or save another base URL or other credentials "
        "with `oktascim connection set`.",
    )


def connection_refused(credentials: ResolvedCredentials, words: str, *more: str) -> ScimServerFailed:
    """Build the error, with Okta's message explained.

    Args:
        credentials: what Okta sent; the form of a credential may explain the refusal.
        words: Okta's message.
        more: further sentences of evidence.
    """
    finding = explain_text(words)[0]
    form = ""
    if finding.category.startswith("auth.") and credentials.authentication.header:
        form = explain_refusal(credentials.authorization().get_secret_value(), "")
    return ScimServerFailed(
        f"Okta tested the SCIM connection and rejected it: {quoted(words)}",
        why=" ".join(part for part in (finding.cause, form, *more) if part),
        fix="Okta didn't save it. Correct the base URL or the credentials, then run the same command again; "
        "`oktascim connection test` sends the same request from here.",
    )
