"""Apps: the calls, and the only code that knows the structure of an app object."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from oktascim.okta.client import Okta, Query
from oktascim.okta.org import require_org
from oktascim.okta.paging import Trail

_MARKER = re.compile(r"^oktascim:((?:[a-z0-9-]+/)?[a-z0-9-]+)[^\S\n]*$", re.MULTILINE)
_PAGE = 200  # Okta's maximum (OB-136)
_READ_ONLY = ("id", "orn", "status", "created", "lastUpdated", "features", "_links", "_embedded")


@dataclass(frozen=True)
class App:
    """An app as Okta returned it; the attributes are what oktascim compares."""

    raw: dict[str, Any] = field(repr=False)
    id: str
    name: str
    label: str
    status: str
    sign_on_mode: str | None
    features: frozenset[str]

    @property
    def admin_note(self) -> str:
        """The note for administrators (settings.notes.admin), or ""."""
        notes = (self.raw.get("settings") or {}).get("notes") or {}
        return notes.get("admin") or ""

    @property
    def marker(self) -> str | None:
        """The content of oktascim's marker in the admin note: `owner/name`, `name` without an owner, or None."""
        found = _MARKER.search(self.admin_note)
        return found.group(1) if found else None

    @property
    def integration(self) -> str | None:
        """The name in the marker, or None."""
        return self.marker.rpartition("/")[2] if self.marker else None

    @property
    def owner(self) -> str | None:
        """The owner in the marker, or None."""
        return (self.marker or "").rpartition("/")[0] or None

    @property
    def age(self) -> tuple[str, str]:
        """Sorts the older app first: by creation time (Okta returns whole seconds, OB-019), then by id."""
        return self.raw.get("created") or "", self.id

    def at(self, path: str) -> Any:
        """The value at a dotted path such as `visibility.hide.web`, or None if a part is missing."""
        value: Any = self.raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def writable(self) -> dict[str, Any]:
        """A deep copy of the members that a PUT may send back; Okta ignores the rest (OB-025, OB-026)."""
        return {key: copy.deepcopy(value) for key, value in self.raw.items() if key not in _READ_ONLY}


def app_from(raw: dict[str, Any]) -> App:
    """Read Okta's app object."""
    return App(
        raw=raw,
        id=raw["id"],
        name=raw.get("name") or "",
        label=raw.get("label") or "",
        status=raw.get("status") or "",
        sign_on_mode=raw.get("signOnMode"),
        features=frozenset(raw.get("features") or ()),
    )


def note_with_marker(note: str, key: str) -> str:
    """The admin note with oktascim's marker line for `owner/name`, keeping what a person wrote there."""
    if _MARKER.search(note):
        return _MARKER.sub(f"oktascim:{key}", note, count=1)
    return f"{note.rstrip()}\n\noktascim:{key}".lstrip()


async def every_app(okta: Okta) -> list[App]:
    """All apps of the org, 200 per request."""
    return [app_from(raw) for raw in await okta.collect("/api/v1/apps", {"limit": _PAGE})]


async def apps_of_org(okta: Okta) -> list[App]:
    """Every app, read at the start of a run, when it isn't known yet that the server is an Okta org.

    Raises:
        UnreadableAnswer: there are none, and the server doesn't say that it is an Okta org: any service can return [].
    """
    found = await every_app(okta)
    if not found:
        await require_org(okta)
    return found


async def apps_labelled(okta: Okta, label: str) -> list[App]:
    """The first 200 apps whose label or kind begins with a text (OB-038)."""
    return [app_from(raw) for raw in await okta.get("/api/v1/apps", {"q": label, "limit": _PAGE}) or []]


async def get_app(okta: Okta, app_id: str) -> App:
    """One app.

    Raises:
        NotFound: this org has no such app.
    """
    return app_from(await okta.get(f"/api/v1/apps/{quote(app_id, safe='')}"))


async def create_app(okta: Okta, body: dict[str, Any]) -> App:
    """Create an active app. Okta returns 200 (OB-005, OB-006)."""
    return app_from(await okta.post("/api/v1/apps", body))


async def replace_app(okta: Okta, app_id: str, body: dict[str, Any]) -> App:
    """Replace an app's settings; the body must contain everything that should stay (OB-025)."""
    return app_from(await okta.put(f"/api/v1/apps/{app_id}", body))


async def activate_app(okta: Okta, app_id: str) -> None:
    """Activate an inactive app."""
    await okta.post(f"/api/v1/apps/{app_id}/lifecycle/activate")


async def deactivate_app(okta: Okta, app_id: str) -> None:
    """Deactivate an active app; it can then be deleted."""
    await okta.post(f"/api/v1/apps/{app_id}/lifecycle/deactivate")


async def delete_app(okta: Okta, app_id: str) -> None:
    """Delete an inactive app."""
    await okta.delete(f"/api/v1/apps/{app_id}")


async def catalog_key(okta: Okta, display_name: str) -> str | None:
    """The key of the catalogue app with exactly this display name, or None.

    Source: OB-035 (parameters q, limit, after; no Link header; the cursor is the last entry's name).
    """
    after, trail = "", Trail("GET /api/v1/catalog/apps")
    while True:
        trail.visit(after)
        trail.hold(0)
        query: Query = {"q": display_name, "limit": 20, **({"after": after} if after else {})}
        entries = await okta.get("/api/v1/catalog/apps", query)
        for entry in entries:
            if entry.get("displayName") == display_name:
                return str(entry["name"])
        if len(entries) < 20 or entries[-1]["name"] == after:
            return None
        after = entries[-1]["name"]
