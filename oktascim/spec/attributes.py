"""The custom attributes of an app's user, as a spec says them (OB-129, OB-614)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from oktascim.nearest import nearest
from oktascim.spec.part import SpecPart, Text
from oktascim.spec.problem import KeyPath, alternatives

AttributeType = Literal["string", "boolean", "integer", "number", "array"]
ItemType = Literal["string", "integer", "number"]
Mutability = Literal["READ_WRITE", "READ_ONLY", "WRITE_ONLY", "IMMUTABLE"]
AttributeScope = Literal["NONE", "SELF"]
AttributeFormat = Literal[
    "country-code",
    "date-time",
    "email",
    "encrypted",
    "hashed",
    "language-code",
    "locale",
    "ref-id",
    "timezone",
    "uri",
]
Length = Annotated[int, Field(ge=0)]
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_FITTING: dict[str, tuple[str, ...]] = {
    "format": ("string",),
    "pattern": ("string",),
    "min_length": ("string",),
    "max_length": ("string",),
    "items": ("array",),
    "enum": ("string", "integer", "number"),
}
"""The members that only attributes of these types have: a JSON Schema gives them no meaning elsewhere."""


def _number_or_text(value: Any) -> str:
    return "number" if isinstance(value, int) and not isinstance(value, bool) else "text"


EnumValue = Annotated[Annotated[int, Tag("number")] | Annotated[Text, Tag("text")], Discriminator(_number_or_text)]


class AppAttribute(SpecPart):
    """A custom attribute of the app's user. What is omitted stays as it is."""

    title: Text
    """The display name in Okta's Profile Editor."""
    type: AttributeType
    """The type of its values."""
    items: ItemType | None = None
    """`array` only: the type of the entries."""
    description: Text | None = None
    """What it is for."""
    external_name: Text | None = None
    """The attribute's name or path in SCIM; Okta doesn't send an attribute without one."""
    external_namespace: Text | None = None
    """The URN of the SCIM schema that has it."""
    required: bool | None = None
    """Whether every app user must have a value."""
    mutability: Mutability | None = None
    """Who may write it."""
    scope: AttributeScope | None = None
    """NONE: the same for everyone. SELF: may differ for each person."""
    unique: bool | None = None
    """Whether no two app users may have the same value."""
    enum: tuple[EnumValue, ...] | None = None
    """The only values allowed, in this order."""
    enum_titles: tuple[Text, ...] | None = None
    """The display name of each value of `enum`, in the same order."""
    format: AttributeFormat | None = None
    """`string` only: what the text is."""
    min_length: Length | None = None
    """`string` only: the minimum number of characters."""
    max_length: Length | None = None
    """`string` only: the maximum number of characters."""
    pattern: Text | None = None
    """`string` only: a regular expression that values must match."""


class AppAttributes(SpecPart):
    """The custom attributes of the app's user."""

    prune: bool | None = None
    """True removes custom attributes that aren't listed, with their values."""
    custom: dict[str, AppAttribute]
    """Each custom attribute by its variable name."""


def attribute_faults(attributes: AppAttributes) -> Iterator[tuple[KeyPath, str]]:
    """What Okta can't keep or would refuse; paths are below `provisioning.attributes`."""
    folded: dict[str, str] = {}
    for name, attribute in attributes.custom.items():
        path: KeyPath = ("custom", name)
        if not name or name[0].isdigit() or not _NAME_CHARACTERS.issuperset(name):
            yield path, "isn't a variable name; use A-Z, a-z, 0-9 and _, without a digit at the start"
        first = folded.setdefault(name.casefold(), name)
        if first != name:
            yield path, f"differs from '{first}' only in upper and lower case; Okta takes both for the same"
        for member, message in _member_faults(attribute):
            yield (*path, member), message


def _member_faults(attribute: AppAttribute) -> Iterator[tuple[str, str]]:
    for member, types in _FITTING.items():
        if getattr(attribute, member) is not None and attribute.type not in types:
            yield member, f"has no meaning for {attribute.type}; only for {alternatives(types)}"
    if attribute.type == "array" and attribute.items is None:
        yield "items", "is missing; an array needs the type of its entries"
    values, titles = attribute.enum, attribute.enum_titles
    if values is not None and len(set(values)) != len(values):
        yield "enum", "has a value twice"
    if values is not None and not values:
        yield "enum", "must have at least one value"
    if titles is not None and len(titles) != len(values or ()):
        yield "enum_titles", "must have a title for each value of enum"
    if attribute.external_namespace is not None and attribute.external_name is None:
        yield "external_namespace", "needs external_name; Okta doesn't send an attribute without one"
    least, most = attribute.min_length, attribute.max_length
    if least is not None and most is not None and least > most:
        yield "min_length", f"is larger than max_length ({most})"


def clashing(attributes: AppAttributes, base: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The custom attributes that have the name of a base attribute, in any case: (custom, base)."""
    by_folded = {name.casefold(): name for name in base}
    for name in attributes.custom:
        if name.casefold() in by_folded:
            yield name, by_folded[name.casefold()]


def unknown_target(target: str, known: tuple[str, ...]) -> str:
    """The warning on a mapping whose attribute neither the template nor the spec has."""
    near = nearest(target, known)
    hint = f"did you mean {near[0]}? " if near else ""
    return (
        f"neither the template nor this spec has the attribute '{target}'; {hint}"
        "If the app has it as a custom attribute, add it to attributes.custom"
    )
