"""The pieces of the Provisioning tab as HTML (OB-409 to OB-412, OB-415 to OB-419)."""

from __future__ import annotations

from okta_emulator.admin_console.forms import TO_APP, ConnectionForm, Field
from okta_emulator.admin_console.html import Html, fill, joined, render, rows
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.provisioning import offers, supports

_DOTS = "••••••••••"


def with_settings_list(visit: Visit, shown: Html, current: str, *, set_up: bool) -> Html:
    """A section beside the list of settings; before the set-up the list has Integration alone."""
    entries = (("to-app", "To App"), ("to-okta", "To Okta"), ("integration", "Integration"))
    links = (
        fill(
            '<li><a href="#" data-load="{{url}}" {{mark}}>{{name}}</a></li>',
            mark=Html('aria-current="true"') if key == current else "",
            url=f"{visit.base}/settings/user-mgmt?section={key}",
            name=visit.text(name),
        )
        for key, name in (entries if set_up else entries[-1:])
    )
    return render("settings", links=joined(links), section=shown)


def integration(visit: Visit, form: ConnectionForm, *, editing: bool, set_up: bool) -> Html:
    """The connection of a template app: not enabled yet, its values (which of them is our choice), or its form."""
    url = f"{visit.base}/settings/user-mgmt?section=integration"
    if editing:
        return _form(visit, form, set_up=set_up)
    if not set_up:
        return render(
            "not_enabled", template=visit.template_name, configure=visit.text("Configure API Integration"), url=url
        )
    shown = [(visit.text(field.label), _DOTS if field.secret else _value(visit, field)) for field in form.fields]
    groups = (visit.text("Import Groups"), "On" if visit.provisioning.import_groups else "Off")
    return render("integration", url=url, edit=visit.text("Edit"), rows=rows([*shown, groups]))


def _form(visit: Visit, form: ConnectionForm, *, set_up: bool) -> Html:
    """The form; before the first set-up its fields exist only after the tick (OB-409)."""
    inputs = joined(_input(visit, field, editing=set_up) for field in form.fields)
    checked = Html("checked") if visit.provisioning.import_groups else ""
    fields = render(
        "connection_fields",
        template=visit.template_name,
        inputs=inputs,
        import_groups=visit.text("Import Groups"),
        checked=checked,
        test=visit.text("Test API Credentials"),
    )
    enable = Html("") if set_up else render("enable", enable=visit.text("Enable API integration"), fields=fields)
    return render(
        "connection_form",
        url=f"{visit.base}/settings/user-mgmt",
        cancel=f"{visit.base}/settings/user-mgmt?section=integration",
        enable=enable,
        fields=fields if set_up else Html(""),
        save=visit.text("Save"),
    )


def _input(visit: Visit, field: Field, *, editing: bool) -> Html:
    """One row of the form: the label is to the left and not tied to its input."""
    return render(
        "field",
        label=visit.text(field.label),
        name=field.named(editing=editing),
        kind="password" if field.secret else "text",
        value=_value(visit, field) if editing and not field.secret else "",
        placeholder=_DOTS if editing and field.secret else "",
        write_only=Html("data-write-only") if field.secret else "",
    )


def _value(visit: Visit, field: Field) -> str:
    """What may be shown of a field; the user name is part of the header and is not kept apart (our choice)."""
    return (visit.provisioning.base_url or "") if field.key == "base_url" else ""


def to_app(visit: Visit, *, editing: bool) -> Html:
    """The To App options: rows whose boxes are all labelled "Enable"; a wizard-made app has only those it supports.

    Our choice: an app that supports none keeps the entry in the list of settings, and its form.
    """
    options = [
        render(
            "to_app_row",
            title=visit.text(title),
            field=field,
            checked=Html("checked") if option in visit.provisioning.to_app else "",
            disabled="" if editing else Html("disabled"),
        )
        for option, title, field in TO_APP
        if offers(visit.provisioning, option)
    ]
    none = Html("<p>None of the supported provisioning actions pushes users to this app.</p>")
    url = f"{visit.base}/settings/user-mgmt"
    edit, cancel = (
        fill('<a class="{{kind}}" href="#" data-load="{{url}}?section=to-app{{more}}">{{text}}</a>', url=url, **link)
        for link in (
            {"kind": "button edit", "more": "&edit=1", "text": visit.text("Edit")},
            {"kind": "edit", "more": "", "text": "Cancel"},
        )
    )
    top = cancel if editing else edit
    bottom = render("buttons", save=visit.text("Save")) if editing else Html("")
    return render("to_app", url=url, top=top, bottom=bottom, rows=joined(options or [none]))


def to_okta(visit: Visit) -> Html:
    """The To Okta settings, of which only the heading is here; a wizard-made app has them if it supports imports."""
    imports = supports(visit.provisioning, "import")
    words = "Schedule import: Never" if imports else "The supported provisioning actions import no users."
    return fill("<h2>General</h2><p>{{words}}</p>", words=words)


def banner(words: str, *, good: bool) -> Html:
    """The result of a test."""
    kind = "confirmation" if good else "error"
    return fill('<div class="infobox infobox-{{kind}}" role="alert">{{words}}</div>', kind=kind, words=words)
