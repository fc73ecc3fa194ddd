"""The rules are valid, name only what exists, are reachable, and quote nobody's message."""

from __future__ import annotations

import re
from importlib import resources
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from oktascim.diagnose.actions import ACTIONS, CONNECTOR_CALLS
from oktascim.diagnose.finding import CATEGORIES
from oktascim.diagnose.rulebook import Condition, load_rules, rule_book
from oktascim.diagnose.symptom import ABOUT_OF_ACTION, ACTION_NAMES
from oktascim.errors import OktascimError

RULES = resources.files("oktascim.diagnose") / "rules"
ENTRIES: list[dict[str, Any]] = [
    entry
    for path in RULES.iterdir()
    if path.name.endswith(".yaml") and isinstance(content := yaml.safe_load(path.read_text()), list)
    for entry in content
]
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
    assert always == ["unknown.general"]


def test_codes_of_okta_have_their_form() -> None:
    codes = {code for one in CONDITIONS for code in one.okta_code or ()}
    assert [code for code in codes if code and not re.fullmatch(r"E0000\d{3}", code)] == []


def test_every_action_has_a_name() -> None:
    assert {name for name, _ in (*ACTIONS, *CONNECTOR_CALLS)} <= ACTION_NAMES


def test_no_condition_names_an_action_that_it_excludes() -> None:
    """What a failure is about follows from the action, if there is one."""
    dead = [
        (rule.id, action)
        for rule in rule_book().rules
        for one in rule.when
        for action in (one.action or one.not_action or frozenset()) & ABOUT_OF_ACTION.keys()
        if one.about is not None and ABOUT_OF_ACTION[action] not in one.about
    ]
    assert dead == []


def test_no_condition_is_implied_by_another_of_its_rule() -> None:
    redundant = [
        (rule["id"], a)
        for rule in ENTRIES
        for a, b in permutations(range(len(rule["when"])), 2)
        if implies(rule["when"][a], rule["when"][b])
    ]
    assert redundant == []


def implies(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a condition holds only where another holds, too."""
    for sign, accepted in other.items():
        if sign not in one:
            return False
        if isinstance(accepted, bool):
            if one[sign] is not accepted:
                return False
        elif sign.startswith("not_"):
            if not {*accepted} <= {*one[sign]}:
                return False
        elif not {*one[sign]} <= {*accepted}:
            return False
    return True


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
    unbounded = [
        (entry["id"], pattern)
        for entry in ENTRIES
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
        ({"when": [{"seen": ["a ghost"]}]}, "seen cannot be ['a ghost']"),
        ({"when": [{"action": ["create_users"]}]}, "action cannot be ['create_users']"),
        ({"when": [{"not_action": [None]}]}, "not_action cannot be [None]"),
        ({"when": [{"about": ["users"]}]}, "about cannot be ['users']"),
        ({"when": [{"body": ["json"]}]}, "body cannot be ['json']"),
        ({"when": [{"status": [40]}]}, "status cannot be [40]"),
        ({"when": [{"status": ["404"]}]}, "status cannot be ['404']"),
        ({"when": [{"event": ["user.session.start"]}]}, "event cannot be ['user.session.start']"),
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
