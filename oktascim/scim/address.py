"""Judges a base URL and an Authorization value before anything is sent (OB-233 to OB-239)."""

from __future__ import annotations

import ipaddress

from oktascim.scim.report import Judgement, failed
from oktascim.spec.base_url import base_url_faults, has_doubtful_path

_EXAMPLE = "Write it as https://scim.example.com/scim/v2"


def judge_url(base_url: str) -> Judgement:
    """Check whether Okta accepts this base URL; a credential is sent only to a URL that doesn't fail."""
    faults = list(base_url_faults(base_url))
    for fault in faults:
        if fault.everywhere:
            return failed("url", f"The base URL {fault.rule}.", cause=_sentence(fault.why), fix=_EXAMPLE)
    if faults:
        return Judgement(
            "url",
            passed=None,
            detail="The base URL ends in a slash.",
            cause="Some templates reject that, and how Okta joins the path isn't documented. The test removed the "
            "slash.",
            fix="Remove the slash.",
            okta_shows="Base Url: Does not match required pattern",
        )
    return _judge_path(base_url)


def judge_authorization(value: str) -> Judgement:
    """Whether the value can stand in an Authorization header; the detail never quotes it."""
    check = "authorization"
    if not value.strip():
        return failed(check, "The credential is empty.", fix="Set the secret that the spec refers to.")
    if value != value.strip():
        return failed(
            check,
            "The credential starts or ends with white space or a line break.",
            cause="A header can't contain that; a secret read from a file often ends in a line break.",
            fix="Store the secret without it.",
        )
    if not (value.isascii() and value.isprintable()):
        return failed(
            check,
            "The credential contains a control character or a non-ASCII character.",
            cause="A header can't contain that.",
            fix="Copy the secret again, as plain text.",
        )
    scheme, separator, _ = value.partition(" ")
    return Judgement(
        check, passed=True, detail=f"The scheme is {scheme}." if separator else "No scheme; sent verbatim."
    )


def explain_refusal(value: str, challenge: str) -> str:
    """How the form of a credential may explain the server's refusal.

    Args:
        value: the Authorization value that was sent.
        challenge: the response's WWW-Authenticate header, or "".

    Returns:
        A sentence, or "" if the form gives no hint.
    """
    scheme, separator, rest = value.partition(" ")
    asked = challenge.split(" ", 1)[0].rstrip(",")
    if not separator:
        return (
            "The value has no scheme: a Header template sends it verbatim, without adding Bearer. If the server"
            " expects a bearer token, store it as 'Bearer <token>' or use the OAuth template, which adds the word."
        )
    if rest.lower().startswith("bearer "):
        return "The word Bearer appears twice: the OAuth template adds it, so store only the token."
    if asked and asked.lower() != scheme.lower():
        return f"The server asks for {asked} (WWW-Authenticate), but {scheme} was sent."
    return ""


def judge_reach(address: str) -> Judgement:
    """Whether Okta's cloud can reach the address that answered."""
    if ipaddress.ip_address(address.partition("%")[0]).is_global:
        return Judgement("public_address", passed=True, detail=f"{address} is a public address.")
    return Judgement(
        "public_address",
        passed=None,
        detail=f"{address} isn't a public address.",
        cause="Okta's cloud can't reach it; this machine and the emulator can.",
        fix="For a real org, publish the server under a public host name, for example through a tunnel.",
    )


def _sentence(why: str | None) -> str | None:
    return f"{why[0].upper()}{why[1:]}." if why else None


def _judge_path(base_url: str) -> Judgement:
    if has_doubtful_path(base_url):
        return Judgement(
            "url",
            passed=None,
            detail="The path of the base URL has an underscore.",
            cause="Okta's guide doesn't allow underscores; whether that includes the path isn't known.",
        )
    if base_url.lower().startswith("http://"):
        return Judgement("url", passed=True, detail="Plain http, on this machine: an Okta org requires https.")
    return Judgement("url", passed=True, detail="https, no query, no underscore.")
