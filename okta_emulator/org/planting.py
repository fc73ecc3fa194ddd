"""Creates what a seed describes, with the ids that it pins; and the example that `emulator run` starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from okta_emulator.core.errors import OrgError
from okta_emulator.core.ids import request_id
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.records import App, Json
from okta_emulator.org import applications, assignments, groups, lifecycle, push_mappings, users
from okta_emulator.org.events import Cause
from okta_emulator.org.provisioning import Provisioning, header_value, save_provisioning
from okta_emulator.org.state import Org

if TYPE_CHECKING:  # the seed is a pydantic model, and most orgs have no seed
    from okta_emulator.org.seed import Seed, SeedApp, SeedAttribute, SeedGroup, SeedPerson


Planting = Callable[[Org], None]
"""Fills a new org. Raises InvalidSetting if it can't."""

_PASSWORD = "Seeded-person-1"  # noqa: S105 - of people who exist on this machine only


def plant_example(org: Org) -> None:
    """Create the users and the group that `emulator run` starts with."""
    cause = org.cause(request_id())
    with org.store.transaction():
        people = [
            users.create_user(org, cause, _person(first, last), activate=True)
            for first, last in (("Ada", "Lovelace"), ("Grace", "Hopper"), ("Alan", "Turing"))
        ]
        profile = {"name": "Engineering", "description": "People who build"}
        group = groups.create_group(org, cause, {"profile": profile})
        for user in people:
            groups.add_member(org, cause, group, user)


def _person(first: str, last: str) -> Json:
    login = f"{first.lower()}@acme.example"
    profile = {"login": login, "email": login, "firstName": first, "lastName": last}
    return {"profile": profile, "credentials": {"password": {"value": _PASSWORD}}}


def unset_variables(seed: Seed, environ: Mapping[str, str]) -> list[str]:
    """The environment variables that a seed refers to and that aren't set."""
    settings = [app.provisioning for app in seed.apps if app.provisioning is not None]
    names = [name for each in settings for name in (each.token.env, each.base_url.env) if name]
    return [name for name in dict.fromkeys(names) if not environ.get(name)]


def plant(org: Org, seed: Seed, environ: Mapping[str, str]) -> None:
    """Create everything that a seed describes; objects that already exist, by login, name or label, stay as they are.

    Args:
        org: the org. Subsequent jobs, such as provisioning, run in the background.
        seed: the seed, which was checked when it was read.
        environ: where its `{env: NAME}` values are looked up.

    Raises:
        InvalidSetting: a variable that the seed refers to isn't set, or the org rejects a part of it.
    """
    if missing := unset_variables(seed, environ):
        raise InvalidSetting(f"The seed needs environment variables that aren't set: {', '.join(missing)}.")
    cause = org.cause(request_id())
    with org.store.transaction():
        for person in seed.people:
            with _named("user", person.login):
                _plant_person(org, cause, person)
        for group in seed.groups:
            with _named("group", group.name):
                _plant_group(org, cause, group)
        for app in seed.apps:
            with _named("app", app.label):
                _plant_app(org, cause, app, environ)


@contextmanager
def _named(kind: str, name: str) -> Iterator[None]:
    """Report the part that the org rejects. Raises InvalidSetting."""
    try:
        yield
    except OrgError as error:
        why = "; ".join(error.causes) or error.text
        raise InvalidSetting(f"The org rejects the seed's {kind} '{name}'.", why=why) from None


def _plant_person(org: Org, cause: Cause, person: SeedPerson) -> None:
    if org.store.users.named(person.login):
        return
    body = {"profile": person.profile, "credentials": {"password": {"value": person.password or _PASSWORD}}}
    with org.ids.pinned("00u", person.id):
        user = users.create_user(org, cause, body, activate=person.status != "STAGED")
    if person.status in ("SUSPENDED", "DEPROVISIONED"):
        lifecycle.step(org, cause, user, "suspend" if person.status == "SUSPENDED" else "deactivate")


def _plant_group(org: Org, cause: Cause, group: SeedGroup) -> None:
    if org.store.groups.named(group.name):
        return
    with org.ids.pinned("00g", group.id):
        made = groups.create_group(org, cause, {"profile": {"name": group.name, "description": group.description}})
    for login in group.members:
        (user,) = org.store.users.named(login)
        groups.add_member(org, cause, made, user)


def _plant_app(org: Org, cause: Cause, app: SeedApp, environ: Mapping[str, str]) -> None:
    if any(known["label"] == app.label for _, known in org.store.apps.each()):
        return
    body: Json = {"label": app.label, "signOnMode": "AUTO_LOGIN"}
    body |= {"name": app.name} if app.name else {"settings": {"signOn": {"loginUrl": "https://example.com/login"}}}
    with org.ids.pinned("0oa", app.id):
        made = applications.create(org, cause, body, activate=app.active)
    _extend_schema(org, made, app.attributes)
    if app.provisioning is not None:
        _connect(org, made, app, environ)
    for login in app.assignments.users:
        (user,) = org.store.users.named(login)
        assignments.assign_user(org, cause, made, user, scope="USER", user_name=None, profile={})
    for name in app.assignments.groups:
        group = org.store.groups.named(name)[0]
        assignments.assign_group(org, cause, made, group, priority=None, profile={})
    for name in app.assignments.push_groups:
        source = org.store.groups.named(name)[0]
        push_mappings.create(org, cause, made, source, None, None, name)


def _connect(org: Org, made: App, app: SeedApp, environ: Mapping[str, str]) -> None:
    """Enable provisioning, as an administrator would in the console; the connection isn't tested."""
    wanted, entry = app.provisioning, org.entry_of(made)
    assert wanted is not None
    token = environ[wanted.token.env]
    provisioning = Provisioning(
        status="ENABLED",
        auth_scheme="TOKEN",
        base_url=wanted.base_url.url or environ[wanted.base_url.env],
        authorization=header_value(entry, token) if entry else f"Bearer {token}",
        import_groups=wanted.import_groups,
        unique_identifier=wanted.unique_identifier,
        to_app=tuple(wanted.to_app),
        actions=None if entry else ("import", "push_new", "push_profile", "push_groups", "import_groups"),
        mode="header",
    )
    save_provisioning(org, made["id"], provisioning)


def _extend_schema(org: Org, made: App, attributes: Mapping[str, SeedAttribute]) -> None:
    """Add custom properties to the schema of the app's users, and map them."""
    if not attributes:
        return
    org.store.schemas.put(made["id"], {name: _property(name, one) for name, one in attributes.items()})
    for mapping in org.store.mappings.named(made["id"]):
        if mapping["to_app"]:
            lines = {
                name: {"expression": one.mapping, "pushStatus": "PUSH"}
                for name, one in attributes.items()
                if one.mapping is not None
            }
            changed = {**mapping, "properties": mapping["properties"] | lines}
            org.store.mappings.put(mapping["id"], changed, name=made["id"])  # type: ignore[arg-type]


def _property(name: str, attribute: SeedAttribute) -> Json:
    described: Json = {"title": attribute.title or name, "type": attribute.type}
    if attribute.type == "array":
        described["items"] = {"type": attribute.items}
    if attribute.external_name:
        described["externalName"] = attribute.external_name
    if attribute.external_namespace:
        described["externalNamespace"] = attribute.external_namespace
    required = {"required": True} if attribute.required else {}
    return described | required | {"scope": "NONE", "master": {"type": "PROFILE_MASTER"}}
