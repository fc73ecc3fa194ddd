"""An emulated org, and a person who is signed in to its console."""

from __future__ import annotations

import pytest

from tests.support.person import Person


@pytest.fixture
def emulated(world_of):
    return world_of()


@pytest.fixture
def person(emulated):
    person = Person(emulated.org)
    assert "Applications" in person.sign_in()
    return person
