"""Where the Admin Console of an org is."""

from __future__ import annotations

import pytest

from oktascim.okta.org import admin_origin, app_page


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
    answer = {"id": "00o1", "_links": {"organization": {"href": "https://acme.okta.com"}}}
    fake_okta.on("GET /.well-known/okta-organization", answer)
    assert run(fake_okta, admin_origin, "https://id.acme.example") == "https://acme-admin.okta.com"


def test_the_page_of_an_app(fake_okta) -> None:
    page = run(fake_okta, lambda okta: app_page(okta, "scim2headerauth", "0oa1"), "https://acme.okta.com")
    assert page == "https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/#tab-provisioning"
