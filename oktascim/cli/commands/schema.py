"""`oktascim schema`: the JSON Schema of a spec file."""

from __future__ import annotations

import json

import typer

from oktascim.cli.options import session_of
from oktascim.spec.json_schema import json_schema


def schema(context: typer.Context) -> None:
    """Print the JSON Schema of spec files, for completion and validation in an editor.

    Example: `oktascim schema > oktascim.schema.json`
    """
    session_of(context).output.data(json.dumps(json_schema(), indent=2))
