"""The org's errors know no HTTP, and the API has a status for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import okta_emulator.api.errors as api_errors
from okta_emulator.core.errors import NotFound, OrgError


def kinds(base: type[OrgError]) -> Iterator[type[OrgError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def made(kind: type[OrgError]) -> OrgError:
    return NotFound("0oa1", "AppInstance") if kind is NotFound else kind("name", causes=("name: is wrong",))


@pytest.mark.parametrize("kind", [OrgError, *kinds(OrgError)], ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_and_a_body_of_oktas_shape(kind: type[OrgError]) -> None:
    answer = api_errors.refusal(made(kind))
    assert 400 <= answer.status <= 501
    assert answer.content["errorCode"] == kind.code
    assert "{}" not in answer.content["errorSummary"]
    assert not hasattr(kind, "status")
