"""List responses by Okta's rules (OB-248 to OB-251)."""

import json

import pytest

from okta_emulator.scim_client.lists import NotAList, PagingNotInteger, page_of, resources_of

GOOD = {"totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [{"id": "1"}]}


@pytest.mark.parametrize("key", ["totalResults", "startIndex", "itemsPerPage"])
@pytest.mark.parametrize("value", ["1", 1.0, True, None, []])
def test_paging_members_must_be_integers(key, value):
    with pytest.raises(PagingNotInteger):
        page_of(json.dumps({**GOOD, key: value}))


@pytest.mark.parametrize("key", ["totalResults", "startIndex", "itemsPerPage"])
def test_the_credential_test_does_not_look_at_them(key):
    assert resources_of(json.dumps({**GOOD, key: "1"})) == ({"id": "1"},)


def test_lower_case_keys_are_accepted():
    assert page_of('{"totalresults":1,"startindex":1,"itemsperpage":1,"resources":[{"id":"1"}]}').total == 1
    with pytest.raises(PagingNotInteger):
        page_of('{"totalresults":"1","resources":[]}')


def test_an_empty_list_may_lack_resources():
    assert page_of('{"totalResults":0}').resources == ()


def test_absent_paging_members_are_accepted():
    assert page_of('{"Resources":[]}').total is None


@pytest.mark.parametrize(
    "text", ["", "<html>", "[]", "{}", '{"Resources":{}}', '{"Resources":[1]}', '{"totalResults":2}']
)
def test_what_is_no_list(text):
    with pytest.raises(NotAList):
        page_of(text)
    with pytest.raises(NotAList):
        resources_of(text)
