"""A refused connection: Okta's words, what the form of the credential may have to do with it, and what to do."""

from __future__ import annotations

import pytest

from oktascim.routes.refusal import connection_refused

UNAUTHORIZED = "Error authenticating: Unauthorized"


@pytest.mark.parametrize(
    ("template", "mode", "words", "hint"),
    [
        ("scim2-header", None, UNAUTHORIZED, True),  # the bare token, sent as it is
        ("scim2-oauth", None, UNAUTHORIZED, False),
        ("scim2-header", None, "Error authenticating: null", False),  # nobody looked at the credential
        ("custom-saml", "oauth2", UNAUTHORIZED, False),
    ],
)
def test_a_token_without_its_scheme_is_pointed_at_where_it_was_refused(
    make_secrets, template, mode, words, hint
) -> None:
    failure = connection_refused(make_secrets(template, mode=mode)(), words, "Picture: x.png")
    assert words in failure.what
    assert ("store it as 'Bearer <token>'" in failure.why) is hint
    assert failure.why.endswith("Picture: x.png")
    assert "Okta didn't save it" in failure.fix
    assert "t0ken-s3cret" not in str(failure)
