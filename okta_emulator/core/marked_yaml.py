"""Reads YAML into plain values and records the position of each, so that errors can show line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]
except ImportError:  # PyYAML without libyaml
    _LOADER: type[Any] = yaml.SafeLoader
else:

    class _FastLoader(Composer, CParser, SafeConstructor, Resolver):
        """Parses with libyaml, and composes here: libyaml's own composer has no limit to nesting."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

    _LOADER = _FastLoader

Path = tuple[str | int, ...]
_MOST_NODES = 200_000
_UNREADABLE = yaml.reader.Reader.NON_PRINTABLE


class NotYaml(Exception):
    """A text that isn't YAML, or uses YAML that we don't accept.

    Args:
        line, column: where, counted from 1.
        problem: what is wrong.
    """

    def __init__(self, line: int, column: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.column, self.problem = line, column, problem


@dataclass
class Marked:
    """A document with the places of its values.

    Args:
        value: dictionaries, lists and scalars.
        places: line and column, counted from 1, by the path of keys and indexes.
    """

    value: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place_of(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The place of a value, or of the nearest enclosing one if it isn't there."""
        known = tuple(path)
        while known and known not in self.places:
            known = known[:-1]
        return self.places.get(known, (1, 1))


def read_yaml(text: str) -> Marked:
    """Read one document.

    Raises:
        NotYaml: the text isn't YAML, repeats a key, has a key that isn't text, or expands to too many values.
    """
    if found := _UNREADABLE.search(text):
        before = text[: found.start()]
        line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
        raise NotYaml(line, column, f"the character U+{ord(found[0]):04X} isn't allowed in YAML")
    try:
        return _read(_LOADER(text))
    except yaml.YAMLError:
        pass
    except RecursionError:
        raise NotYaml(1, 1, "nested too deeply") from None
    try:  # PyYAML's own parser says what it expected, and where
        return _read(yaml.SafeLoader(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise NotYaml(line, column, error.problem or "not YAML") from None
    except yaml.YAMLError as error:
        raise NotYaml(1, 1, " ".join(str(error).split())) from None
    except RecursionError:
        raise NotYaml(1, 1, "nested too deeply") from None


def _read(loader: Any) -> Marked:
    try:
        node = loader.get_single_node()
        reader = _Reader(loader)
        return Marked(None if node is None else reader.read(node, ()), reader.places)
    finally:
        loader.dispose()


class _Reader:
    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._left = _MOST_NODES
        self.places: dict[Path, tuple[int, int]] = {}

    def read(self, node: yaml.Node, path: Path) -> Any:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.places.setdefault(path, (line, column))
        self._left -= 1
        if self._left < 0:
            raise NotYaml(line, column, "too many values")
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        try:
            value = self._loader.construct_object(node)
            str(value).encode()
        except UnicodeEncodeError:
            raise NotYaml(line, column, "a text has half a character (a surrogate)") from None
        except (ValueError, LookupError, AttributeError, TypeError):  # 2026-13-01, !!bool maybe, !!timestamp soon
            raise NotYaml(line, column, f"isn't {_kind(node)}: {node.value}") from None
        return value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            key = key_node.value
            if not isinstance(key, str):
                raise NotYaml(line, column, "a key must be text")
            if key in found:
                raise NotYaml(line, column, f"duplicate key: {key}")
            self.places[(*path, key)] = (line, column)
            found[key] = self.read(value_node, (*path, key))
        return found


def _kind(node: yaml.Node) -> str:
    """What a value would be by its tag."""
    return f"of the type {node.tag.rpartition(':')[2]}"
