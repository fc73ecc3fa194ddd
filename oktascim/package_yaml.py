"""Reads a YAML file that is part of the package.

The rules of `explain` alone have 400 kB. Building their values straight from the parser's events takes half the time of
PyYAML's constructor, which makes a tree first and looks for dates and the like, which no file of the package has.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "": None}
_MERGE = "<<"


def read_package_yaml(file: Path) -> Any:
    """The content of a file, by the fast parser where PyYAML was built with it.

    Returns:
        Lists, objects and scalars: without quotes, numbers, true, false and null are values, and all else is text.
    """
    next_event = _LOADER(file.read_text(encoding="utf-8")).get_event
    next_event(), next_event()  # the start of the stream, and of the document
    return _value(next_event(), next_event, {})


def _value(event: yaml.NodeEvent, next_event: Callable[[], Any], anchored: dict[str | None, Any]) -> Any:
    """The value that begins with an event; one with an anchor is kept for the aliases after it."""
    if isinstance(event, yaml.AliasEvent):
        return anchored[event.anchor]
    value: Any
    if isinstance(event, yaml.ScalarEvent):
        value = _scalar(event)
    elif isinstance(event, yaml.SequenceStartEvent):
        value = []
        while not isinstance(item := next_event(), yaml.SequenceEndEvent):
            value.append(_value(item, next_event, anchored))
    else:
        value = {}
        while not isinstance(key := next_event(), yaml.MappingEndEvent):
            member = _value(next_event(), next_event, anchored)
            if key.value == _MERGE:
                value = {**member, **value}
            else:
                value[_scalar(key)] = member
    if event.anchor:
        anchored[event.anchor] = value
    return value


def _scalar(event: yaml.ScalarEvent) -> Any:
    """A text, or the value that it has without quotes."""
    text = event.value
    if not event.implicit[0]:
        return text
    if text[:1].isdecimal() and text.replace(".", "", 1).isdecimal():
        return float(text) if "." in text else int(text)
    return _WORDS.get(text, text)
