"""The testers of `check --rfc` and responses that break a parser: they are results, not the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oktascim.check.rfc.run import TESTERS
from oktascim.check.rfc.tester import Response

if TYPE_CHECKING:
    from oktascim.check.rfc.tester import Tester  # pytest takes it for a class of tests


@pytest.mark.parametrize("tester", TESTERS, ids=lambda tester: tester.name)
@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "null", "7", '"x"', "<html>", '{"Resources": 7, "totalResults": []}'),
        *("[" * 100_000, "9" * 5_000, '{"totalResults": NaN}'),
    ],
    ids=lambda body: body[:9],
)
def test_any_response_is_an_outcome(tester: Tester, body: str) -> None:
    pytest.importorskip(tester.module, reason=f"{tester.name} is not installed (extra: rfc)")
    headers = {"content-type": "application/scim+json"}
    outcomes = tester.outcomes(lambda *_: Response(200, headers, body), False)
    assert any(outcome.passed is False for outcome in outcomes)
