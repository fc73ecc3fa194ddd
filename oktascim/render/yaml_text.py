"""A result as YAML."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def yaml_text(document: Any, masked: Callable[[str], str]) -> str:
    """A document as YAML with the same values: what could trick a terminal is escaped in double quotes.

    Args:
        document: JSON values.
        masked: removes the secrets of this run from a text.
    """
    import yaml

    from oktascim.spec.write import quotable

    class Dumper(yaml.SafeDumper):
        def represent_str(self, text: str) -> yaml.ScalarNode:
            style = None if quotable(text) == text else '"'
            return self.represent_scalar("tag:yaml.org,2002:str", masked(text), style=style)

    Dumper.add_representer(str, Dumper.represent_str)
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize)
    return quotable(text)
