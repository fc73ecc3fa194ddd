"""An org that answers anything at all: every command ends in words, and its JSON stays JSON.

`pytest --hypothesis-profile=attack tests/faults/test_hostile_org.py` makes 10,000 examples.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oktascim.errors import ExitCode
from tests.support.hostile_org import COMMANDS, SPOILT, TOKEN, HostileOrg, Spoilt, ask

__all__ = ["ask"]


def check(words: tuple[str, ...], answer: tuple[int, str, str]) -> None:
    code, out, err = answer
    said = f"{' '.join(words)}\n{err}"
    assert "should not happen" not in err, said
    assert "Internal error" not in err, said
    assert "Traceback" not in err, said
    assert TOKEN not in out + err
    assert code in {*ExitCode}, said
    if code and code not in {ExitCode.PERSON, ExitCode.SCIM, ExitCode.CHANGES} and "json" not in words:
        assert err, "it failed and said nothing"
    if "json" in words and out and code == ExitCode.DONE:
        json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the JSON of {said}"))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_good_org_is_answered_well(ask, words):
    code, out, err = ask(HostileOrg(), *words)
    assert code in {ExitCode.DONE, ExitCode.SCIM}, err
    check(words, (code, out, err))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(COMMANDS), st.lists(SPOILT, min_size=1, max_size=3))
def test_any_answer_ends_in_words(ask, words, spoilt):
    org = HostileOrg({one.path: one for one in spoilt})
    check(words, ask(org, *words))
    assert len(org.requests) < 300
    assert org.waited < 3_600


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[null]", "[] is missing"),
        (b"[1]", "[] is a number, not an object"),
        (b"{}", "it is an object, not a list"),
        (b"", "it is empty"),
        (b'[{"id":7}]', "[].id is a number, not text"),
        (b"[NaN]", "NaN is not a JSON number"),
        (b"[1e999]", "the number 1e999 is too large"),
        (b"[" * 100_000 + b"]" * 100_000, "nested more than 100 levels"),
        (b"<html>Sign in</html>", "A web page came"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_named(ask, body, why):
    spoilt = Spoilt("/api/v1/apps", body=body, headers=(("x-okta-request-id", "req42"),))
    code, out, err = ask(HostileOrg({spoilt.path: spoilt}), "app", "list", "-o", "json")
    assert (code, out) == (ExitCode.FAILED, "")
    assert "Error: Okta's answer to GET /api/v1/apps can't be read.\n" in err
    assert why in err
    assert "[request id req42]" in err
