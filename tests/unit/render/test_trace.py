"""What `-v` and `-vv` show of a call, and what they never show."""

from __future__ import annotations

import io
import json

import httpx
import pytest

from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.render.trace import tracer

SECRET = "s3cret-token"


def traced(verbosity: int, request: httpx.Request, response: httpx.Response | None = None, *, known: str = "") -> str:
    stderr = io.StringIO()
    masker = Masker()
    masker.add(known)
    trace = tracer(Output(masker, {}, stdout=io.StringIO(), stderr=stderr), verbosity)
    assert trace is not None
    trace(request, response, 0.1234)
    return stderr.getvalue()


def a_request(**body) -> httpx.Request:
    headers = {"Authorization": f"SSWS {SECRET}", "Accept": "application/json"}
    return httpx.Request("POST", "https://acme.okta.com/api/v1/apps?limit=1", headers=headers, json=body)


def test_without_v_nothing_is_traced() -> None:
    assert tracer(Output(Masker(), {}), 0) is None


def test_v_shows_a_line_per_call() -> None:
    text = traced(1, a_request(label="x"), httpx.Response(200, json={"id": "0oa1"}))
    assert text == "> POST https://acme.okta.com/api/v1/apps?limit=1 200 123 ms\n"


def test_a_call_without_an_answer_says_so() -> None:
    assert traced(1, a_request()) == "> POST https://acme.okta.com/api/v1/apps?limit=1 no response 123 ms\n"


def test_vv_shows_harmless_headers_and_redacted_bodies() -> None:
    answer = httpx.Response(
        200, json={"id": "0oa1"}, headers={"x-okta-request-id": "r1", "set-cookie": f"sid={SECRET}"}
    )
    text = traced(2, a_request(profile={"authScheme": "TOKEN", "token": SECRET}), answer)
    assert SECRET not in text
    assert "  > accept: application/json\n" in text
    assert '  > {"profile": {"authScheme": "TOKEN", "token": "[hidden]"}}\n' in text
    assert "  < x-okta-request-id: r1\n" in text
    assert '  < {"id": "0oa1"}\n' in text


def test_a_secret_that_a_server_echoes_under_an_innocent_name_is_hidden() -> None:
    answer = httpx.Response(400, json={"errorSummary": f"cannot use {SECRET}"})
    assert SECRET not in traced(2, a_request(), answer, known=SECRET)


@pytest.mark.parametrize("before", range(1980, 2002))
def test_cutting_a_long_body_does_not_leave_half_a_secret(before: int) -> None:
    echo = json.dumps({"echo": "x" * before + SECRET + "y" * 50})
    text = traced(2, a_request(), httpx.Response(200, content=echo), known=SECRET)
    assert "xs3" not in text
    assert len(text) < 2600


def test_a_body_that_is_not_json_is_counted_not_shown() -> None:
    text = traced(2, httpx.Request("GET", "https://acme.okta.com/"), httpx.Response(200, content=b"\x1b[2Jpassword=x"))
    assert "14 bytes that are not JSON" in text
    assert "password" not in text
