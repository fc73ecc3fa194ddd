"""Whatever a Link header says, it gives the next page's URL, none, or an error in words."""

from __future__ import annotations

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oktascim.errors import OktascimError
from oktascim.okta.paging import next_link

ORG = "https://acme.okta.com"
PIECES = st.sampled_from(
    [
        *("<", ">", ";", ",", " ", '"', "=", "rel", 'rel="next"', 'rel="self"', "https://", "//evil.example"),
        *("?after=x", "#f", "[", "]", ":99999999", "%00", "\xa0", "\\", ".."),
    ]
)
OTHERS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=5)
HEADERS = st.lists(PIECES | OTHERS, max_size=12)


@settings(max_examples=100)
@given(HEADERS.map("".join))
@example(f'<{ORG}/{"a" * 70_000}>; rel="next"')
@example('<http://[::1>; rel="next"')
@example('<https://x:99999999/>; rel="next"')
@example('<mailto:x>; rel="next"')
def test_any_link_header(header: str) -> None:
    request = httpx.Request("GET", f"{ORG}/api/v1/apps")
    response = httpx.Response(200, headers=[(b"link", header.encode("latin-1"))], request=request)
    try:
        found = next_link(response)
    except OktascimError:
        return
    assert found is None or httpx.URL(found).fragment == ""
