"""`oktascim template`: the templates that a spec can use."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from oktascim.catalog import find_template, load_templates
from oktascim.cli.completion import complete_template
from oktascim.cli.options import OutputOption, session_of
from oktascim.render.formats import Format, Table
from oktascim.render.grid import grid
from oktascim.template import Template

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_templates(context: typer.Context, output: OutputOption = Format.TEXT) -> None:
    """List the templates, with their names in Okta's catalogue and their authentication.

    `-o table` adds the SCIM version, the key in Okta's catalogue, and how well that key is known.
    """
    templates, shown = list(load_templates().values()), session_of(context).output
    rows = [
        [one.name, one.display_name, one.scim_version, _schemes(one), one.catalog_key or "-", one.catalog_key_grade]
        for one in templates
    ]
    columns = ("name", "in Okta's catalogue", "SCIM", "authentication", "key", "evidence")
    short = [[one.name, one.display_name, _schemes(one)] for one in templates]
    text = (
        grid(("name", "in Okta's catalogue", "authentication"), short, shown.layout) if shown.layout.columns else None
    )
    shown.show([_summary(one) for one in templates], output, Table(columns, rows), text)


@app.command("show")
def show_template(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The template's name.", autocompletion=complete_template)],
    output: OutputOption = Format.TABLE,
) -> None:
    """Show a template: what it sends, what Okta returns, and how reliable each value is.

    Example: `oktascim template show scim2-header`
    """
    template = find_template(name)
    rows = [
        ["in Okta's catalogue", template.display_name],
        ["use it for", template.uses],
        ["SCIM version", template.scim_version],
        ["catalogue key", f"{template.catalog_key or 'not known'} ({template.catalog_key_grade})"],
        ["evidence", template.catalog_key_evidence],
    ]
    for way in template.authentications:
        header = way.header or "an access token that Okta fetches"
        rows.append([f"authentication {way.scheme}", f"{', '.join(way.fields)}; Authorization: {header} ({way.grade})"])
    for mode, sign_on in template.sign_on.items():
        echoes = ", ".join(str(echo or "null") for echo in sign_on.echoes)
        rows.append([f"sign-on {mode}", f"sent as {sign_on.sent}, read back as {echoes}"])
    document = _summary(template) | {"evidence": template.catalog_key_evidence, "uses": template.uses}
    session_of(context).output.show(document, output, Table(("", template.name), rows))


def _schemes(template: Template) -> str:
    return ", ".join(way.scheme for way in template.authentications)


def _summary(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "kind": template.kind,
        "display_name": template.display_name,
        "scim_version": template.scim_version,
        "catalog_key": template.catalog_key,
        "catalog_key_grade": template.catalog_key_grade,
        "authentications": [
            {"scheme": way.scheme, "fields": list(way.fields), "header": way.header, "grade": way.grade}
            for way in template.authentications
        ],
        "sign_on": {
            mode: {"sent": sign_on.sent, "echoes": list(sign_on.echoes)} for mode, sign_on in template.sign_on.items()
        },
    }
