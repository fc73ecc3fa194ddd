"""Fills an org quickly with users, groups, apps and System Log events of realistic size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from okta_emulator.core.body import text
from okta_emulator.core.clock import milliseconds
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.ids import request_id
from okta_emulator.core.records import App, Entity, Json, LogEvent
from okta_emulator.org import applications, groups, users
from okta_emulator.org.events import Cause, NewEvent, app_entity, entity, log_event
from okta_emulator.org.state import Org

_KEYS = ("users", "groups", "apps", "events")
_DAYS = 7
_FIRST = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Ken", "Frances", "Tim")
_LAST = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Perlman", "Thompson", "Allen", "Lee")
_PEOPLE_IN_EVENTS = 500
_MOST = 1_000_000
_MOST_DAYS = 36_500


@dataclass(frozen=True)
class _Sample:
    """An event that occurs in a busy app.

    Args:
        event_type: its type, without `application.provision.`.
        message: its display message, without `external application`.
        legacy: its legacy name, without `app.`.
        share: how many out of twenty events are like this one.
        reason: why it failed, if it did.
    """

    event_type: str
    message: str
    legacy: str
    share: int
    reason: str | None = None


# The mix of a busy app. The reasons are those of real failures (OB-179, OB-254).
_MIX = (
    _Sample("user.sync", "Sync user in", "user_management.provision_user", 5),
    _Sample("user.push_profile", "Push user's profile to", "user_management.push_profile_success", 6),
    _Sample("user.push", "Push new user to", "user_management.push_new_user", 3),
    _Sample("user.deactivate", "Push user deactivation to", "user_management.deactivate_user", 3),
    _Sample("user.push", "Push new user to", "api.error.create_user", 1, "Bad Request"),
    _Sample(
        "user.push_profile",
        "Push user's profile to",
        "api.error.push_profile_update",
        1,
        "Bad Request. Errors reported by remote server: department is required",
    ),
    _Sample(
        "user.deactivate",
        "Push user deactivation to",
        "api.error.deactivate_user",
        1,
        "Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error': was expecting "
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ),
)


def seed(org: Org, wanted: Json) -> Json:
    """Add users, groups, apps and events.

    Args:
        org: the org.
        wanted: {"users", "groups", "apps", "events"}: how many of each; {"app_id"}: the app of the events, by default
            the first one, which is created if there is none; {"days"}: the period until now that they cover.

    Returns:
        The ids of what was created, and the number of events.
    """
    numbers = {key: wanted.get(key, 0) for key in _KEYS}
    days = wanted.get("days", _DAYS)
    if not all(type(number) is int and 0 <= number <= _MOST for number in numbers.values()):
        raise ValidationFailed("seed", causes=(f"seed: {', '.join(_KEYS)} must be whole numbers from 0 to {_MOST}",))
    if type(days) not in (int, float) or not 0 < days <= _MOST_DAYS:
        raise ValidationFailed("seed", causes=(f"days: must be a number above 0, at most {_MOST_DAYS}",))
    cause = org.cause(request_id())
    with org.store.transaction():
        made: Json = {
            "users": [_user(org, cause, number) for number in range(numbers["users"])],
            "groups": [_group(org, cause, number) for number in range(numbers["groups"])],
            "apps": [_app(org, cause, number) for number in range(numbers["apps"])],
            "events": 0,
        }
        if numbers["events"]:
            app = _app_of_events(org, cause, text(wanted, "app_id"))
            events = _events(org, cause, app, numbers["events"], timedelta(days=days))
            made |= {"app_id": app["id"], "events": org.log.append(events)}
    return made


def _user(org: Org, cause: Cause, number: int) -> str:
    first, last = _name(number)
    login = f"{first}.{last}.{org.store.users.count()}@example.com".lower()
    profile = {"firstName": first, "lastName": last, "login": login, "email": login}
    body = {"profile": profile, "credentials": {"password": {"value": request_id()}}}
    return users.create_user(org, cause, body, activate=True)["id"]


def _group(org: Org, cause: Cause, number: int) -> str:
    name = f"Team {org.store.groups.count()}"
    profile = {"name": name, "description": f"Seeded {number}"}
    return groups.create_group(org, cause, {"profile": profile})["id"]


def _app(org: Org, cause: Cause, number: int) -> str:
    template = next(entry for entry in org.catalog.values() if entry.scim)
    body = {"name": template.key, "label": f"Seeded app {org.store.apps.count()}", "signOnMode": "SAML_2_0"}
    notes = {"settings": {"notes": {"admin": f"Seeded {number}", "enduser": None}}}
    return applications.create(org, cause, body | notes, activate=True)["id"]


def _app_of_events(org: Org, cause: Cause, app_id: str | None) -> App:
    if app_id is None:
        found = next((app for _, app in org.store.apps.each()), None)
        return found or _app_of_events(org, cause, _app(org, cause, 0))
    app = org.store.apps.get(app_id)
    if app is None:
        raise NotFound(app_id, "AppInstance")
    return app


def _events(org: Org, cause: Cause, app: App, number: int, period: timedelta) -> Iterator[LogEvent]:
    """Events in chronological order, about 2 kB each as JSON."""
    samples = list(itertools.chain.from_iterable([sample] * sample.share for sample in _MIX))
    people = [_person(org, index) for index in range(min(number, _PEOPLE_IN_EVENTS))]
    begin = org.clock.now() - period
    target = app_entity(app)
    for index in range(number):
        moment = begin + period * ((index + 1) / (number + 1))
        sample = samples[(index * 7) % len(samples)]  # 7 and 20 have no common factor, so the samples are mixed
        yield _event(cause.as_job(org.ids), app, sample, [*people[index % len(people)], target], moment)


def _person(org: Org, index: int) -> tuple[Entity, Entity]:
    first, last = _name(index)
    login = f"{first}.{last}.{index}@example.com".lower()
    name = f"{first} {last}"
    return entity("AppUser", org.ids.new("0ua"), login, name), entity("User", org.ids.new("00u"), login, name)


def _event(job: Cause, app: App, sample: _Sample, targets: list[Entity], moment: datetime) -> LogEvent:
    path = f"/api/v1/apps/{app['id']}/users/{targets[1]['id']}"
    debug = {
        "appname": app["name"],
        "requestId": request_id(),
        "requestUri": path,
        "url": f"{path}?",
        "dtHash": request_id() * 2,
    }
    event = NewEvent(
        f"application.provision.{sample.event_type}",
        f"{sample.message} external application",
        targets,
        result="FAILURE" if sample.reason else "SUCCESS",
        reason=sample.reason,
        severity="ERROR" if sample.reason else "INFO",
        legacy=f"app.{sample.legacy}",
        debug=debug,
    )
    return log_event(job, event, milliseconds(moment))


def _name(number: int) -> tuple[str, str]:
    return _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
