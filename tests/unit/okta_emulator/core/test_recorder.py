"""The file of SCIM exchanges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_emulator.core.recorder import Recorder
from okta_emulator.core.records import ExchangeRecord

EXCHANGE: ExchangeRecord = {
    "method": "GET",
    "url": "http://[x/Users?startIndex=1",
    "request_headers": [],
    "request_body": None,
    "status": None,
    "response_headers": [],
    "response_body": None,
    "error": "null",
    "started": "2026-11-28T00:00:00.000Z",
    "seconds": 0.01,
    "app_id": "0oa1",
    "transaction_id": "puj1",
    "events": [],
    "watch": False,
}


@pytest.mark.parametrize("name", ["exchanges.har", "exchanges.jsonl"])
def test_a_base_url_that_is_none_is_recorded_as_typed(tmp_path: Path, name: str) -> None:
    recorder = Recorder(tmp_path / name)
    recorder.add(EXCHANGE)
    recorder.close()
    assert EXCHANGE["url"] in json.dumps(json.loads((tmp_path / name).read_text()))
