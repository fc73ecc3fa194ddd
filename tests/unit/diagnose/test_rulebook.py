"""The rules are valid, name only what exists, are reachable, and quote nobody's message."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from oktascim.diagnose.actions import ACTIONS
from oktascim.diagnose.finding import CATEGORIES
from oktascim.diagnose.rulebook import Condition, load_rules, rule_book
from oktascim.diagnose.symptom import ABOUT_OF_ACTION, ACTION_OF_EVENT
from oktascim.errors import OktascimError

RULES = resources.files("oktascim.diagnose") / "rules"
CONDITIONS = [condition for rule in rule_book().rules for condition in rule.when]


def test_every_category_has_a_rule() -> None:
    assert {rule.category for rule in rule_book().rules} == set(CATEGORIES)


def test_rules_are_ranked_and_their_ids_are_unique() -> None:
    rules = rule_book().rules
    assert [rule.weight for rule in rules] == sorted((rule.weight for rule in rules), reverse=True)
    assert len({rule.id for rule in rules}) == len(rules)


def test_an_id_begins_with_the_category() -> None:
    assert [rule.id for rule in rule_book().rules if not rule.id.startswith(f"{rule.category}.")] == []


def test_only_the_last_resort_holds_for_everything() -> None:
    always = [rule.id for rule in rule_book().rules if Condition() in rule.when]
    assert always == ["unknown.nothing-fits"]


def test_conditions_ask_for_values_that_exist() -> None:
    actions = {name for name, _ in ACTIONS} | set(ACTION_OF_EVENT.values())
    for one in CONDITIONS:
        assert (one.action or set()) <= actions | {None}, one
        assert (one.about or set()) <= {*ABOUT_OF_ACTION.values(), "elsewhere", None}, one
        assert (one.body or set()) <= {"html", "text", "empty", None}, one
        assert all(code is None or 200 <= code < 600 for code in one.status or ()), one
        assert all(code is None or re.fullmatch(r"E0000\d{3}", code) for code in one.okta_code or ()), one


def test_every_source_and_okta_action_is_used() -> None:
    book = rule_book()
    sources = yaml.safe_load((RULES / "sources.yaml").read_text())
    assert {source for rule in book.rules for source in rule.sources} == set(sources.values())
    used = {rule.okta for rule in book.rules} | {override.use for override in book.okta_overrides}
    assert used == set(book.okta_actions)


def test_texts_for_people_are_sentences() -> None:
    broken = [
        rule.id
        for rule in rule_book().rules
        if not (rule.cause[0].isupper() and rule.cause.endswith(".") and rule.fix.endswith("."))
    ]
    assert broken == []


def test_a_short_word_that_switches_a_rule_off_has_its_borders() -> None:
    """`sso` is in associatedCompany, `rate` in corporate, `patch` in dispatch."""
    entries = [
        entry
        for path in RULES.iterdir()
        if isinstance(content := yaml.safe_load(path.read_text()), list)
        for entry in content
    ]
    unbounded = [
        (entry["id"], pattern)
        for entry in entries
        for condition in entry["when"]
        for pattern in condition.get("not_says", ())
        if re.fullmatch(r"[a-z]{2,8}", pattern)
    ]
    assert unbounded == []


VALID = {
    "id": "unknown.x",
    "category": "unknown",
    "weight": 5,
    "when": [{"says": ["x"]}],
    "cause": "C.",
    "fix": "F.",
    "okta": "unknown",
    "sources": ["s"],
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"category": "weather"}, "category"),
        ({"weight": 0}, "weight"),
        ({"okta": "prays"}, "okta"),
        ({"sources": ["hearsay"]}, "hearsay"),
        ({"colour": "red"}, "colour"),
        ({"when": [{"sings": ["x"]}]}, "sings"),
        ({"when": [{"says": ["Upper"]}]}, "upper case"),
        ({"when": [{"says": ["isn't"]}]}, "n't in"),
        ({"when": [{"says": ["("]}]}, "unterminated"),
        ({"when": [{"says": ["%{nobody}"]}]}, "nobody"),
        ({"cause": ""}, "cause"),
    ],
)
def test_a_broken_rule_is_refused_by_name(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    write_rules(tmp_path, [VALID | change])
    with pytest.raises(OktascimError) as refused:
        load_rules(tmp_path)
    assert "unknown.x" in refused.value.what
    assert complaint in str(refused.value.why)


def test_a_repeated_id_is_refused(tmp_path: Path) -> None:
    write_rules(tmp_path, [VALID, VALID])
    with pytest.raises(OktascimError, match=r"unknown\.x"):
        load_rules(tmp_path)


def test_every_pattern_of_the_package_compiles() -> None:
    assert load_rules(RULES).rules


def test_a_valid_folder_loads(tmp_path: Path) -> None:
    write_rules(tmp_path, [VALID])
    assert [rule.id for rule in load_rules(tmp_path).rules] == ["unknown.x"]


def write_rules(folder: Path, rules: list[dict[str, object]]) -> None:
    action = {"retries_itself": None, "retry_helps": True, "needs_reassign": False, "text": "T."}
    files = {
        "vocabulary.yaml": {"word": ["w"]},
        "sources.yaml": {"s": "A source"},
        "okta_actions.yaml": {"actions": {"unknown": action}, "overrides": []},
        "rules.yaml": rules,
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content))


def test_a_fix_that_sends_the_test_says_where_the_credentials_are() -> None:
    """Okta never shows them: by the app alone `connection test` is refused. The bare name speaks of the command."""
    fixes = [fix for rule in rule_book().rules for fix in re.findall(r"`oktascim connection test ([^`]*)`", rule.fix)]
    assert fixes
    assert {fix.split() == ["--spec", "FILE", "--app", "APP"] for fix in fixes} == {True}
