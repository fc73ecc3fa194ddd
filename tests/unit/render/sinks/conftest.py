"""Two streams to write to, and a secret that must not come out of them."""

from __future__ import annotations

import io

import pytest

from oktascim.redact import Masker
from oktascim.render.streams import Output


class Written(io.TextIOWrapper):
    """A stream that tells what was written to it."""

    def written(self) -> bytes:
        self.flush()
        return self.buffer.getvalue()


@pytest.fixture
def streams() -> tuple[Output, Written]:
    stdout = Written(io.BytesIO(), encoding="utf-8", newline="")
    masker = Masker()
    masker.add("00verysecrettoken")
    return Output(masker, {}, stdout=stdout, stderr=io.StringIO(), stdin=io.StringIO()), stdout
