"""The discovery of a server's schemas (OB-299)."""

import pytest

from okta_emulator.scim_client.discovery import discover_schema

URN = "urn:acme:2.0:User"


@pytest.mark.parametrize("extensions", [None, 7, 1.5, True, "x", {}, [7, None], [[URN]]])
def test_extensions_that_are_no_list_of_objects_are_ignored(play, answer, connect, extensions):
    types = answer.listing({"name": "User", "endpoint": "/Users", "schema": URN, "schemaExtensions": extensions})
    schemas = answer.listing({"id": URN, "attributes": [{"name": "code", "type": "integer"}]})
    outcome = play(lambda http: discover_schema(connect(), http), types, schemas).outcome
    assert [(one.path, one.kind) for one in outcome.attributes] == [("code", "integer")]
