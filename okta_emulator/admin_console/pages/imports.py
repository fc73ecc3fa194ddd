"""The Import tab: Import Now, its results, and the imported users that await confirmation.

Only the tab's name is known (OB-408); what it shows is our own choice (OB-430). What an import does: org/imports.py.
"""

from __future__ import annotations

from itertools import islice

from starlette.responses import Response

from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.errors import OrgError
from okta_emulator.core.records import Json
from okta_emulator.org import import_candidates, imports
from okta_emulator.org.provisioning import delivers, supports

_MOST_ROWS = 200
_RESULTS = {
    "COMPLETE": "Import complete.",
    "ROADBLOCK": "The import safeguard stopped the import: it would remove too many of the app's users.",
    "FAILED": "The import failed.",
}
_MATCHES = {"EXACT": "Exact match", "PARTIAL": "Partial match", "NEW": "New user"}


async def show(visit: Visit) -> Response:
    """GET of the tab."""
    return _tab(visit)


async def submit(visit: Visit) -> Response:
    """POST of the tab: Import Now, or the confirmation of the ticked users."""
    posted = await visit.posted()
    if posted.get("section") != "confirm":
        return await _import(visit)
    ticked = [name.removeprefix("user.") for name, value in posted.items() if name.startswith("user.") and value]
    confirmed, problems = 0, list[str]()
    for external_id in ticked:
        try:
            with visit.org.store.transaction():
                import_candidates.confirm(visit.org, visit.cause, visit.app, external_id)
        except OrgError as error:
            problems.append(f"{external_id}: {_reason(error)}")
        else:
            confirmed += 1
    return _tab(visit, words=f"Confirmed users: {confirmed}.", problems=problems)


async def _import(visit: Visit) -> Response:
    try:
        result = await imports.run_import(visit.org, visit.cause, visit.app)
    except OrgError as error:
        return _tab(visit, words="The import failed.", problems=[_reason(error)])
    problems = [result["error"] or "null"] if result["status"] == "FAILED" else []
    return _tab(visit, words=_RESULTS[result["status"]], problems=problems, result=result)


def _tab(visit: Visit, words: str = "", problems: list[str] | None = None, result: Json | None = None) -> Response:
    """The tab, with the result of the last action.

    Args:
        visit: the visit.
        words: what happened.
        problems: what failed.
        result: the counts of an import.
    """
    waiting = import_candidates.candidates(visit.org, visit.app["id"])
    return visit.fragment(
        "tabs/import.html",
        imports=delivers(visit.org, visit.app) and supports(visit.provisioning, "import"),
        words=words,
        problems=(problems or [])[:_MOST_ROWS],
        good=not problems and (result is None or result["status"] == "COMPLETE"),
        counts=[(kind.capitalize(), *result[kind].values()) for kind in ("users", "groups")] if result else [],
        rows=[_row(visit, one) for one in islice(waiting, _MOST_ROWS)],
        waiting=len(waiting),
    )


def _row(visit: Visit, candidate: Json) -> dict[str, str]:
    profile = candidate["profile"]
    user = visit.org.store.users.get(candidate["user_id"] or "")
    match = _MATCHES[candidate["disposition"]]
    return {
        "id": candidate["external_id"],
        "name": f"{profile.get('firstName', '')} {profile.get('lastName', '')}".strip(),
        "user_name": candidate["user_name"],
        "match": f"{match}: {user['profile']['login']}" if user else match,
        "error": candidate.get("error", ""),
    }


def _reason(error: OrgError) -> str:
    return "; ".join(error.causes) or error.text
