"""Proxies and CA certificates of the environment that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from oktascim.errors import UsageProblem
from oktascim.http.client import HttpClient


def build() -> None:
    HttpClient("https://acme.okta.com")


@pytest.mark.parametrize(
    ("proxy", "shown", "why", "fix"),
    [
        ("socks5://ada:s3cret@127.0.0.1:1080", "socks5://127.0.0.1:1080", "additional package", "pip install"),
        ("ftp://127.0.0.1", "ftp://127.0.0.1", "n't the URL of an HTTP proxy", "unset"),
        ("x:y:z", "x:y:z", "n't the URL of an HTTP proxy", "unset"),
    ],
)
@pytest.mark.parametrize("variable", ["ALL_PROXY", "https_proxy"])
def test_a_proxy_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str, shown: str, why: str, fix: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(UsageProblem) as caught:
        build()
    assert caught.value.what == f"{variable} names a proxy that can't be used: {shown}"
    assert why in caught.value.why
    assert fix in caught.value.fix
    HttpClient("http://127.0.0.1:9")  # no proxy is looked at for this machine


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory."), ("x", "no certificate in PEM form")]
)
def test_ca_certificates_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, why: str
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(UsageProblem, match="SSL_CERT_FILE names") as caught:
        build()
    assert why in caught.value.why
    assert "unset it" in caught.value.fix


def test_a_folder_of_ca_certificates_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(UsageProblem, match="SSL_CERT_DIR names"):
        build()
