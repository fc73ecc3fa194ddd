"""Judges the body of a list as Okta reads it (OB-248 to OB-256; RFC 7644 3.4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oktascim.scim.report import Judgement, ScimVersion, failed

LIST_SCHEMAS: Mapping[ScimVersion, str] = {
    "2.0": "urn:ietf:params:scim:api:messages:2.0:ListResponse",
    "1.1": "urn:scim:schemas:core:1.0",
}
_PAGING = ("totalResults", "startIndex", "itemsPerPage")
_NO_RESULTS = "Error authenticating: No results for users returned"
_MISSING = object()

Body = Mapping[str, Any]


def judge_list(body: Body, version: ScimVersion, count: int) -> tuple[Judgement, ...]:
    """Judge a list.

    Args:
        body: the JSON object.
        version: the SCIM version of the template.
        count: how many resources were requested.

    Returns:
        The verdicts schemas, resources, paging, count and id.
    """
    resources = _member(body, "Resources")
    found = resources if isinstance(resources, list) else []
    return (
        _judge_schemas(body, version),
        _judge_resources(body, resources),
        _judge_paging(body),
        _judge_count(found, count),
        _judge_ids(found),
    )


def resources_of(body: Body) -> list[Any]:
    """The resources of a list; empty if there is no array of them."""
    resources = _member(body, "Resources")
    return resources if isinstance(resources, list) else []


def _judge_schemas(body: Body, version: ScimVersion) -> Judgement:
    expected = LIST_SCHEMAS[version]
    schemas = body.get("schemas", [])
    if isinstance(schemas, list) and expected in schemas:
        return Judgement("schemas", passed=True, detail=expected)
    other = next((name for name, urn in LIST_SCHEMAS.items() if isinstance(schemas, list) and urn in schemas), None)
    fix = f'Send "schemas": ["{expected}"].'
    if other:
        fix = f"The server uses SCIM {other}: choose a template of that version, or use the base URL of SCIM {version}."
    return failed(
        "schemas",
        f"schemas doesn't include {expected}.",
        cause="Okta's specification test for SCIM servers requires it; whether its credential test does is unknown.",
        fix=fix,
    )


def _judge_resources(body: Body, resources: object) -> Judgement:
    check = "resources"
    if isinstance(resources, list) and resources:
        how = "" if "Resources" in body else " The key is in lower case, which Okta has accepted."
        return Judgement(check, passed=True, detail=f"{len(resources)} in the list.{how}")
    if isinstance(resources, list):
        return Judgement(
            check,
            passed=True,
            detail="The list is empty.",
            cause="Okta's support says that this is fine; one server's vendor reports a failed test.",
            fix="If Okta's test fails, create one user on the server and test again.",
        )
    detail = "Resources is missing." if resources is _MISSING else "Resources isn't an array."
    return failed(
        check,
        detail,
        cause="Okta reads the list from Resources, even if it is empty.",
        fix='Send "Resources": [] if there is nothing to list.',
        okta_shows=_NO_RESULTS,
    )


def _judge_paging(body: Body) -> Judgement:
    values = {name: _member(body, name) for name in _PAGING}
    wrong = {name: value for name, value in values.items() if not _is_integer(value)}
    if not wrong:
        return Judgement("paging", passed=True, detail=", ".join(f"{name} {value}" for name, value in values.items()))
    texts = [name for name, value in wrong.items() if isinstance(value, str)]
    if texts:
        return failed(
            "paging",
            f"{', '.join(texts)}: a string, not a number.",
            cause="A known failure: with startIndex as a string, Okta logged FAILURE without a reason and never sent "
            "the POST that creates the user.",
            fix=f'Send a JSON integer: "{texts[0]}": 1, without quotation marks around the number.',
        )
    faults = (name + (" is missing" if value is _MISSING else " isn't an integer") for name, value in wrong.items())
    return failed(
        "paging",
        f"{', '.join(faults)}.",
        cause="Okta requires totalResults, startIndex and itemsPerPage as JSON integers.",
        fix="Send all three as integers.",
    )


def _judge_count(resources: list[Any], count: int) -> Judgement:
    if len(resources) <= count:
        return Judgement("count", passed=True, detail=f"{len(resources)} returned, at most {count} requested.")
    return failed(
        "count",
        f"{len(resources)} resources returned, although count={count}.",
        cause="A server must not return more than count (RFC 7644 3.4.2.4), and Okta's imports page by it.",
        fix="Honour startIndex and count.",
    )


def _judge_ids(resources: list[Any]) -> Judgement:
    if not resources:
        return Judgement("id", passed=None, detail="No resource to check.")
    ids = [resource.get("id") if isinstance(resource, dict) else None for resource in resources]
    if all(isinstance(value, str) and value and "bulkId" not in value for value in ids):
        return Judgement("id", passed=True, detail="Every resource has an id.")
    if all(_is_integer(value) for value in ids):
        return Judgement(
            "id",
            passed=None,
            detail="The ids are numbers.",
            cause="Okta's guide calls ids case-sensitive, which implies strings; whether Okta rejects numbers isn't "
            "known.",
            fix='Send "id" as a string.',
        )
    return failed(
        "id",
        "A resource has no usable id.",
        cause="Okta stores the id to find the user again. It must be a stable, non-empty string without the word "
        "bulkId.",
        fix="Give every resource an id.",
    )


def _member(body: Body, name: str) -> object:
    """A member by its name, or by its lower-case name, which Okta has accepted (OB-249)."""
    return body.get(name, body.get(name.lower(), _MISSING))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
