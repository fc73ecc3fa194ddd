"""A secret is shown nowhere, and stays a value that can be compared and copied."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import pytest

from oktascim.secret_text import SecretStr

SECRET = "t0p-s3cret-1234"


@dataclass(frozen=True)
class Holder:
    token: SecretStr


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r:>40}".format,
        "%s".__mod__,
        lambda secret: str(ValueError(secret)),
        lambda secret: repr(ValueError(secret)),
        lambda secret: json.dumps(secret, default=str),
        lambda secret: pprint.pformat(asdict(Holder(secret))),
        lambda secret: repr(replace(Holder(secret))),
    ],
)
def test_it_is_not_shown(show: Callable[[SecretStr], str]) -> None:
    assert "s3cret" not in show(SecretStr(SECRET))


@pytest.mark.parametrize("serialize", [pickle.dumps, json.dumps, SecretStr.__getstate__, bytes, list])
def test_it_is_not_serialized(serialize: Callable[[SecretStr], object]) -> None:
    with pytest.raises(TypeError):
        serialize(SecretStr(SECRET))


def test_copies_are_equal_and_texts_are_not() -> None:
    secret = SecretStr(SECRET)
    assert copy.copy(secret) == copy.deepcopy(secret) == secret == SecretStr(SECRET)
    assert secret != SECRET
    assert {secret: 1}[SecretStr(SECRET)] == 1
    assert str(SecretStr("")) == ""
