"""The table of attacks in docs/security.md."""

from __future__ import annotations

from tests.attack.__main__ import ATTACKS, PAGE, with_rows


def test_every_attack_has_a_row_and_nothing_broke() -> None:
    for attack in ATTACKS:
        (row,) = [
            line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {attack.what} |")
        ]
        held, tries, broken = [cell.strip() for cell in row.strip("|").split("|")][-3:]
        assert (held, broken) == (attack.holds, "0")
        assert int(tries.replace(",", "")) > 0


def test_a_run_of_some_attacks_keeps_the_other_rows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_rows(text, {}) == text
    changed = with_rows(text, {ATTACKS[1].what: "| new |"})
    assert changed.replace("| new |", "") != text
    assert changed.count("\n") == text.count("\n")
