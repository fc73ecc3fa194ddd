"""The model of a check: its texts, its requests, and the expected responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oktascim.scim.report import ScimVersion

CheckGroup = Literal["connection", "spec", "dialect", "readback", "errors", "rfc", "suite"]
BystanderKind = Literal["users", "users and groups"]
Requirement = Literal["required", "recommended"]
READING = frozenset({"GET", "HEAD"})


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fix(_Data):
    """A fix: a text for people, and the source of the rule."""

    do: str
    source: str


class Capability(_Data):
    """Something that Okta does through the server.

    Attributes:
        can: the verb and its object for the verdict, such as "create" and "users"; nothing if the verdict doesn't
            mention that it works.
        fails: the sentence if it doesn't work, with the consequence.
        ignored: the same if the server returned 2xx and did nothing; defaults to `fails`.
        writes: True if only a check that writes can show that it works.
        sent_like: a capability with a request of the same form, whose effect can be read; if the server ignores that
            one, nothing shows that this one works.
    """

    can: tuple[str, ...]
    fails: str
    ignored: str = ""
    writes: bool = False
    sent_like: str = ""


class CheckStep(_Data):
    """One exchange, or one GET and PUT.

    Attributes:
        send: `METHOD /path`; variables in it are URL-escaped.
        filter: a SCIM filter, sent with startIndex and count as Okta does.
        spaces: how the filter's spaces are written in the URL.
        body: the JSON body; a text is sent unchanged.
        patch: the operations of a SCIM 2.0 PATCH, instead of `body`.
        update: the name of a resource to read and put back, as a wizard-made app does: `/Users/{{ada.id}}`.
        set: for `update`: new values by path.
        without: for `update`: attributes to omit.
        credentials: ours, none, or wrong ones.
        headers: replace Okta's own.
        expect: by JSON path, the value or one comparison; `http`, `header.<name>`, `seconds`, `text` aren't JSON paths.
        keep: variables to set from the response, by name: a path.
        setup: the step only prepares; if it fails, the check isn't run.
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
    def expected(self) -> Mapping[str, Any]:
        """What to expect; a GET whose body is compared must return 200, unless the step says otherwise."""
        compares = any(not path.startswith("header.") for path in self.expect)
        return {"http": 200, **self.expect} if compares and self.send.startswith("GET ") else self.expect

    @property
    def method(self) -> str:
        """The HTTP method; `update` counts as PUT."""
        return "PUT" if self.update else self.send.partition(" ")[0]


class Check(_Data):
    """One question to a server.

    Attributes:
        id: stable, by subject: `users.patch.deactivate`.
        group: the origin of the rule.
        requirement: a failed required check makes `oktascim check` fail.
        blocks: the capability that doesn't work without it.
        scim: the SCIM versions it applies to.
        why: why Okta needs it.
        source: the source of that.
        fix: the name of a fix; `fix_by` has others by the last part of the failed path.
        given: resources to create first, by name: `user`, or `{group: [names of members]}`, or `{user: {attributes}}`.
        bystanders: what every write must leave as it is: the users of bystanders.py, or its group too; the steps can
            use them as `other`, `idle` and `club`.
        steps: requests and expectations; empty if `procedure` names code.
        procedure: the name of a function in procedures.py.
        wizard: only wizard-made apps send this.
        populated: it needs a user in the list; on a server without one, it isn't run.
        members: True where the expectations hold for any user, so that `connection test` applies them too.
        tags: words for --tag; `writes` marks a procedure that writes, `alone` a check that --parallel runs by itself
            after the others: it compares whole lists, or sums up what they saw.
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
    bystanders: BystanderKind | None = None
    steps: tuple[CheckStep, ...] = ()
    procedure: str = ""
    wizard: bool = False
    populated: bool = False
    members: bool = False
    tags: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it writes to the server."""
        return bool(self.given) or "writes" in self.tags or any(step.method not in READING for step in self.steps)

    @property
    def changes(self) -> bool:
        """Whether it changes the resources that it is given, so that it needs its own."""
        return "writes" in self.tags or any(step.method not in READING for step in self.steps)

    def is_about(self, word: str) -> bool:
        """Whether --only or --skip selects it: by an id, the first parts of an id, or a group."""
        return word == self.group or self.id == word or self.id.startswith(f"{word}.")
