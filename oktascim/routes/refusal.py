"""Okta's refusal of a connection whose test failed: its words, what they mean here, and what to do."""

from __future__ import annotations

from oktascim.diagnose.engine import explain_text
from oktascim.errors import ScimServerFailed
from oktascim.routes.task import Task
from oktascim.scim.address import explain_refusal


def connection_refused(task: Task, words: str, *more: str) -> ScimServerFailed:
    """The failure, explained.

    Args:
        task: what was asked; the form of its credential may explain a refusal.
        words: what Okta says.
        more: further sentences on what was seen.
    """
    finding = explain_text(words)[0]
    credentials = task.secrets()
    form = ""
    if finding.category.startswith("auth.") and credentials.authentication.header:
        form = explain_refusal(credentials.authorization().get_secret_value(), "")
    return ScimServerFailed(
        f"Okta tested the SCIM connection and refused it: {words}",
        why=" ".join(part for part in (finding.cause, form, *more) if part),
        fix="Okta did not save it. Correct the base URL or the credentials, then run the same command again; "
        "`oktascim connection test --spec FILE` sends the same request from here.",
    )
