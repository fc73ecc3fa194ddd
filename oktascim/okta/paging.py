"""Next links of a list: resolves them, follows each one once, and stops endless lists."""

from __future__ import annotations

from functools import lru_cache

import httpx

from oktascim.okta.errors import UnreadableAnswer, unreadable

_EMPTY_PAGES = 3
MOST_PAGES = 5_000  # 1,000,000 apps; 2,500,000 assignments
MOST_BYTES = 1024**3  # for a list held in memory


def next_link(response: httpx.Response) -> str | None:
    """The URL of the next page, resolved against the request's URL, or None on the last page.

    Whether it leads to the
    org is checked before a request is sent.

    Raises:
        UnreadableAnswer: the link isn't a URL.
    """
    link = response.links.get("next", {})
    if link.get("rel") != "next":
        return None
    written = link.get("url", "")
    try:
        return _resolved(response.request.url, written)
    except (httpx.InvalidURL, ValueError):
        raise unreadable(response, f"The link to the next page isn't a URL: {written[:80]!r}.") from None


@lru_cache(maxsize=64)  # called once for the headers, and again with the body
def _resolved(base: httpx.URL, written: str) -> str:
    url = base.join(written)
    return str(url.copy_with(fragment=None) if url.fragment else url)  # a fragment isn't sent


class Trail:
    """The pages of a list that were read.

    Args:
        what: the call, for the message: `GET /api/v1/apps`.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: set[str] = set()
        self._empty = 0
        self._bytes = 0

    def visit(self, url: str) -> None:
        """Record the request for a page.

        Raises:
            UnreadableAnswer: it was requested before.
        """
        if url in self._seen:
            raise self._endless("a page links back to an earlier one")
        self._seen.add(url)

    def count(self, *, empty: bool) -> None:
        """Record the number of items on a page.

        Raises:
            UnreadableAnswer: it is the third empty page in a row.
        """
        self._empty = self._empty + 1 if empty else 0
        if self._empty == _EMPTY_PAGES:
            raise self._endless(f"{_EMPTY_PAGES} pages in a row are empty and link to another page")

    def hold(self, size: int) -> None:
        """Record the bytes of a page that is kept in memory with the earlier ones.

        Raises:
            UnreadableAnswer: the list is larger than oktascim's limit.
        """
        self._bytes += size
        if len(self._seen) > MOST_PAGES:
            raise self._endless(f"it has more than {MOST_PAGES:,} pages")
        if self._bytes > MOST_BYTES:
            raise self._endless(f"it is larger than {MOST_BYTES // 1024**3} GiB")

    def _endless(self, why: str) -> UnreadableAnswer:
        return UnreadableAnswer(
            f"Okta's list at {self._what} doesn't end.",
            why=f"oktascim stopped reading because {why}.",
            fix="Check that the org URL is that of an Okta org. If it is, report this to Okta's support.",
        )
