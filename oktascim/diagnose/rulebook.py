"""The rules: read from rules/*.yaml once per process; their patterns are compiled when needed.

A rule says what a failure looks like (`when`), what it is (`category`, `cause`), what to do (`fix`), what
Okta does next (`okta`), which documents support it (`sources`) and how strong its signs are (`weight`).
docs/explain.md describes the format for people who add one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from oktascim.diagnose.complaint import BODIES
from oktascim.diagnose.evidence import OBSERVATIONS
from oktascim.diagnose.finding import CATEGORIES, OktaAction
from oktascim.diagnose.phrases import Phrases
from oktascim.diagnose.symptom import ABOUTS, ACTION_NAMES, is_about_provisioning
from oktascim.errors import OktascimError
from oktascim.package_yaml import read_package_yaml

_SIGNS_IN_WORDS = frozenset({"says", "also_says", "not_says", "sent"})
_VALUES = {
    "seen": OBSERVATIONS,
    "action": ACTION_NAMES | {None},
    "not_action": ACTION_NAMES,
    "about": ABOUTS | {None},
    "body": BODIES | {None},
    "status": frozenset({None, *range(200, 600)}),
}
"""What the signs with few values accept; a symptom has no others, so that a condition with another is never met."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Signs that must all be present; any value of a sign is enough; None matches everything.

    Attributes:
        says: phrases, one of which the words must contain; likewise `also_says`; `not_says` are phrases they must not
            contain.
        sent: phrases, one of which the request of an exchange must contain.
        seen: what the response of an exchange shows, names from `OBSERVATIONS`; one of them is enough.
        status, action, about, body, scim_type, okta_code, event: the values that are accepted (see `Symptom`).
        not_action: the actions that are not.
        no_detail: True matches a message without words, False one with words.
        odd_subject: True matches a subject whose characters break a URL.
        is_cut: True matches a text that ends in the middle.
    """

    says: Phrases | None = None
    also_says: Phrases | None = None
    not_says: Phrases | None = None
    sent: Phrases | None = None
    seen: frozenset[str] | None = None
    status: frozenset[int] | None = None
    action: frozenset[str] | None = None
    not_action: frozenset[str] | None = None
    about: frozenset[str] | None = None
    body: frozenset[str] | None = None
    scim_type: frozenset[str] | None = None
    okta_code: frozenset[str] | None = None
    event: frozenset[str] | None = None
    no_detail: bool | None = None
    odd_subject: bool | None = None
    is_cut: bool | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One known cause of failures.

    Attributes:
        id: unique, by area and then by what is seen.
        category, cause, fix: what the finding will say.
        weight: 1 to 100, how strong the signs are; it ranks the rules and becomes the confidence.
        when: the conditions; one of them must be met.
        okta: what Okta does next.
        sources: the supporting documents, in full.
    """

    id: str
    category: str
    cause: str
    fix: str
    weight: int
    when: tuple[Condition, ...]
    okta: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OktaOverride:
    """What Okta does after some operations, whatever made them fail; it sends a deactivation, for example, only once.

    Attributes:
        when: the operations, as conditions; one of them must be met.
        use: the name of the action that replaces that of the rule.
        keep: the names of actions that aren't replaced.
    """

    when: tuple[Condition, ...]
    use: str
    keep: frozenset[str]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that the diagnosis knows.

    Attributes:
        rules: by falling weight, those of one weight by id.
        general: the rule of a category if only the likeness of the words supports it.
        okta_actions: what Okta does after a failure, by the name that rules use.
        okta_overrides: what it does after some operations; the first one that fits is used.
    """

    rules: tuple[Rule, ...]
    general: Mapping[str, Rule]
    okta_actions: Mapping[str, OktaAction]
    okta_overrides: tuple[OktaOverride, ...]


@cache
def rule_book() -> RuleBook:
    """The rules of the package; a test compiles all patterns, a run only those that it needs."""
    return load_rules(Path(__file__).with_name("rules"), check_patterns=False)


def load_rules(folder: Path, *, check_patterns: bool = True) -> RuleBook:
    """Read and check a folder of rules.

    Args:
        folder: where the YAML files are.
        check_patterns: compile every pattern now; otherwise each when a text first needs it.

    Raises:
        OktascimError: a file is invalid; the message names the file, the rule and the fault.
    """
    files = {item.name: read_package_yaml(item) for item in folder.iterdir() if item.name.endswith(".yaml")}
    vocabulary, sources = _vocabulary(files.pop("vocabulary.yaml")), files.pop("sources.yaml")
    okta = files.pop("okta_actions.yaml")
    actions = {name: OktaAction(**members) for name, members in okta["actions"].items()}
    rules = [
        _checked_rule(f"{entry.get('id')!r} in {name}", entry, vocabulary, sources, actions)
        for name, entries in files.items()
        for entry in entries
    ]
    if check_patterns:
        for rule in rules:
            _check_patterns(rule)
    if repeated := [rule for rule, times in Counter(rule.id for rule in rules).items() if times > 1]:
        raise _invalid_rule(", ".join(repeated), "the id is used more than once")
    overrides = tuple(
        OktaOverride(_conditions(entry["when"], vocabulary), entry["use"], frozenset(entry["keep"]))
        for entry in okta["overrides"]
    )
    ranked = tuple(sorted(rules, key=lambda rule: (-rule.weight, rule.id)))
    return RuleBook(ranked, _general(rules), actions, overrides)


def _general(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rule `general` of each category, or else `said`."""
    by_id = {rule.id: rule for rule in rules}
    ids = ((category, f"{category}.{name}") for name in ("said", "general") for category in CATEGORIES)
    return {category: by_id[rule] for category, rule in ids if rule in by_id}


def _check_patterns(rule: Rule) -> None:
    """Refuse a rule with a pattern that isn't valid."""
    for condition in rule.when:
        for phrases in (condition.says, condition.also_says, condition.not_says, condition.sent):
            try:
                if phrases is not None:
                    phrases.check()
            except (KeyError, ValueError) as problem:
                raise _invalid_rule(f"{rule.id!r}", f"{type(problem).__name__}: {problem}") from problem


def _invalid_rule(rule: str, why: str) -> OktascimError:
    """The error for an invalid rule."""
    return OktascimError(
        f"The diagnosis rule {rule} isn't valid.", why=why, fix="The format is described in docs/explain.md."
    )


def _checked_rule(
    name: str,
    entry: Mapping[str, Any],
    vocabulary: Mapping[str, Phrases],
    sources: Mapping[str, str],
    actions: Mapping[str, OktaAction],
) -> Rule:
    """Build one rule from its YAML mapping, and refuse invalid values."""
    try:
        when = _conditions(entry["when"], vocabulary)
        rule = Rule(**{**entry, "when": when, "sources": tuple(sources[key] for key in entry["sources"])})
    except (KeyError, TypeError, ValueError) as problem:
        raise _invalid_rule(name, f"{type(problem).__name__}: {problem}") from problem
    wrong = {
        "category": rule.category not in CATEGORIES,
        "weight": not 1 <= rule.weight <= 100,
        "okta": rule.okta not in actions,
        "cause": not rule.cause,
        "fix": not rule.fix,
        "sources": not rule.sources,
    }
    if members := [member for member, is_wrong in wrong.items() if is_wrong]:
        raise _invalid_rule(name, f"{', '.join(members)} cannot be {[getattr(rule, member) for member in members]}")
    return rule


def _conditions(entries: Iterable[Mapping[str, Any]], vocabulary: Mapping[str, Phrases]) -> tuple[Condition, ...]:
    """The alternatives of a `when`."""
    return tuple(
        Condition(**{key: _sign_value(key, value, vocabulary) for key, value in entry.items()}) for entry in entries
    )


def _sign_value(key: str, value: Any, vocabulary: Mapping[str, Phrases]) -> Any:
    """One sign: phrases for words, a boolean for flags, otherwise the set of accepted values."""
    if key in _SIGNS_IN_WORDS:
        return Phrases(value, vocabulary)
    if isinstance(value, bool):
        return value
    unknown = [one for one in value if one not in _VALUES.get(key, value)]
    unknown += [one for one in value if key == "event" and one and not is_about_provisioning(one)]
    if unknown:
        raise ValueError(f"{key} cannot be {unknown}")
    return frozenset(value)


def _vocabulary(entries: Mapping[str, Iterable[str]]) -> dict[str, Phrases]:
    """The word lists; one may use those above it."""
    vocabulary: dict[str, Phrases] = {}
    for name, patterns in entries.items():
        vocabulary[name] = Phrases(patterns, dict(vocabulary))
    return vocabulary
