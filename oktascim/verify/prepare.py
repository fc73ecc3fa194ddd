"""What a run needs before its first step: names, the user, the mapping, and a way to the SCIM server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from oktascim.check.bodies import Names, new_run_id
from oktascim.check.lab import Lab
from oktascim.errors import ScimServerFailed, UsageProblem
from oktascim.okta.client import Okta
from oktascim.okta.directory import find_user, get_app_user
from oktascim.okta.errors import OktaError
from oktascim.okta.mappings import get_mapping_to_app
from oktascim.quote import quoted
from oktascim.scim.answer import Answer
from oktascim.scim.exchange import ScimClient, direct_transport
from oktascim.verify.choices import IntegrationUnderTest, VerifyChoices, VerifyMeans
from oktascim.verify.model import Role
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scim_side import account_ids

_NOT_PUSHED = frozenset({"STAGED", "SUSPENDED", "DEPROVISIONED"})


def new_names(choices: VerifyChoices) -> Names:
    """Names that no other run uses."""
    return Names(new_run_id("verify"), choices.domain)


async def user_for(okta: Okta, subject: IntegrationUnderTest, names: Names, choices: VerifyChoices) -> PushedAccount:
    """The user of a run: one to create, or the one given with `--user`.

    Raises:
        UsageProblem: the given user doesn't exist, isn't active, or already has the app.
    """
    if choices.user is None:
        return PushedAccount(f"{names.run}@{names.domain}")
    user = await find_user(okta, choices.user)
    if user is None:
        raise UsageProblem(f"This org has no user {choices.user}.")
    if user.get("status") in _NOT_PUSHED:
        raise UsageProblem(f"{choices.user} is {user.get('status')}; verify needs an active user.")
    if await get_app_user(okta, subject.app.id, user["id"]):
        raise UsageProblem(
            f"{choices.user} already has {subject.app.label}.",
            why="verify assigns and then unassigns the app, which would deactivate a real account.",
            fix="Specify a user who doesn't have the app, or omit --user.",
        )
    profile: dict[str, Any] = user.get("profile") or {}
    texts = {name: value for name, value in profile.items() if isinstance(value, str)}
    return PushedAccount(profile.get("login") or choices.user, user["id"], existing=True, profile=texts)


def people_for(names: Names, first: PushedAccount) -> dict[Role, PushedAccount]:
    """The users of a run by role: the given one, one who leaves, and an active one; the last two must not change."""
    second, leaver = (PushedAccount(f"{role}.{names.run}@{names.domain}") for role in ("second", "leaver"))
    return {"first": first, "leaver": leaver, "second": second}


def groups_for(names: Names, people: Mapping[Role, PushedAccount]) -> dict[Role, PushedGroup]:
    """The groups of a run by role: one for the steps, and one whose only member must stay."""
    return {
        "first": PushedGroup(f"Oktascim {names.run}", people=[people["first"], people["second"]]),
        "second": PushedGroup(f"Oktascim 2-{names.run}", people=[people["second"]]),
    }


async def mapping_to_app(okta: Okta, subject: IntegrationUnderTest) -> Mapping[str, Any] | None:
    """The mapping from the Okta user to the app's user, or None if it can't be read."""
    try:
        return await get_mapping_to_app(okta, subject.app.id)
    except OktaError:
        return None


@asynccontextmanager
async def server_of(
    subject: IntegrationUnderTest, choices: VerifyChoices, means: VerifyMeans, okta: Okta, names: Names
) -> AsyncIterator[tuple[Lab | None, str]]:
    """Our own connection to the SCIM server, or None with the reason."""
    target = subject.target
    if target is None:
        yield None, subject.mute
        return
    base_url, value = target.base_url.rstrip("/"), target.authorization.get_secret_value()
    network = direct_transport(base_url)
    async with ScimClient(base_url, value, choices.limit, okta.clock, network, announce=okta.announce) as client:
        watch = means.watch_exchange
        lab = Lab(client, base_url, target.version, value, names, 0.0, okta.clock, means.stop, watch)
        sent = await lab.send("GET", "/Users?startIndex=1&count=1")
        if sent.ok:
            yield lab, ""
        elif isinstance(sent.answer, Answer):
            yield None, f"the SCIM server returned {sent.exchange.status} to this machine"
        else:
            yield None, f"this machine gets no usable response from the SCIM server: {sent.answer.detail}"


def unasked_account(login: str, mute: str) -> str:
    """What may happen to the account of an existing user if the SCIM server can't be queried for one.

    Args:
        login: the user's login.
        mute: why the server can't be queried.
    """
    return (
        f"verify can't tell whether {login} already has an account on the SCIM server: {mute}. "
        "If so, Okta links the user to it, overwrites it, and deactivates it at the end."
    )


async def require_nobody(lab: Lab, login: str) -> None:
    """Make sure that the server finds no account for a login that should be free.

    Raises:
        ScimServerFailed: it finds one, so Okta would link the test user to that account.
    """
    found = await account_ids(lab, login)
    if found:
        raise ScimServerFailed(
            f"The SCIM server returns the account with the id {quoted(found[0])} for the user name {login}, which "
            "should be free.",
            why="Okta links the provisioned user to the account that the server returns, and overwrites it.",
            fix="If the account has this name, use another user. Otherwise, the filter is broken: run "
            "`oktascim check`, which shows the fault.",
        )
