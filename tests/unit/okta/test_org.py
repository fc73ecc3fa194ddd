"""What an org says of itself, and where its Admin Console is."""

from __future__ import annotations

import httpx
import pytest

from oktascim.errors import OktascimError
from oktascim.okta.errors import UnreadableAnswer
from oktascim.okta.org import OrgNames, admin_origin, app_page, org_names, require_org
from tests.support.org_page import ORG_PAGE


def run(fake, work, org_url: str):
    async def inside():
        async with fake.client(org_url) as okta:
            return await work(okta)

    return fake.clock.run(inside())


@pytest.mark.parametrize(
    ("org_url", "origin"),
    [
        ("https://acme.okta.com", "https://acme-admin.okta.com"),
        ("https://acme.oktapreview.com", "https://acme-admin.oktapreview.com"),
        ("https://acme.okta-emea.com", "https://acme-admin.okta-emea.com"),
        ("http://127.0.0.1:8080", "http://localhost:8080"),
    ],
)
def test_admin_origin(fake_okta, org_url: str, origin: str) -> None:
    assert run(fake_okta, admin_origin, org_url) == origin
    assert fake_okta.requests == []


def test_the_okta_host_of_a_custom_domain_is_asked_for(fake_okta) -> None:
    fake_okta.on("GET /.well-known/okta-organization", ORG_PAGE)
    assert run(fake_okta, admin_origin, "https://id.acme.example") == "https://acme-admin.okta.com"


@pytest.mark.parametrize(
    "href",
    [
        *("https://evil.example", "https://acme.okta.com.evil.example", "http://acme.okta.com"),
        *("javascript:alert(1)//.okta.com", "https://evil.example/.okta.com", "https://evil.example#.okta.com"),
        *("https://u@acme.okta.com", "http://127.0.0.1:9"),
    ],
)
def test_nobody_is_sent_to_sign_in_elsewhere(fake_okta, href: str) -> None:
    fake_okta.on("GET /.well-known/okta-organization", {"_links": {"organization": {"href": href}}})
    with pytest.raises(OktascimError, match="isn't at Okta"):
        run(fake_okta, admin_origin, "https://id.acme.example")


def test_an_org_says_its_id_and_both_of_its_addresses(fake_okta) -> None:
    links = {"organization": {"href": "https://Acme.okta.com/"}, "alternate": {"href": "https://id.acme.example"}}
    fake_okta.on("GET /.well-known/okta-organization", {"id": "00o1", "_links": links})
    names = run(fake_okta, org_names, "https://id.acme.example")
    assert names == OrgNames("00o1", frozenset({"https://acme.okta.com", "https://id.acme.example"}))


@pytest.mark.parametrize("more", [{}, {"id": 7}, {"id": ""}])
def test_what_an_org_does_not_say_is_unknown(fake_okta, more) -> None:
    links = {"organization": {"href": "not a URL"}, "alternate": ["x"]}
    fake_okta.on("GET /.well-known/okta-organization", {"_links": links, **more})
    assert run(fake_okta, org_names, "https://id.acme.example") == OrgNames(None, frozenset())


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_org_whose_own_page_is_hidden_is_accepted(fake_okta, status: int) -> None:
    fake_okta.on("GET /.well-known/okta-organization", httpx.Response(status, text="<html>Blocked</html>"))
    run(fake_okta, require_org, "https://id.acme.example")
    assert len(fake_okta.requests) == 1


def test_a_server_that_says_something_else_is_no_org(fake_okta) -> None:
    fake_okta.on("GET /.well-known/okta-organization", [])
    with pytest.raises(UnreadableAnswer):
        run(fake_okta, require_org, "https://acme.example")


def test_an_org_is_asked_about_itself_once(fake_okta) -> None:
    fake_okta.on("GET /.well-known/okta-organization", ORG_PAGE)

    async def twice(okta) -> None:
        await require_org(okta)
        await require_org(okta)

    run(fake_okta, twice, "https://acme.okta.com")
    assert len(fake_okta.requests) == 1


def test_the_page_of_an_app(fake_okta) -> None:
    page = run(fake_okta, lambda okta: app_page(okta, "scim2headerauth", "0oa1"), "https://acme.okta.com")
    assert page == "https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/#tab-provisioning"
