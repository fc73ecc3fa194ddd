"""What a check is: its words, its requests, and what it expects of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oktascim.scim.report import ScimVersion

CheckGroup = Literal["connection", "spec", "dialect", "readback", "errors", "rfc", "suite"]
Requirement = Literal["required", "recommended"]
READING = frozenset({"GET", "HEAD"})


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fix(_Data):
    """How to mend something: a text for people, and where the rule is written."""

    do: str
    source: str


class Capability(_Data):
    """Something that Okta does through the server.

    Attributes:
        can: the verb phrase for the verdict: "create users".
        fails: the sentence when it doesn't work, and what follows from that.
        ignored: the same when the server answered 2xx and did nothing; `fails` where it is left out.
    """

    can: str
    fails: str
    ignored: str = ""


class CheckStep(_Data):
    """One exchange, or one GET and PUT.

    Attributes:
        send: `METHOD /path`; variables in it are URL-escaped.
        filter: a SCIM filter, sent as Okta does with startIndex and count.
        spaces: how the filter's spaces are written in the URL.
        body: the JSON body; a text is sent as it is.
        patch: the operations of a SCIM 2.0 PATCH, in place of `body`.
        update: the name of a resource to read and put back as a wizard-made app does: `/Users/{{ada.id}}`.
        set: for `update`: new values by path.
        without: for `update`: members that are left out.
        credentials: ours, none, or wrong ones.
        headers: in place of Okta's own.
        expect: by JSON path, the value or one comparison; `http`, `header.<name>`, `seconds`, `text` are not JSON.
        keep: variables to take from the answer, by name: a path.
        setup: the step only prepares; if it fails the check isn't run.
    """

    send: str = ""
    filter: str = ""
    spaces: Literal["%20", "+"] = "%20"
    body: Any = None
    patch: list[Any] | None = None
    update: str = ""
    set: Mapping[str, Any] = Field(default_factory=dict)
    without: tuple[str, ...] = ()
    credentials: Literal["ours", "none", "wrong"] = "ours"
    headers: Mapping[str, str] = Field(default_factory=dict)
    expect: Mapping[str, Any] = Field(default_factory=dict)
    keep: Mapping[str, str] = Field(default_factory=dict)
    setup: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> CheckStep:
        if bool(self.send) == bool(self.update):
            raise ValueError("a step has either send or update")
        return self

    @property
    def method(self) -> str:
        """The HTTP method; `update` counts as PUT."""
        return "PUT" if self.update else self.send.partition(" ")[0]


class Check(_Data):
    """One question to a server.

    Attributes:
        id: stable, by subject: `users.patch.deactivate`.
        group: where the rule comes from.
        requirement: a failed required check makes `oktascim check` fail.
        blocks: the capability that doesn't work without it.
        scim: the versions it is for.
        why: why Okta needs it.
        source: where that is written.
        fix: the name of a fix; `fix_by` has others by the last part of the path that was wrong.
        given: resources to make first, by name: `user`, or `{group: [names of members]}`, or `{user: {attributes}}`.
        steps: what is sent and expected; empty where `procedure` names code.
        procedure: the name of a function in procedures.py.
        members: True where the expectations hold for any user, so that `connection test` applies them too.
        tags: words for --tag.
    """

    id: str
    group: CheckGroup
    requirement: Requirement = "required"
    blocks: str
    scim: tuple[ScimVersion, ...] = ("2.0",)
    why: str
    source: str
    fix: str
    fix_by: Mapping[str, str] = Field(default_factory=dict)
    given: Mapping[str, Any] = Field(default_factory=dict)
    steps: tuple[CheckStep, ...] = ()
    procedure: str = ""
    members: bool = False
    tags: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it needs to write on the server."""
        return bool(self.given) or "writes" in self.tags or any(step.method not in READING for step in self.steps)

    def is_about(self, word: str) -> bool:
        """Whether --only or --skip means it: an id, the first parts of one, or a group."""
        return word == self.group or self.id == word or self.id.startswith(f"{word}.")
