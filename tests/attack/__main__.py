"""Attacks oktascim on loopback and writes the table of docs/security.md: `make attack`, ten minutes or so.

Each attack is bounded in count, and ends early after SECONDS. The exit code is 1 if one of them did not hold.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.attack import answers, downstream, runs, secrets
from tests.attack.lab import Attack, Lab, laboratory

SECONDS = 180.0
PAGE = Path(__file__).parents[2] / "docs" / "security.md"
_TABLE = re.compile(r"(?<=<!-- attacks -->\n)(.*?)(?=<!-- /attacks -->)", re.DOTALL)

ATTACKS = (
    Attack(
        "A SCIM server repeats the credential: 24 encodings, three verbosities, three formats",
        "no secret shown",
        secrets.echoes,
    ),
    Attack("An org repeats the API token in its error, causes and headers", "no secret shown", secrets.org_echoes),
    Attack("An org or a SCIM server redirects to another host", "no token sent there", secrets.redirects),
    Attack(
        "Next links to other hosts, in circles and without end",
        "no token sent there; at most 300 requests",
        secrets.links,
    ),
    Attack("A cloned folder's `okta.yaml` names the attacker's org", "no secret sent there", secrets.foreign_files),
    Attack(
        "A token endpoint redirects, repeats the assertion, floods, and gives nonces and tokens without end",
        "no secret shown or sent elsewhere; at most 12 requests",
        secrets.token_endpoints,
    ),
    Attack(
        "Compression bombs, endless and dripping bodies, long headers, deep JSON",
        "an error within 30 s and 400 MB",
        answers.bombs,
    ),
    Attack(
        "Terminal controls, CI commands and markup in specs, labels, logins, groups and logs",
        "nothing of it reaches a terminal or CI",
        answers.injections,
    ),
    Attack(
        "`apply` is killed before and after each request",
        "the next run completes it: one app, no change left",
        runs.kills,
    ),
    Attack("Three runs create the same app at the same time", "one app, no failure", runs.races),
    Attack(
        "Okta's responses corrupted at random, for every command",
        "an error message, no traceback, no secret",
        runs.spoilt_answers,
    ),
    Attack(
        "A SCIM server answers the emulated org without end, in no encoding, with half characters, 5,000 digits",
        "no 5xx, no lost job",
        downstream.answers_to_the_emulator,
    ),
    Attack("Random requests to the emulator", "no 5xx, no traceback", runs.requests_to_the_emulator),
)


def main(chosen: Sequence[str]) -> int:
    """Run all attacks, or those whose functions are named, and bring their rows of the page up to date."""
    rows, broken = {}, 0
    for attack in ATTACKS:
        if chosen and attack.tries.__name__ not in chosen:
            continue
        with laboratory() as lab:
            tried, failures = run(attack, lab)
        print(f"{tried:5} tries, {len(failures)} broken: {attack.what}", flush=True)
        for failure in failures[:5]:
            print(f"      {failure}")
        broken += len(failures)
        rows[attack.what] = f"| {attack.what} | {attack.holds} | {tried:,} | {len(failures)} |"
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_rows(text, rows), encoding="utf-8")
    return 1 if broken else 0


def run(attack: Attack, lab: Lab) -> tuple[int, list[str]]:
    """Run an attack until it ends or its time is over; how many tries there were, and what broke."""
    end, tried, failures = time.monotonic() + SECONDS, 0, []
    for broken in attack.tries(lab):
        tried += 1
        if broken:
            failures.append(broken)
        if time.monotonic() > end:
            break
    return tried, failures


def with_rows(text: str, rows: Mapping[str, str]) -> str:
    """The page with these rows in the table between its markers; the other attacks keep theirs."""
    before, held, after = _TABLE.split(text)
    kept = {line.split(" | ")[0].removeprefix("| "): line for line in held.splitlines()} | rows
    lines = [kept[attack.what] for attack in ATTACKS if attack.what in kept]
    table = "\n".join(["| attack | what must hold | tries | broken |", "|---|---|---|---|", *lines])
    return f"{before}{table}\n{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
