"""The error body inside a text: Okta's own, SCIM 2.0, SCIM 1.1, OAuth, or a web framework's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from oktascim.diagnose.cut_off import completed
from oktascim.lazy_pattern import LazyPattern

_WRAPPERS = ("response", "body", "result")
"""Members in which a gateway passes on the error of the server behind it."""
_SENTENCE_MEMBERS = (
    *(
        "errorSummary",
        "detail",
        "error",
        "error_description",
        "error_summary",
        "errorMessage",
        "message",
        "messages",
        "loc",
        "msg",
        "reason",
        "err",
    ),
    *("errorCauses", "Errors", "errors", "generalErrors", "fieldErrors", "validationErrors", "violations", "issues"),
    *("invalid_params", "invalid-params", "invalidParams", "problems", "failures", "details", *_WRAPPERS),
)
"""Members that contain sentences, in the best reading order."""

_NAMES_OF_ERRORS = ("code", "type", "title", "rule")
"""Members that name the error where no member has a sentence."""

_NAMES_OF_FIELDS = ("field", "fieldName", "property", "propertyName", "attribute", "attributeName", "param")
"""Members of a complaint that name the field it is about."""

_DEEPEST = 4
_MOST_COMPLAINTS = 20
"""Of one list, or of one object by field; a reader needs no more to see what is wrong."""
_LISTS_OF_OTHERS = frozenset({"schemas", "schema", "loc", "resources", "path", "options"})
"""Lists of strings that aren't complaints about a field."""
_MEMBER = LazyPattern(
    r"""["'](?P<name>detail|description|errorSummary|errorMessage|error_description|message|msg|scimType|status"""
    r"""|statusCode|code|errorCode)["']\s*:\s*"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.){1,600})|'(?P<single>(?:[^'\\]|\\.){1,600})|(?P<number>\d{3}\b))"""
)
_LISTED = LazyPattern(r""""(?P<name>[\w.$\[\]]{1,60})"\s*:\s*\[\s*"(?P<words>(?:[^"\\]|\\.){3,300})""")
_ASSIGNED = LazyPattern(
    r"\b(?:errorMessage|error_description|error|scope)=(?P<quote>[\"'])(?P<words>.{3,400}?)(?:(?P=quote)|$)"
)
_NOT_ATTRIBUTES = frozenset({"id", "title", "type", "status", "schemas", "timestamp", "userName", "label", "name"})
"""Members of documents that aren't lists of complaints: resources, settings and problem details."""
_REPEATED_PATH = LazyPattern(r"(?P<part>/[\w.-]{2,40}(?:/[\w.-]{1,40}){0,5})(?P=part)(?=[/?]|$)", re.IGNORECASE)
"""A path such as /scim/v2/scim/v2/Users; frameworks repeat the request's path beside "Not Found"."""
SCIM_TYPES = frozenset(
    {"invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue"}
    | {"invalidVers", "sensitive"}
)
"""The types of RFC 7644 section 3.12."""
_SPELLINGS = {
    name.lower(): name
    for name in (
        *_SENTENCE_MEMBERS,
        *_NAMES_OF_ERRORS,
        *_NAMES_OF_FIELDS,
        "description",
        "scimType",
        "errorCode",
        "status",
        "statusCode",
    )
}


def _spelled(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose members have the names that are known here, however they are capitalised."""
    return {_SPELLINGS.get(name.lower(), name): value for name, value in members}


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_spelled)
_ERROR_NAME = LazyPattern(r"[A-Za-z]{2,}(?:[ _.-][A-Za-z0-9]+){1,8}|(?:[A-Z][a-z]+){2,8}")
_STATUS_MEMBERS = ("status", "statusCode", "code")
_STATUS = LazyPattern(r"[345]\d\d")


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The content of an error body.

    Attributes:
        words: its sentences; empty for JSON that isn't an error body, such as a list answer.
        status: the HTTP status that it names.
        scim_type: the RFC 7644 3.12 scimType.
        error_code: Okta's errorCode, such as E0000001.
        is_cut: whether it ends in the middle; words and codes may be missing.
    """

    words: str = ""
    status: int | None = None
    scim_type: str | None = None
    error_code: str | None = None
    is_cut: bool = False


def error_body_in(text: str) -> ErrorBody | None:
    """Read the JSON object in a text, or the members of one that is cut off or in another notation.

    Returns:
        What it says, or None if nothing in the text looks like an error body.
    """
    start = text.find("{")
    if start < 0:
        assigned = " ".join(found["words"] for found in _ASSIGNED.finditer(text)) if "=" in text else ""
        return ErrorBody(words=assigned) if assigned else None
    written, plain = text[start:], text[start:].replace('\\"', '"')
    if document := _document(written) or _document(plain):
        return _error_body_of(document)
    if document := _document(completed(written)) or _document(completed(plain)):
        return _of_cut_document(document)
    return _from_members(plain)


def _document(text: str) -> dict[str, Any] | None:
    """The JSON object at the start of a text; line breaks inside its strings are forgiven."""
    try:
        document, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _error_body_of(document: dict[str, Any]) -> ErrorBody:
    """The content of a whole document; SCIM 1.1 and some servers nest status and sentences in a member."""
    members = [document, *_nested_errors(document)]
    statuses = (str(member.get(name) or "") for name in _STATUS_MEMBERS for member in members)
    scim_type = _first_string(members, "scimType")
    words = (*_sentences(document, 0), *_words_of_own(scim_type), *_repeated_path(document))
    return ErrorBody(
        words=" ".join(words) or _name_of_error(members) or _of_attributes(document),
        status=next((int(value) for value in statuses if _STATUS.fullmatch(value)), None),
        scim_type=scim_type,
        error_code=_first_string(members, "errorCode"),
    )


def _of_cut_document(document: dict[str, Any]) -> ErrorBody:
    """The content of a document that was cut off; the name of the error may say what its sentences no longer do."""
    scim_type = str(document.get("scimType") or "")
    begun = [name for name in SCIM_TYPES if name.startswith(scim_type)]
    if scim_type and begun:
        document = {**document, "scimType": begun[0] if len(begun) == 1 else None}
    body, name = _error_body_of(document), _name_of_error([document, *_nested_errors(document)])
    return replace(body, words=" ".join(filter(None, dict.fromkeys((body.words, name)))), is_cut=True)


def _name_of_error(members: list[dict[str, Any]]) -> str:
    """The name of an error without a sentence, such as invalid_enum_value; numbers and URLs name nothing."""
    named = (_first_string(members, name) for name in _NAMES_OF_ERRORS)
    return next((name for name in named if name and _ERROR_NAME.fullmatch(name)), "")


def _of_attributes(document: dict[str, Any]) -> str:
    """What a body says that has only attributes with a complaint each, such as {"costCenter": "closed in May"}."""
    said = (f"{name} {value}" for name, value in document.items() if isinstance(value, str) and " " in value)
    return " ".join(said) if not _NOT_ATTRIBUTES & document.keys() else ""


def _words_of_own(scim_type: str | None) -> Iterator[str]:
    """A scimType that a server invented, which says more than its detail at times."""
    if scim_type and scim_type not in {*SCIM_TYPES, "null"}:
        yield scim_type


def _repeated_path(document: dict[str, Any]) -> Iterator[str]:
    """The path of the request, if a part of it is repeated: no other path says why it wasn't found."""
    path = document.get("path") or document.get("instance")
    if isinstance(path, str) and _REPEATED_PATH.search(path):
        yield path


def _nested_errors(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects in which servers nest what they say about an error."""
    for name in ("Errors", "errors", "error", "detail", *_WRAPPERS):
        value = document.get(name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield part


def _first_string(members: list[dict[str, Any]], *names: str) -> str | None:
    """The first value of the members of these names that is a string."""
    values = (member.get(name) for name in names for member in members)
    return next((value for value in values if isinstance(value, str) and value), None)


def _sentences(value: Any, depth: int) -> Iterator[str]:
    """The strings of the members that hold sentences, at any depth that an error body has."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value[:_MOST_COMPLAINTS]:
            yield from _sentences(item, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        extensions = tuple(name for name in value if name.startswith("urn:") and name.endswith("Error"))
        names = (*_SENTENCE_MEMBERS, *extensions) if depth == 0 else (*_SENTENCE_MEMBERS, "description", "title")
        said = [sentence for name in names if name in value for sentence in _sentences(value[name], depth + 1)]
        yield from (*_field_of(value, is_named=bool(said)), *said) if depth else said
        yield from _by_field(value, depth)


def _field_of(complaint: dict[str, Any], *, is_named: bool) -> Iterator[str]:
    """The field that a complaint is about; with the name of the error, if no sentence says what is wrong."""
    if field := _first_string([complaint], *_NAMES_OF_FIELDS):
        yield field if is_named else f"{field} {_first_string([complaint], *_NAMES_OF_ERRORS) or ''}".strip()


def _by_field(document: dict[str, Any], depth: int) -> Iterator[str]:
    """The complaints that web frameworks list by field: {"title": ["is too long"]} reads "title is too long"."""
    for name, complaints in list(document.items())[:_MOST_COMPLAINTS]:
        if not isinstance(complaints, list) or name in _SENTENCE_MEMBERS or name.lower() in _LISTS_OF_OTHERS:
            continue
        if complaints and all(isinstance(item, str) for item in complaints):
            yield f"{name.rpartition(':')[2]} {' '.join(complaints[:3])}"
        for complaint in complaints[:3]:
            if depth and isinstance(complaint, dict):
                yield from _sentences(complaint, depth + 1)


def _from_members(text: str) -> ErrorBody | None:
    """The known members of JSON that can't be parsed as a whole."""
    members = [(one["name"], one["double"] or one["single"] or one["number"]) for one in _MEMBER.finditer(text)]
    found = dict(members)
    words = [value for name, value in members if name not in {*_STATUS_MEMBERS, "scimType", "errorCode"}]
    words += [
        f"{one['name']} {one['words']}" for one in _LISTED.finditer(text) if one["name"].lower() not in _LISTS_OF_OTHERS
    ]
    statuses = (found.get(name, "") for name in _STATUS_MEMBERS)
    if not words:
        return None
    return ErrorBody(
        words=" ".join(words),
        status=next((int(value) for value in statuses if _STATUS.fullmatch(value)), None),
        scim_type=found.get("scimType"),
        error_code=found.get("errorCode"),
    )
