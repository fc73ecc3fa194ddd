"""Makes the pictures of the documentation from what the program really prints: `make docs`."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

IMAGES = Path(__file__).parent / "images"
WIDTH = 110


def main() -> None:
    """Run the demo and draw its output."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run(
        [sys.executable, "-m", "oktascim", "demo"], capture_output=True, text=True, check=True, env=environment
    )
    draw("demo", "$ make demo\n" + done.stdout.rstrip())


def draw(name: str, text: str) -> None:
    """Draw terminal output as an SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    svg = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="oktascim", unique_id=name), flags=re.DOTALL)
    (IMAGES / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
