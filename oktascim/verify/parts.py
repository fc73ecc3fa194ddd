"""Splits the step that changes every mapped attribute into one result per attribute."""

from __future__ import annotations

from oktascim.verify.compare import attribute_fault, path_to
from oktascim.verify.model import AttributeResult, Said
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import read_account


async def attribute_parts(scene: Scene, sides: tuple[Said, ...]) -> tuple[AttributeResult, ...]:
    """One part per changed attribute; the account is read again for this.

    Args:
        scene: what was pushed.
        sides: the answers about the step as a whole.
    """
    account = await read_account(scene)
    pushed = {name: scene.account.pushed[name] for name in scene.attributes if name in scene.account.pushed}
    if account is None:
        return tuple(AttributeResult(name, "unproven", "the SCIM server wasn't asked") for name in pushed)
    refused = any(said.answer == "disagrees" for said in sides if said.side != "scim")
    return tuple(_part(account, name, value, refused=refused) for name, value in pushed.items())


def _part(account: dict[str, object], name: str, value: str, *, refused: bool) -> AttributeResult:
    fault = attribute_fault(account, name, value)
    if fault:
        return AttributeResult(name, "failed", "not pushed" if refused else fault)
    return AttributeResult(name, "proven", path_to(account, value))
