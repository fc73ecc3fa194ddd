"""Where a URL leads."""

import pytest

from okta_emulator.scim_client.target import target_of


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://scim.example:443/v2/Users?a=%20b", "https://scim.example/v2/Users?a=%20b"),
        ("HTTP://Scim.Example:8080", "http://scim.example:8080/"),
        ("http://[::1]:80/a b?c d=é#part", "http://[::1]/a%20b?c%20d=%C3%A9"),
        ("https://u:p@bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_url_is_sent_without_what_http_has_no_place_for(url, sent):
    assert str(target_of(url)) == sent
