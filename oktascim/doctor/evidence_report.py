"""The evidence as a file to share: JSON or Markdown, with nothing that names the org or a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from oktascim import __version__
from oktascim.doctor.evidence import Observation
from oktascim.doctor.observed import Observed

_PATTERNS = {
    "login": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "id": re.compile(r"\b(?:0oa|00[ugo]|exk|prm|gPm|rst|oty|osc|aln)[A-Za-z0-9]{17}\b"),
    "host": re.compile(r"(?<=://)[^<>/\s,\"']+"),
}


class Redactor:
    """Replaces names with placeholders; a name has the same placeholder throughout a report.

    Args:
        known: pairs of a name and the placeholder for it, such as the label of the app.
    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._known = sorted(((name, text) for name, text in known if name), key=lambda pair: -len(pair[0]))
        self._given: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """The text without hosts, logins, ids and the known names."""
        for name, placeholder in self._known:
            whole = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
            text = re.sub(whole, placeholder, text, flags=re.IGNORECASE)
        for kind, pattern in _PATTERNS.items():
            text = pattern.sub(partial(self._placeholder, kind), text)
        return text

    def _placeholder(self, kind: str, found: re.Match[str]) -> str:
        number = sum(given.startswith(f"<{kind} ") for given in self._given.values()) + 1
        return self._given.setdefault(found[0], f"<{kind} {number}>")


def redactor_for(observed: Observed, host: str) -> Redactor:
    """A redactor for the names of an app and its org; Okta builds a wizard-made app's key from both."""
    app = observed.app
    known = [(host, "<org host>"), (app.label, "<label>"), (app.marker or "", "<integration>")]
    if observed.template.kind == "wizard":
        known.append((app.name, "<app name>"))
    return Redactor(known)


def evidence_json(observed: Observed, findings: Sequence[Observation], redactor: Redactor) -> dict[str, Any]:
    """The report's JSON."""
    verdicts = [finding.verdict for finding in findings]
    return {
        "report": "oktascim evidence",
        "version": __version__,
        "template": observed.template.name,
        "catalog_key": redactor.redact(observed.app.name),
        "sign_on_mode": observed.app.sign_on_mode,
        "app_status": observed.app.status,
        "summary": {verdict: verdicts.count(verdict) for verdict in ("held", "not_held", "learned", "unanswered")},
        "findings": [finding.to_json() | {"seen": redactor.redact(finding.seen)} for finding in findings],
    }


def evidence_text(document: dict[str, Any], *, markdown: bool) -> str:
    """The report as a file's content."""
    if not markdown:
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    counted = ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in document["summary"].items())
    lines = [
        f"# oktascim evidence: {document['template']} ({document['catalog_key']}, {document['sign_on_mode']})",
        "",
        f"Read with oktascim {document['version']}; nothing was changed. {counted}.",
        "",
        "| question | assumed | grade | seen | verdict | settles | read |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in document["findings"]:
        cells = (
            one["question"],
            one["assumed"],
            one["grade"],
            one["seen"],
            one["verdict"].replace("_", " "),
            ", ".join(one["settles"]),
            one["call"],
        )
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"
