"""Reads URLs that may not be any: a base URL is what someone typed."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def url_parts(url: str) -> SplitResult:
    """The parts of a URL; a text that isn't a URL, such as `http://[x`, is all path."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
