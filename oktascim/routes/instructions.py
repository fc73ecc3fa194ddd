"""What a person has to do in the Admin Console, in order and in the words of its own labels; a pure function."""

from __future__ import annotations

from collections.abc import Callable

from oktascim.routes.task import Task
from oktascim.spec.models import SECRET_MEMBERS, SecretRef

CONSENT = "Click 'Authenticate with …' and give your consent in the window that opens."


def instructions(task: Task, copied: str | None = None) -> tuple[str, ...]:
    """What a person has to do on the app's page, in order; secrets appear by the place where they are.

    Args:
        task: what is asked.
        copied: the credential that is on the clipboard, if one is.
    """
    label = _labels(task)
    if task.stage == "consent":
        begin: tuple[str, ...] = (f"Open the {label('provisioning_tab')} tab, then {label('integration')}.", CONSENT)
    elif task.stage == "to_app":
        begin = (f"The connection is on. Open the {label('provisioning_tab')} tab.",)
    else:
        begin = _wizard_steps(task, copied) if task.template.kind == "wizard" else _catalog_steps(task, copied)
    return (*begin, *_to_app_steps(task))


def _labels(task: Task) -> Callable[[str], str]:
    """What a control of the console is called on its page."""
    controls = task.template.console.controls
    return lambda name: controls[name].label or name


def _catalog_steps(task: Task, copied: str | None) -> tuple[str, ...]:
    label, fields = _labels(task), task.template.console.fields
    open_form: tuple[str, ...] = (
        f"Open the {label('provisioning_tab')} tab and click '{label('configure')}'.",
        f"Tick '{label('enable')}'.",
    )
    if task.stage == "edit":
        open_form = (f"Open the {label('provisioning_tab')} tab, then {label('integration')}, then {label('edit')}.",)
    return (
        *open_form,
        *(f"{control.label or name}: {_value(task, name, copied)}" for name, control in fields.items()),
        *_import_groups_step(task),
        f"Click '{label('test')}' and wait for 'was verified successfully'.",
        f"Click '{label('save')}' and change nothing in between.",
    )


def _wizard_steps(task: Task, copied: str | None) -> tuple[str, ...]:
    console, wanted, label = task.template.console, task.wanted, _labels(task)
    credentials = wanted.credentials
    given = {name for name, value in credentials if value is not None}
    scheme = task.template.authentication(credentials.mode, given).scheme
    actions = wanted.supported_actions or ()
    choose_scim = f"On the {label('general_tab')} tab, edit App Settings, set Provisioning to SCIM and save."
    return (
        *((choose_scim,) if task.stage == "connect" else ()),
        f"Open the {label('provisioning_tab')} tab, then {label('integration')}, then {label('edit')}.",
        f"{console.fields['base_url'].label}: {wanted.base_url}",
        *_identifier_step(task),
        *(f"Tick {console.supported_actions[action].label}." for action in actions),
        f"{label('authentication_mode')}: {console.authentication_modes[scheme]}",
        *(
            f"{console.fields[name].label or name}: {_value(task, name, copied)}"
            for name in task.template.authentication(credentials.mode, given).fields
        ),
        *((f"Click '{label('save')}'.", CONSENT) if scheme == "oauth2" else _tested_and_saved(label)),
    )


def _identifier_step(task: Task) -> tuple[str, ...]:
    label = task.template.console.fields["unique_identifier"].label
    return (f"{label}: {task.unique_identifier}",) if task.unique_identifier else ()


def _tested_and_saved(label: Callable[[str], str]) -> tuple[str, ...]:
    return (
        f"Click '{label('test')}' and wait for 'Connector configured successfully'.",
        f"Click '{label('save')}'.",
    )


def _import_groups_step(task: Task) -> tuple[str, ...]:
    if task.wanted.import_groups is None:
        return ()
    return (f"{'Tick' if task.wanted.import_groups else 'Untick'} '{_labels(task)('import_groups')}'.",)


def _to_app_steps(task: Task) -> tuple[str, ...]:
    if task.wanted.to_app is None:
        return ()
    label, boxes = _labels(task), task.template.console.to_app
    on = [box.label or option for option, box in boxes.items() if option in task.wanted.to_app]
    off = [box.label or option for option, box in boxes.items() if option not in task.wanted.to_app]
    return (
        f"Under '{label('to_app')}' click '{label('edit')}'.",
        *([f"Enable: {', '.join(on)}."] if on else []),
        *([f"Leave off: {', '.join(off)}."] if off else []),
        f"Click '{label('to_app_save')}'.",
    )


def secret_of(task: Task) -> str | None:
    """The one secret that a person has to enter."""
    given = task.wanted.credentials
    return next((name for name in SECRET_MEMBERS if task.connects and getattr(given, name)), None)


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
