"""High confidence needs two signs that agree; a server's words alone are medium."""

from __future__ import annotations

import pytest

from oktascim.diagnose.confidence import TELLING_STATUSES
from oktascim.diagnose.engine import explain_text
from oktascim.diagnose.finding import CATEGORIES

REPORT = "Errors reported by remote server:"
CREATE = "Error while creating user ada@x.example:"


def test_only_categories_have_telling_statuses() -> None:
    assert set(TELLING_STATUSES) < set(CATEGORIES) - {"unknown"}


@pytest.mark.parametrize(
    ("text", "category", "confidence"),
    [
        (f"{CREATE} Unauthorized. {REPORT} unknown API key", "auth.invalid_credentials", "high"),
        (f"{CREATE} Bad Request. {REPORT} unknown API key", "auth.invalid_credentials", "medium"),
        (f"Error authenticating: Bad Request. {REPORT} unknown API key", "auth.invalid_credentials", "medium"),
        (f"{CREATE} Conflict. {REPORT} that e-mail is taken", "user.conflict", "high"),
        (f"{CREATE} Bad Request. {REPORT} that e-mail is taken", "user.conflict", "high"),
        (f"{CREATE} Bad Request. {REPORT} another person has the same e-mail", "user.conflict", "medium"),
        ("that e-mail is taken", "user.conflict", "medium"),
        ('{"status": 409, "message": "A resource with this value already exists"}', "user.conflict", "medium"),
        ('{"schemas": [], "status": "400", "scimType": "uniqueness", "detail": "mail"}', "user.conflict", "high"),
        (f"{CREATE} Bad Request. {REPORT} phone number is not valid", "user.attribute_invalid", "medium"),
        (
            '{"schemas": [], "status": "400", "scimType": "invalidValue", "detail": "phone is not valid"}',
            "user.attribute_invalid",
            "medium",
        ),
        ("POST /Groups -> 501 Operation not supported for business roles", "okta.config_other", "low"),
        (f"{CREATE} Bad Request. {REPORT} database connection timeout", "remote.server_error", "medium"),
        ("Error authenticating: scim.x.example: Name or service not known", "network.dns", "high"),
    ],
)
def test_words_need_a_status_or_a_code_that_says_the_same(text: str, category: str, confidence: str) -> None:
    (finding,) = explain_text(text)
    assert (finding.category, finding.confidence) == (category, confidence)


@pytest.mark.parametrize(
    ("words", "confidence"),
    [
        ("the token is wrong", "high"),
        ("the token of the app that you made last week is wrong", "medium"),
        ("This needs a token. The app is wrong", "medium"),
    ],
)
def test_words_that_are_far_apart_are_medium(words: str, confidence: str) -> None:
    (finding,) = explain_text(f"{CREATE} Unauthorized. {REPORT} {words}")
    assert (finding.category, finding.confidence) == ("auth.invalid_credentials", confidence)
