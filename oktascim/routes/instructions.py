"""Instructions for a manual step in the Admin Console, in order, with the console's own labels; a pure function."""

from __future__ import annotations

from collections.abc import Callable

from oktascim.routes.task import Task
from oktascim.spec.provisioning import SECRET_MEMBERS, SecretRef

CONSENT = "Click 'Authenticate with …' and give consent in the window that opens."


def instructions(task: Task, copied: str | None = None) -> tuple[str, ...]:
    """List the steps on the app's page, in order; a secret is named by where it is stored.

    Args:
        task: the task.
        copied: the credential on the clipboard, if any.
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
    """Look up the label of a console control."""
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
        f"Click '{label('save')}' without changing anything else.",
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


def secret_to_enter(task: Task) -> str | None:
    """The name of the secret to enter, if any."""
    given = task.wanted.credentials
    return next((name for name in SECRET_MEMBERS if task.connects and getattr(given, name)), None)


def _value(task: Task, name: str, copied: str | None) -> str:
    if name == "base_url":
        return task.wanted.base_url
    if name == copied:
        return "(on your clipboard)"
    value = getattr(task.wanted.credentials, name, None)
    return describe(value) if isinstance(value, SecretRef) else str(value or "")


def describe(reference: SecretRef) -> str:
    """Describe a secret by where it is stored, never by its value."""
    if reference.env:
        return f"(the value of the environment variable {reference.env})"
    if reference.keyring:
        return f"(the keyring entry '{reference.keyring}')"
    if reference.file:
        return f"(the content of the file {reference.file})"
    return "(the output of the spec's command)"
