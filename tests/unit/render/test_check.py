"""A check run as a table and as a fix list."""

from __future__ import annotations

from dataclasses import replace

from oktascim.check.catalogue import catalogue
from oktascim.check.lab import Made
from oktascim.check.report import CheckReport
from oktascim.check.sent import Sent
from oktascim.check.verdict import Verdict
from oktascim.render.check import check_lines, check_markdown, check_table, check_text
from oktascim.render.layout import Layout
from oktascim.render.markdown import literal
from oktascim.scim.answer import Answer
from oktascim.scim.report import Exchange

CHECKS = list(catalogue().checks)[:6]
UNREACHED = "Not run: the connection test failed."
REPORT = CheckReport(
    "https://acme.example/scim",
    "2.0",
    "check-1",
    (
        Verdict(CHECKS[0], False, "The server returned 404.", fix=next(iter(catalogue().fixes))),
        *(Verdict(check, None, UNREACHED) for check in CHECKS[1:]),
    ),
)


def test_checks_not_run_for_the_same_reason_share_a_line_on_a_terminal() -> None:
    assert len(check_table(REPORT).rows) == 6
    assert [row[2:] for row in check_table(REPORT, whole=False).rows] == [
        [CHECKS[0].id, "The server returned 404."],
        ["5 checks", UNREACHED],
    ]


def test_a_long_line_is_wrapped_under_its_own_label() -> None:
    lines = check_lines(REPORT, Layout(columns=60))
    start = next(number for number, line in enumerate(lines) if line.startswith("   why: "))
    assert lines[start + 1].startswith("     ")
    assert lines[1] == "1. The server returned 404."


def test_a_check_without_words_has_one_line_on_a_narrow_terminal_too() -> None:
    passed = replace(REPORT, verdicts=tuple(Verdict(check, True, "") for check in CHECKS if check.group == "spec"))
    lines = check_text(passed, Layout(columns=max(len(check.id) for check in CHECKS) + 10))
    assert len(passed.verdicts) > 1
    assert len(lines) == 1 + len(passed.verdicts)
    assert all(lines)


def test_a_server_cannot_put_an_image_or_a_link_into_the_page() -> None:
    evil = replace(REPORT, verdicts=(Verdict(CHECKS[0], False, "![x](https://evil.example/x.png) <b>"),))
    assert "![x](" not in check_markdown(evil)
    assert "<b>" not in check_markdown(evil).replace("\\<b\\>", "")


def test_an_escaped_character_stays_visible() -> None:
    assert literal("O&#39;Neill") == r"O\&#39;Neill"


def test_a_run_that_created_nothing_names_no_mark() -> None:
    counted = next(line for line in check_lines(REPORT, Layout(columns=200)) if line.startswith("0 passed"))
    assert counted == "0 passed, 1 failed, 0 recommended failed, 5 not run."


def test_only_a_run_without_a_failure_is_told_what_a_pass_does_not_replace() -> None:
    passed = replace(REPORT, verdicts=(Verdict(CHECKS[0], True, ""),))
    last = [check_lines(one, Layout(columns=400))[-1] for one in (passed, REPORT)]
    assert [line.startswith("A pass doesn't replace") for line in last] == [True, False]


def test_much_that_the_server_kept_is_counted() -> None:
    kept = replace(REPORT, left_behind=tuple(Made("Users", f"r{number}", f"u{number}") for number in range(25)))
    lines = [line for line in check_lines(kept, Layout(columns=200)) if line.startswith("Not deleted")]
    assert len(lines) == 11
    assert lines[-1] == f"Not deleted by the server: 15 more; delete what has {REPORT.run_id} in its name."


def test_what_the_rfc_testers_create_is_not_said_to_have_the_run_id() -> None:
    post = Sent(
        Exchange("POST", "https://acme.example/scim/Users", {}, 201, {}, "", 0.1, None), Answer(201, "", "", "{}")
    )
    rfc = Verdict(CHECKS[0].model_copy(update={"id": "rfc.x", "group": "rfc"}), True, "")
    with_rfc = replace(REPORT, verdicts=(*REPORT.verdicts, rfc), exchanges=(post,))
    said = "Everything created by this run, apart from what the RFC testers create, has check-1 in its name."
    assert any(said in line for line in check_lines(with_rfc, Layout(columns=200)))
