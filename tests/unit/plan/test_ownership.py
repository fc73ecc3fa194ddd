"""Whose app is whose: by owner and name, by an old marker, by label on request, and never by another owner's marker."""

from __future__ import annotations

from oktascim.plan.ownership import Claim, claims, orphans


def test_the_marker_with_owner_and_name_decides(make, make_app) -> None:
    mine, theirs = make_app("0oa1", marker="team/acme"), make_app("0oa2", marker="other/acme")
    found = claims([theirs, mine], [make().owned_by("team"), make(name="new").owned_by("team")])
    assert found == {"team/acme": Claim(own=(mine,), strangers=(theirs,)), "team/new": Claim()}


def test_two_owners_have_integrations_of_one_name(make, make_app) -> None:
    first, second = make_app("0oa1", marker="team/acme"), make_app("0oa2", marker="other/acme")
    found = claims([first, second], [make().owned_by("team"), make().owned_by("other")])
    assert (found["team/acme"].own, found["other/acme"].own) == ((first,), (second,))


def test_an_old_marker_is_claimed_by_a_file_with_an_owner(make, make_app) -> None:
    old = make_app(marker="acme")
    assert claims([old], [make().owned_by("team")])["team/acme"].own == (old,)


def test_an_old_marker_is_not_claimed_where_an_own_app_exists(make, make_app) -> None:
    old, own = make_app("0oa1", marker="acme"), make_app("0oa2", marker="team/acme")
    assert claims([old, own], [make().owned_by("team")])["team/acme"].own == (own,)


def test_an_old_marker_belongs_to_the_file_without_an_owner(make, make_app) -> None:
    old = make_app(marker="acme")
    found = claims([old], [make(), make().owned_by("team")])
    assert (found["acme"].own, found["team/acme"]) == ((old,), Claim())


def test_an_old_marker_that_two_owners_claim_is_nobodys(make, make_app) -> None:
    old = make_app(marker="acme")
    found = claims([old], [make().owned_by("team"), make().owned_by("other")])
    assert found == {"team/acme": Claim(contested=(old,)), "other/acme": Claim(contested=(old,))}


def test_a_file_without_an_owner_gets_no_owned_app(make, make_app) -> None:
    theirs = make_app(marker="team/acme")
    assert claims([theirs], [make()], adopt=True) == {"acme": Claim(strangers=(theirs,))}


def test_an_app_of_another_owner_is_no_lookalike_and_cannot_be_adopted(make, make_app) -> None:
    theirs = make_app(marker="other/crm")  # of the same label
    assert claims([theirs], [make().owned_by("team")], adopt=True) == {"team/acme": Claim()}


def test_an_unmarked_app_of_the_label_is_adopted_on_request(make, make_app) -> None:
    by_hand, one = make_app(marker=None), make().owned_by("team")
    assert claims([by_hand], [one])["team/acme"] == Claim(lookalikes=(by_hand,))
    assert claims([by_hand], [one], adopt=True)["team/acme"].own == (by_hand,)


def test_orphans_are_of_the_owners_that_the_files_name(make, make_app) -> None:
    apps = [make_app(f"0oa{n}", marker=m) for n, m in enumerate(("team/acme", "team/old", "ops/old", "x/old", "old"))]
    named = [make().owned_by("team"), make(name="new").owned_by("ops"), make(name="bare")]
    assert [app.marker for app in orphans(apps, named)] == ["team/old", "ops/old"]
