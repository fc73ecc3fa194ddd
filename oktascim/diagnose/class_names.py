"""Exception classes that servers print before their words: which of them name a cause."""

from __future__ import annotations

import re

_PACKAGE = re.compile(
    r"\b(?:[a-z_]\w{0,40}\.){2,10}(?=[A-Z]\w{1,80})"
    r"|\b(?:[A-Z]\w{0,40}(?:\.|\\{1,2}|::)){1,8}(?=[A-Z]\w{0,80}(?:Exception|Error|Fault|NotFound|Invalid)\b)"
)
"""The package before a class name: com.acme.scim.X (Java), System.X (.NET), Acme\\X (PHP), Acme::X (Ruby)."""
_MUTE_CLASS = re.compile(
    r"\b(?:[A-Z][a-z0-9]{0,20}){0,4}(?:Api|API|AppApI|Remote|Call|Runtime|Client|Service|Web|Rest|Generic|Invalid"
    r"Operation|UnauthorizedAccess|Argument|Application|Provisioning|Business|Domain|Base)"
    r"(?:Exception|Error|Fault): (?=\S+ \S)"
)
"""A class of exceptions that names no cause, before words that may."""


def without_class_names(text: str) -> str:
    """The text without package names, and without exception classes that name no cause.

    A class that names a cause stays, because rules match it: UnknownHostException, RecordNotFound.
    """
    return _MUTE_CLASS.sub("", _PACKAGE.sub("", text))
