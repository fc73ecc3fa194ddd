"""Writes spec files as people do: in the documented order, short values on one line, with helpful comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oktascim.redact import clean
from oktascim.spec.models import Integration
from oktascim.spec.problem import KeyPath, dotted

WIDTH = 100
_INLINE = frozenset({"visibility", "sign_on", "full_import", "incremental_import"})
_REFERENCES = frozenset({"env", "keyring", "file", "command"})
_PLAIN = re.compile(r"(?!-\s)[A-Za-z0-9_./$+-](?:[A-Za-z0-9_./$@+ =()&%~-]|:(?=\S))*(?<! )")
_NOT_TEXT = re.compile(r"[-+.0-9][-+.:_0-9a-fxoz t]*|~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[^\n -~]")


def to_yaml(integrations: Sequence[Integration], comments: Mapping[str, str] | None = None) -> str:
    """A spec file.

    Args:
        integrations: at least one, all with the same owner; absent values aren't written.
        comments: the lines above a key, by its dotted path (`integrations[0].provisioning.credentials.token`); the
        empty path is the top of the file.

    Returns:
        YAML text; loading it gives the same integrations.
    """
    notes = comments or {}
    owner = integrations[0].owner
    lines = [*_comment(notes, (), ""), "version: 1", *([f"owner: {_scalar(owner)}"] if owner else []), "integrations:"]
    for index, integration in enumerate(integrations):
        path = ("integrations", index)
        if index:
            lines.append("")
        lines += _comment(notes, path, "  ")
        body = list(_block(integration.model_dump(mode="json", exclude_none=True), path, "    ", notes))
        first = next(number for number, line in enumerate(body) if not line.lstrip().startswith("#"))
        body[first] = f"  - {body[first].lstrip()}"
        lines += body
    return "\n".join(lines) + "\n"


def _block(mapping: Mapping[str, Any], path: KeyPath, indent: str, notes: Mapping[str, str]) -> Iterator[str]:
    for key, value in mapping.items():
        here = (*path, key)
        yield from _comment(notes, here, indent)
        start = f"{indent}{_scalar(key)}:"
        inline = f"{start} {_flow(value)}"
        if not isinstance(value, dict | list) or _fits_on_one_line(key, value, inline, here, notes):
            yield inline
        elif isinstance(value, dict):
            yield start
            yield from _block(value, here, indent + "  ", notes)
        else:
            yield start
            yield from (f"{indent}  - {_flow(entry)}" for entry in value)


def _fits_on_one_line(key: str, value: Any, inline: str, path: KeyPath, notes: Mapping[str, str]) -> bool:
    if any(note.startswith(f"{dotted(path)}.") for note in notes) or len(inline) > WIDTH:
        return False
    return not value or isinstance(value, list) or key in _INLINE or value.keys() <= _REFERENCES


def _comment(notes: Mapping[str, str], path: KeyPath, indent: str) -> Iterator[str]:
    text = notes.get(dotted(path))
    return (f"{indent}# {clean(line)}".rstrip() for line in text.splitlines()) if text else iter(())


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: str | int | bool) -> str:
    """Plain if every YAML reader, old or new, reads it as this text; otherwise in double quotes."""
    if isinstance(value, str) and (not _PLAIN.fullmatch(value) or _NOT_TEXT.fullmatch(value)):
        return quotable(json.dumps(value, ensure_ascii=False))
    return value if isinstance(value, str) else json.dumps(value)


def quotable(text: str) -> str:
    """Text for YAML's double quotes, with unprintable characters (such as control and bidi characters) escaped."""
    return _NOT_PLAIN.sub(lambda found: found[0] if found[0].isprintable() else _escape(ord(found[0])), text)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
