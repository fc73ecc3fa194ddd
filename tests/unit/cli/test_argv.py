"""Global options stand anywhere; what follows `--` belongs to someone else."""

from __future__ import annotations

import pytest

from oktascim.cli.argv import arrange, command_of


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("plan x", "plan x"),
        ("plan x -v", "-v plan x"),
        ("-v plan x", "-v plan x"),
        ("plan -vv x --no-color", "-vv --no-color plan x"),
        ("plan x --yes -y", "--yes -y plan x"),
        ("plan x --profile dev", "--profile dev plan x"),
        ("plan --profile=dev x", "--profile=dev plan x"),
        ("plan x --org-url https://a", "--org-url https://a plan x"),
        ("-o json plan x", "plan x -o json"),
        ("--output=json plan x", "plan x --output=json"),
        ("plan -o json x", "plan x -o json"),
        ("-o json -v app show x", "-v app show x -o json"),
        ("emulator run -v -- cmd -v --yes", "-v emulator run -- cmd -v --yes"),
        ("explain -- -v", "explain -- -v"),
        ("plan x --profile", "--profile"),
        ("plan x -vy", "-vy plan x"),
        ("plan x --yes=1", "--yes=1 plan x"),
        ("-ojson plan x", "plan x -ojson"),
        ("plan -o=json x", "plan x -o json"),
        ("", ""),
    ],
)
def test_arrange(words: str, expected: str) -> None:
    assert arrange(words.split()) == expected.split()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("plan x", "plan"),
        ("-v --profile demo plan x", "plan"),  # `demo` is a command too, and here a profile's name
        ("--profile=demo plan x", "plan"),
        ("--org-url https://a --yes app list", "app"),
        ("aply validate", "aply"),
        ("--help", None),
        ("", None),
        ("--profile", None),
    ],
)
def test_command_of(words: str, command: str | None) -> None:
    assert command_of(words.split()) == command
