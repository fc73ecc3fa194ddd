"""Codes against the vectors of RFC 6238, and the rule that none is given twice."""

from __future__ import annotations

import pytest

from oktascim.errors import UsageProblem
from oktascim.routes.browser.totp import Codes, decode_secret, totp
from oktascim.routes.observer import Observer
from oktascim.secret_text import SecretStr

# RFC 6238 appendix B, SHA-1: the last six of its eight digits.
VECTORS = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924")]
VECTORS += [(2000000000, "279037"), (20000000000, "353130")]
KEY = b"12345678901234567890"


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_rfc(seconds, code):
    assert totp(KEY, seconds // 30) == code


@pytest.mark.parametrize("text", ["GEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq", "GEZDGNBVGY3TQOJQ===="])
def test_a_secret_of_80_bits_in_any_writing(text):
    assert decode_secret(SecretStr(text)) == b"1234567890"


@pytest.mark.parametrize("text", ["", "123456", "GEZDGNBVGY3TQOJ!", "===="])
def test_what_is_no_secret_is_refused_without_being_repeated(text):
    with pytest.raises(UsageProblem) as error:
        decode_secret(SecretStr(text))
    assert not text or text not in str(error.value)


def test_no_code_is_given_twice_and_none_that_is_about_to_end(fake_clock):
    codes = Codes(KEY, fake_clock.clock)
    given, waits = [], []

    class Watching(Observer):
        def waits(self, reason, seconds):
            waits.append(round(seconds, 1))

    watching = Watching()

    async def work():
        for _ in range(3):
            given.append((await codes.next(watching), fake_clock.elapsed))
        fake_clock.elapsed += 56.0 - (fake_clock.elapsed % 30)
        given.append((await codes.next(watching), fake_clock.elapsed))

    fake_clock.run(work())
    assert len({code for code, _ in given}) == 4
    first = int(fake_clock.start // 30)
    assert [code for code, _ in given[:3]] == [totp(KEY, first + step) for step in range(3)]
    assert [round(moment, 1) for _, moment in given[:3]] == [0.0, 30.1, 60.1]
    assert given[3][1] % 30 == pytest.approx(0.1)
    assert waits == [30.1, 30.0, 4.1]


def test_the_key_is_not_shown(fake_clock):
    assert "1234567890" not in repr(Codes(KEY, fake_clock.clock))
