"""Written specs are beautiful, and loading them gives back the same."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from oktascim.spec.loader import parse
from oktascim.spec.models import Assignments, Integration, SamlSignOn, SwaSignOn, Visibility
from oktascim.spec.problem import SpecError
from oktascim.spec.provisioning import (
    AttributeMapping,
    Credentials,
    ImportSchedule,
    Matching,
    Provisioning,
    SecretRef,
    ToOkta,
)
from oktascim.spec.write import to_yaml

FILE = Path("spec.yaml")
FULL = Integration(
    name="crm",
    label="no",
    template="scim2-basic",
    visibility=Visibility(web=True, auto_login=False),
    sign_on=SamlSignOn(mode="saml", acs_url="https://a.example/acs", audience="https://a.example"),
    provisioning=Provisioning(
        base_url="https://a.example/scim",
        credentials=Credentials(username="012", password=SecretRef(keyring="crm")),
        to_app=("create", "deactivate"),
        to_okta=ToOkta(full_import=ImportSchedule(expression="0 0 * * *")),
        mappings={"email": AttributeMapping(expression="user.email", push=False)},
    ),
    assignments=Assignments(users=("ada@a.example",), groups=tuple(f"Group number {n}" for n in range(8))),
)
FULL_TEXT = dedent(
    """\
    # Two lines
    # at the top
    version: 1
    integrations:
      - name: crm
        label: "no"
        template: scim2-basic
        visibility: {web: true, auto_login: false}
        sign_on: {mode: saml, acs_url: https://a.example/acs, audience: https://a.example}
        provisioning:
          base_url: https://a.example/scim
          credentials:
            username: "012"
            # Okta never shows a password
            password: {keyring: crm}
          to_app: [create, deactivate]
          to_okta:
            full_import: {expression: "0 0 * * *", timezone: UTC}
          mappings:
            email:
              expression: user.email
              push: false
        assignments:
          users: [ada@a.example]
          groups:
            - Group number 0
            - Group number 1
            - Group number 2
            - Group number 3
            - Group number 4
            - Group number 5
            - Group number 6
            - Group number 7
    """
)


def test_the_written_form() -> None:
    comments = {
        "": "Two lines\nat the top",
        "integrations[0].provisioning.credentials.password": "Okta never shows a password",
    }
    assert to_yaml([FULL], comments) == FULL_TEXT
    assert parse(FULL_TEXT, FILE)[0].integration == FULL


def test_several_integrations_are_set_apart() -> None:
    text = to_yaml([FULL, FULL.model_copy(update={"name": "hr"})], {"integrations[1]": "The second"})
    assert "\n\n  # The second\n  - name: hr\n" in text
    assert [one.integration.name for one in parse(text, FILE)] == ["crm", "hr"]


def test_the_owner_of_the_file_is_written() -> None:
    text = to_yaml((FULL.owned_by("012"),))
    assert text.startswith('version: 1\nowner: "012"\nintegrations:\n')
    assert [one.integration.key for one in parse(text, FILE)] == ["012/crm"]


def test_comments_cannot_break_the_file() -> None:
    text = to_yaml([FULL], {"": "a\r\nb\x85c\u2028d\x1b[31m", "integrations[0].sign_on.audience": "x"})
    assert text.startswith("# a\n# b\n# c\n# d\nversion: 1\n")
    assert "    sign_on:\n      mode: saml\n      acs_url: https://a.example/acs\n      # x\n" in text
    assert parse(text, FILE)[0].integration == FULL


# fmt: off
AWKWARD = [
    "no", "Yes", "null", "~", "012", "1:20", "1e3", "0x1f", "2024-01-01 10:00:00", "- a", "-", "---", "a: b", "a #b",
    "#", "[x]", "{x}", "*a", "&a", "!t", "@x", "`x", "%x", "a:", ":a", "?", "<<", "=", "'", '"', "\\n", "a\nb", "a ",
    " a", "é😀", "\u2028", "\ufeff", "\x7f", "\x85", "x" * 200,
]
# fmt: on
TEXT = st.text(min_size=1, max_size=30) | st.sampled_from(AWKWARD)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINE = TEXT.filter(lambda text: text.strip() and not CONTROL.search(text))
REFERENCES = st.sampled_from(["env", "keyring", "file", "command"]).flatmap(
    lambda way: (st.just("NAME") if way == "env" else LINE).map(lambda value: SecretRef.model_validate({way: value}))
)
UNIQUE = st.lists(TEXT, max_size=4, unique_by=str.casefold).map(tuple)
FLAG = st.none() | st.booleans()
INTEGRATIONS = st.builds(
    Integration,
    name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True),
    label=LINE.map(str.strip).filter(lambda text: len(text) <= 100),
    template=st.just("scim2-basic"),
    visibility=st.none() | st.builds(Visibility, web=FLAG, mobile=FLAG, auto_login=FLAG),
    sign_on=st.builds(SwaSignOn, mode=st.just("swa"))
    | st.builds(SamlSignOn, mode=st.just("saml"), audience=st.none() | TEXT),
    provisioning=st.none()
    | st.builds(
        Provisioning,
        base_url=st.just("https://a.example/scim"),
        credentials=st.builds(Credentials, username=TEXT | REFERENCES, password=REFERENCES),
        import_groups=FLAG,
        to_app=st.none() | st.sampled_from([(), ("create",), ("create", "update", "sync_password")]),
        to_okta=st.none()
        | st.builds(
            ToOkta,
            incremental_import=st.none() | st.builds(ImportSchedule, expression=TEXT, timezone=TEXT),
            matching=st.none() | st.builds(Matching, allow_partial_match=FLAG),
        ),
        mappings=st.none()
        | st.dictionaries(TEXT, st.builds(AttributeMapping, expression=TEXT, push=st.booleans()), max_size=3),
    ),
    assignments=st.none() | st.builds(Assignments, users=st.none() | UNIQUE, groups=st.none() | UNIQUE),
)


PRINTABLE = list(map(chr, range(0x20, 0x7F)))
AROUND = [(before, after) for before in ("a", "a ", "0", "") for after in ("b", " b", "") if before or after]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_every_reader_reads_a_text_with_any_printable_character(loader: type[yaml.SafeLoader]) -> None:
    for character in PRINTABLE:
        groups = tuple(f"{before}{character}{after}" for before, after in AROUND)
        written = to_yaml([FULL.model_copy(update={"assignments": Assignments(groups=groups)})])
        read = yaml.load(written, Loader=loader)
        assert read["integrations"][0]["assignments"]["groups"] == list(groups)


@settings(deadline=None)
@given(INTEGRATIONS)
def test_loading_what_was_written_gives_the_same(integration: Integration) -> None:
    text = to_yaml([integration])
    assert parse(text, FILE)[0].integration == integration
    other_reader = yaml.safe_load(text)["integrations"][0]
    assert other_reader == integration.model_dump(mode="json", exclude_none=True)


@settings(deadline=None)
@given(st.integers(0, len(FULL_TEXT)), st.integers(0, 12), st.text(max_size=8) | st.sampled_from(AWKWARD))
def test_a_damaged_file_loads_or_is_refused_with_a_place(start: int, length: int, instead: str) -> None:
    damaged = FULL_TEXT[:start] + instead + FULL_TEXT[start + length :]
    try:
        loaded = parse(damaged, FILE)
    except SpecError as error:
        lines = len(damaged.splitlines()) + 1
        assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in error.problems)
        assert error.problems
    else:
        assert loaded
