"""The status of a text, told in other languages, after a masked secret, behind an arrow, or by a program's name."""

from __future__ import annotations

import pytest

from oktascim.diagnose.message import parse_message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ошибка 401: не авторизован", 401),
        ("запрос завершился с ошибкой 404", 404),
        ("код ответа 409", 409),
        ("错误 401：未授权", 401),
        ("服务器返回404错误", 404),
        ("サーバーエラー 500", 500),
        ("ステータスコード：404", 404),
        ("오류 500 내부 서버 오류", 500),
        ("خطأ 401 غير مصرح", 401),
        ("Σφάλμα 404", 404),
        ("HTTP-Fehler 403: kein Zugriff", 403),
        ("Erreur 403 : accès refusé", 403),
        ("Basic *** rejected 403", 403),
        ("Bearer [redacted] 401", 401),
        ("the key was refused: 401", 401),
        ("curl -H 'Authorization: Bearer ***' https://acme.example/scim -> 401", 401),
        ("wget https://acme.example/scim => 503 Service Unavailable", 503),
        ("StatusCode: BadRequest", 400),
        ("HttpStatusCode.NotFound", 404),
        ("TOO_MANY_REQUESTS", 429),
        ("bad requeſt", 400),
        ("StatuſCode: Internal Server Error", 500),
    ],
)
def test_a_status_in_other_words(text: str, status: int) -> None:
    assert parse_message(text).status == status


@pytest.mark.parametrize(
    "text",
    [
        "Ошибка в строке 401",
        "Ошибка 4011",
        "错误 40100",
        "失败 500 次",
        "Fehler 404.5",
        "import failed 500 times",
        "rejected 403 users",
        "401k plan *** 401k",
        "went from 500 -> 400 users",
        "the status conflicts with another",
        "not ımplemented",
        "status: not ımplemented",
    ],
)
def test_a_number_that_is_no_status(text: str) -> None:
    assert parse_message(text).status is None


@pytest.mark.parametrize(
    "text", ["Ошибка: 404", "-> 404", "状态码：404", "NOT_FOUND", "HttpStatusCode.NotFound", "Fehler 404!"]
)
def test_a_status_alone_leaves_no_words(text: str) -> None:
    parsed = parse_message(text)
    assert (parsed.status, parsed.detail) == (404, "")
