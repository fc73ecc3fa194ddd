"""A spec, the settings and the client agree on which hosts may be called without TLS."""

from __future__ import annotations

import pytest

from oktascim.errors import OktascimError
from oktascim.http.origin import require_safe_origin
from oktascim.settings.values import Setting, check_org_url
from oktascim.spec.base_url import base_url_faults


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        *(("127.0.0.1", True), ("127.0.0.2", True), ("[::1]", True), ("localhost", True)),
        *(("0.0.0.0", False), ("10.0.0.1", False), ("localhost.example", False), ("[::2]", False)),
    ],
)
def test_plain_http_is_for_this_machine_alone(host: str, ours: bool) -> None:
    url = f"http://{host}:8044"
    assert (not list(base_url_faults(url))) is ours
    assert accepted(lambda: require_safe_origin(url, "The base URL")) is ours
    assert accepted(lambda: check_org_url(Setting(url, "--org-url"))) is ours


def accepted(call) -> bool:
    try:
        call()
    except OktascimError:
        return False
    return True
