from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_emulator.core.errors import InvalidPaging
from okta_emulator.core.paging import cursor, limit_of, link_headers, position, take


def test_pages_cover_a_list_without_overlap() -> None:
    items = [(f"{number:02}", number) for number in range(7)]
    first = take(iter(items), 3)
    assert (first.items, first.after) == ([0, 1, 2], "02")
    rest = take(iter(items[3:]), 4)
    assert (rest.items, rest.after) == ([3, 4, 5, 6], None)
    assert take(iter([]), 3).after is None


@given(st.text())
def test_a_cursor_is_opaque_and_comes_back(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert position(cursor(text)) == text


@pytest.mark.parametrize("after", ["00u1testcursorvalue", "!!", "", "YWJj"])
def test_a_cursor_of_somebody_else_is_refused(after: str) -> None:
    with pytest.raises(InvalidPaging) as caught:
        position(after)
    assert caught.value.causes == ("Invalid cursor.",)


@pytest.mark.parametrize(("asked", "size"), [(None, 20), ("5", 5), ("0", 20), ("-1", 20), ("x", 20), ("999", 200)])
def test_page_size(asked: str | None, size: int) -> None:
    assert limit_of(asked, 20, 200) == size


def test_links_repeat_the_query() -> None:
    query = [("q", "a b"), ("after", "old"), ("limit", "2")]
    own, following = link_headers("http://h/api", query, limit=2, after="x", show_limit=True)
    assert own == ("link", '<http://h/api?after=old&limit=2&q=a+b>; rel="self"')
    assert following == ("link", f'<http://h/api?after={cursor("x")}&limit=2&q=a+b>; rel="next"')
    assert len(link_headers("http://h/api", [], limit=2, after=None)) == 1
