"""Checks of lists that can't be expressed as data: near misses of a filter, and pages."""

from __future__ import annotations

from oktascim.check.expect import fault
from oktascim.check.failure import CheckFailure, Variables
from oktascim.check.given import NotRun
from oktascim.check.lab import Lab, query
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING
from oktascim.scim.objects import objects_in

LARGE = 100
"""The count of Okta's imports."""
MOST_PAGES = 20
"""How many pages of that size a check reads at most (our choice)."""
_SMALL = 2  # the count of Okta's credential test
_SMALL_PAGES = 6
_FAST = 0.6  # seconds that Okta's test allows for the list of groups


async def list_groups(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the groups in 0.6 s; if there are any, Resources must be an array."""
    sent = await lab.send("GET", "/Groups")
    if sent.exchange.status != 200:
        return CheckFailure(f"The status is {sent.status_text}; expected 200.", sent)
    total = sent.at("totalResults")
    if isinstance(total, int) and total >= 1 and not isinstance(sent.at("Resources"), list):
        return CheckFailure(f"totalResults is {total}, but Resources isn't an array.", sent, fix="list-response")
    slow = sent.exchange.seconds >= _FAST
    return CheckFailure(f"The response took {sent.exchange.seconds:.2f} s.", sent, fix="fast") if slow else None


async def capitals(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Look up a user in capitals."""
    user_name = str(variables["ada.userName"]).upper()
    path = f"Resources[id={variables['ada.id']}].id"
    target = "/Users" + query(f'userName eq "{user_name}"')
    sent = await lab.settled(target, lambda read: not fault(path, read.at(path), {"is": "filled"}))
    wrong = fault(path, sent.at(path), {"is": "filled"})
    return CheckFailure(f"The user isn't found as {user_name}.", sent) if wrong else None


async def near_users(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Look up users whose names are almost that of an existing one: a part of it, or another domain."""
    name = str(variables["ada.userName"])
    return await _finds(
        lab, "/Users", "userName", (name[:-1], name[1:], f"{name.partition('@')[0]}@other.{lab.names.domain}")
    )


async def near_groups(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Look up groups whose names are a part of an existing one."""
    name = str(variables["team.displayName"])
    return await _finds(lab, "/Groups", "displayName", (name[:-1], name[1:]))


async def wildcards(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Look up users with characters that are wildcards in SQL, LDAP or globs."""
    name = str(variables["ada.userName"])
    return await _finds(lab, "/Users", "userName", (name.replace(".", "_", 1), f"%{name[1:]}", f"*{name[1:]}"))


async def _finds(lab: Lab, collection: str, attribute: str, names: tuple[str, ...]) -> CheckFailure | None:
    """Whether one of these names finds anything, although nothing has it."""
    for name in names:
        sent = await lab.send("GET", collection + query(f'{attribute} eq "{name}"'))
        if sent.exchange.status == 404:  # Okta takes it for an empty list, and other checks report it
            continue
        if not sent.ok:
            return CheckFailure(f"The status is {sent.status_text} for {attribute} eq {name!r}; expected 200.", sent)
        found = sent.at(f"Resources[0].{attribute}")
        if sent.at("Resources[0]") is not MISSING:
            return CheckFailure(f"{attribute} eq {name!r} returned {found!r}.", sent)
    return None


async def page_count(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Request one user although there is more than one."""
    sent = await lab.send("GET", "/Users?startIndex=1&count=1")
    resources = sent.at("Resources")
    if not isinstance(resources, list):
        return CheckFailure(f"The status is {sent.status_text}; there are no Resources.", sent, fix="list-response")
    return (
        CheckFailure(f"{len(resources)} users were returned, but only one was requested.", sent)
        if len(resources) > 1
        else None
    )


async def walk_pages(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the start of the list in pages of two: together they must be the same as one page of a hundred."""
    found = await _walk(lab)
    if found and (again := await _walk(lab)):  # another client may have changed the list meanwhile
        return again
    return None


async def _walk(lab: Lab) -> CheckFailure | None:
    whole = await page_of(lab, "/Users", 1, LARGE)
    if isinstance(whole, CheckFailure):
        return whole
    wanted, total = ids_of(whole)[:LARGE], whole.at("totalResults")
    if isinstance(total, int) and total != len(wanted) and (total < len(wanted) or not await _more(lab, len(wanted))):
        return CheckFailure(f"totalResults is {total}, but {len(wanted)} users were returned.", whole)
    for start in range(1, min(len(wanted), _SMALL * _SMALL_PAGES) + 1, _SMALL):
        page = await page_of(lab, "/Users", start, _SMALL)
        if isinstance(page, CheckFailure):
            return page
        ids, expected = ids_of(page)[:_SMALL], wanted[start - 1 : start - 1 + _SMALL]
        if twice := [one for one in ids if one in wanted[: start - 1] or ids.count(one) > 1]:
            return CheckFailure(
                f"The user {twice[0]} was returned twice, the second time on the page from {start}.", page
            )
        if ids != expected:
            return CheckFailure(
                f"The page from {start} has the users {ids}; expected {expected}, as in a page of 100.", page
            )
        if page.at("startIndex") not in (start, str(start)):
            return CheckFailure(f"startIndex is {page.at('startIndex')!r}; {start} was requested.", page)
        counted = page.at("totalResults")
        if isinstance(total, int) and isinstance(counted, int) and counted < total:  # it may grow, not shrink
            return CheckFailure(f"totalResults is {counted} on the page from {start}, {total} before.", page)
    return None


async def _more(lab: Lab, seen: int) -> bool:
    """Whether there are users after so many."""
    after = await page_of(lab, "/Users", seen + 1, LARGE)
    return isinstance(after, Sent) and bool(ids_of(after))


async def first_page(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Read the list without startIndex and from 1, which must begin with the same user; then look one up from 1.

    A server may refuse a list without count (tooMany, RFC 7644 section 3.12).
    """
    whole = await lab.send("GET", "/Users")
    sent = await page_of(lab, "/Users", 1, LARGE)
    if isinstance(sent, CheckFailure):
        return sent
    first, wanted = ids_of(sent)[:1], ids_of(whole)[:1]
    if wanted and wanted != first:
        wrong = f"startIndex=1 begins with the users {first}; expected {wanted}, as without startIndex."
        return CheckFailure(wrong, sent)
    found = await lab.send("GET", "/Users" + query(f'userName eq "{variables["ada.userName"]}"'))
    total = found.at("totalResults")
    if isinstance(total, int) and total > 0 and not found.at("Resources"):
        return CheckFailure(f"totalResults of a look-up is {total}, but the page from startIndex=1 is empty.", found)
    return None


async def walk_imports(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the users as an import does."""
    return await _walk_imports(lab, "Users")


async def walk_group_imports(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the groups as an import does."""
    return await _walk_imports(lab, "Groups")


async def _walk_imports(lab: Lab, collection: str) -> CheckFailure | None:
    """Read a list, 100 entries further with each page: it must contain all that were created here."""
    missing = {one.id for one in lab.made.values() if one.collection == collection and one.id} - lab.deleted
    noun, start, total = collection.lower(), 1, 1
    sent: Sent | None = None
    while start <= total:
        if start > MOST_PAGES * LARGE:
            raise NotRun(f"there are {total} {noun}, too many to read them all.")
        page = await page_of(lab, f"/{collection}", start, LARGE)
        if isinstance(page, CheckFailure):
            return page
        sent = page
        missing -= set(ids_of(sent))
        counted = sent.at("totalResults")
        total = counted if isinstance(counted, int) else 0
        start += LARGE
    return (
        CheckFailure(f"{len(missing)} of the {noun} created here aren't on any page of {LARGE}.", sent)
        if missing
        else None
    )


async def page_of(lab: Lab, collection: str, start: int, count: int) -> Sent | CheckFailure:
    """One page of a collection (`/Users`), or what is wrong with it."""
    sent = await lab.send("GET", f"{collection}?startIndex={start}&count={count}")
    if sent.ok and isinstance(sent.at("Resources"), list):
        return sent
    if sent.ok and sent.at("totalResults") == 0:
        return sent
    return CheckFailure(f"Page {start}: the status is {sent.status_text}; there are no Resources.", sent)


def ids_of(sent: Sent) -> list[str]:
    """The ids of the resources on a page."""
    return [str(one.get("id")) for one in objects_in(sent.at("Resources"))]
