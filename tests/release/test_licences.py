"""What users install has licences that don't bind their own code."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

from packaging.requirements import Requirement

_BINDING = re.compile(r"(?<!L)\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)


def needed_by(name: str, seen: set[str], *, extras: bool = False) -> set[str]:
    """The distributions that one needs here; with `extras`, those of its extras too."""
    for text in requires(name) or ():
        needed = Requirement(text)
        if needed.name in seen or not (extras or needed.marker is None or needed.marker.evaluate({"extra": ""})):
            continue
        try:
            distribution(needed.name)
        except PackageNotFoundError:
            continue  # for another platform
        seen.add(needed.name)
        needed_by(needed.name, seen)
    return seen


def licence(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier") or () if line.startswith("License ::")]
    text = metadata.get("License-Expression") or " ".join(classifiers) or (metadata.get("License") or "")
    return text.splitlines()[0] if text else ""


def test_no_dependency_binds_the_code_of_users() -> None:
    licences = {name: licence(name) for name in needed_by("oktascim", set(), extras=True)}
    assert len(licences) > 20
    assert {name for name, text in licences.items() if not text} == set()
    assert {name: text for name, text in licences.items() if _BINDING.search(text)} == {}
