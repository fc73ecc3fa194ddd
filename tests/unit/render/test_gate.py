"""Nothing but the gate holds the process's streams or draws with rich."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "oktascim"
GATE = {"render/gate.py", "render/streams.py"}
ELSEWHERE = {
    "__main__.py",  # the streams that the caller closed; "Interrupted." from a signal handler
}
PAST_THE_GATE = re.compile(
    r"sys\.(?:__)?std(?:out|err)|(?<![\w.])print\(|(?:typer|click)\.(?:echo|secho|prompt|confirm|style)\b"
    r"|rich\.(?:console|live|prompt|status)\b|\.console\.print|console\.(?:log|out|print)\(|os\.write\("
)


def test_no_module_writes_past_the_gate() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for file in sorted(PACKAGE.rglob("*.py"))
        if (name := file.relative_to(PACKAGE).as_posix()) not in GATE | ELSEWHERE
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if PAST_THE_GATE.search(line) and not line.startswith("    from rich.console import Console")  # a type
    ]
    assert found == []
