"""The `handoff` route: a person does the one step in the Admin Console; oktascim says exactly what, then verifies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from oktascim.okta.org import app_page
from oktascim.provisioning.clipboard import Clipboard
from oktascim.provisioning.readback import read_back
from oktascim.provisioning.route import VERIFIES_AND_GOES_ON, Attempt, Handoff, RouteName, Task
from oktascim.spec.models import SECRET_MEMBERS, SecretRef

_POLL_SECONDS = 10.0
_ANNOUNCE_SECONDS = 60.0
_CANNOT_BE_SEEN = "Credentials cannot be read back: Okta's own test of them in the Admin Console is the proof."

_TEST_CONNECTOR = (
    "Click 'Test Connector Configuration' and wait for 'Connector configured successfully'.",
    "Click 'Save'.",
)
_CONSENT = ("Click 'Save', then 'Authenticate with …', and give your consent in the window that opens.",)


def _ignore(*_told: object) -> None:
    """Show nothing: the report carries the same text."""


@dataclass(frozen=True)
class HandoffRoute:
    """Tells a person what to do and, where somebody is there, waits until the org shows it.

    Attributes:
        wait_seconds: how long to look for the change; 0 returns at once (CI, no terminal).
        show: told of the instructions before the waiting begins.
        waits: told every minute what is waited for, as (reason, seconds).
        clipboard: where the secret of the step is put while it is waited for, or None.
    """

    wait_seconds: float = 0.0
    show: Callable[[Handoff], None] = field(default=_ignore)
    waits: Callable[[str, float], None] = field(default=_ignore)
    clipboard: Clipboard | None = None
    name: RouteName = "handoff"

    async def attempt(self, task: Task) -> Attempt:
        """Write the instructions, then look every ten seconds whether they have been followed."""
        page = await app_page(task.okta, task.app.name, task.app.id)
        then = _CANNOT_BE_SEEN if task.witness else VERIFIES_AND_GOES_ON
        copied = _secret_of(task) if self.clipboard else None
        held = self.clipboard.holding(task.resolve().values[copied]) if self.clipboard and copied else nullcontext()
        with held:
            self.show(Handoff(page, instructions(task, copied), then))
            done = await self._wait(task)
        handoff = Handoff(page, instructions(task), then)
        if done:
            return Attempt("handoff", "A person did it in the Admin Console.", handoff, acted=True)
        return Attempt("handoff", "A person must do this step in the Admin Console.", handoff)

    async def _wait(self, task: Task) -> bool:
        """Whether the step was done in time."""
        waited = 0.0
        while waited < self.wait_seconds:
            if waited % _ANNOUNCE_SECONDS == 0:
                left = (self.wait_seconds - waited) / 60
                self.waits(f"for this step in the Admin Console, {left:.0f} min at most", _ANNOUNCE_SECONDS)
            await task.okta.clock.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
            if await _done(task):
                return True
        return False


async def _done(task: Task) -> bool:
    """Whether the org shows that the step was done."""
    if task.witness:
        return await task.witness.look() is not None
    return task.achieved(await read_back(task.okta, task.app.id, task.wanted.to_app))


def instructions(task: Task, copied: str | None = None) -> tuple[str, ...]:
    """What a person has to do on the app's page, in order; secrets appear by the place where they are.

    Args:
        task: what is asked.
        copied: the credential that is on the clipboard, if one is.
    """
    connect = _wizard_steps(task, copied) if task.template.kind == "wizard" else _catalog_steps(task, copied)
    return (*(connect if task.connect else ("Open the Provisioning tab.",)), *_to_app_steps(task))


def _catalog_steps(task: Task, copied: str | None) -> tuple[str, ...]:
    fields = task.template.console.fields
    return (
        "Open the Provisioning tab and click 'Configure API Integration'.",
        "Tick 'Enable API integration'.",
        *(f"{control.label or name}: {_value(task, name, copied)}" for name, control in fields.items()),
        *_import_groups_step(task),
        "Click 'Test API Credentials' and wait for 'was verified successfully'.",
        "Click 'Save' and change nothing in between.",
    )


def _wizard_steps(task: Task, copied: str | None) -> tuple[str, ...]:
    console, wanted = task.template.console, task.wanted
    credentials = wanted.credentials
    given = {name for name, value in credentials if value is not None}
    scheme = task.template.authentication(credentials.mode, given).scheme
    actions = wanted.supported_actions or ()
    return (
        "On the General tab, edit App Settings, set Provisioning to SCIM and save.",
        "Open the Provisioning tab, then Integration, then Edit.",
        f"{console.fields['base_url'].label}: {wanted.base_url}",
        f"Unique identifier field for users: {wanted.unique_identifier or 'userName'}",
        *(f"Tick {console.supported_actions[action].label}." for action in actions),
        f"Authentication Mode: {console.authentication_modes[scheme]}",
        *(
            f"{console.fields[name].label or name}: {_value(task, name, copied)}"
            for name in task.template.authentication(credentials.mode, given).fields
        ),
        *(_CONSENT if scheme == "oauth2" else _TEST_CONNECTOR),
    )


def _import_groups_step(task: Task) -> tuple[str, ...]:
    if task.wanted.import_groups is None:
        return ()
    return (f"{'Tick' if task.wanted.import_groups else 'Untick'} 'Import Groups'.",)


def _to_app_steps(task: Task) -> tuple[str, ...]:
    if task.wanted.to_app is None:
        return ()
    boxes = task.template.console.to_app
    on = [box.label or option for option, box in boxes.items() if option in task.wanted.to_app]
    off = [box.label or option for option, box in boxes.items() if option not in task.wanted.to_app]
    return (
        "Under 'To App' click 'Edit'.",
        *([f"Enable: {', '.join(on)}."] if on else []),
        *([f"Leave off: {', '.join(off)}."] if off else []),
        "Click 'Save'.",
    )


def _secret_of(task: Task) -> str | None:
    """The one secret that a person has to enter."""
    given = task.wanted.credentials
    return next((name for name in SECRET_MEMBERS if task.connect and getattr(given, name)), None)


def _value(task: Task, name: str, copied: str | None) -> str:
    if name == "base_url":
        return task.wanted.base_url
    if name == copied:
        return "(it is on your clipboard)"
    value = getattr(task.wanted.credentials, name, None)
    return describe(value) if isinstance(value, SecretRef) else str(value or "")


def describe(reference: SecretRef) -> str:
    """A secret by where it is found, never by what it is."""
    if reference.env:
        return f"(the value of the environment variable {reference.env})"
    if reference.keyring:
        return f"(the keyring entry '{reference.keyring}')"
    if reference.file:
        return f"(the content of the file {reference.file})"
    return "(what the spec's command prints)"
