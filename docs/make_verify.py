"""Writes the example of docs/verify.md: the output of the command shown there. Part of `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.integration.verify.test_example import EXAMPLE, PAGE, example, said_by_verify

if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    [(fault, command, shown)] = EXAMPLE.findall(text)
    with TemporaryDirectory() as folder:
        _, said = example(command, fault, Path(folder))
    PAGE.write_text(text.replace(shown, said_by_verify(said) + "\n"), encoding="utf-8")
