"""The HTTP status that an error text names, by number or by reason phrase."""

from __future__ import annotations

import re
from http import HTTPStatus

from oktascim.lazy_pattern import LazyPattern

_STATUS_BY_PHRASE = {
    **{status.phrase.lower(): status.value for status in HTTPStatus if status.value >= HTTPStatus.MULTIPLE_CHOICES},
    "unprocessable entity": 422,
    "unprocessable content": 422,
    "payload too large": 413,
    "gateway time-out": 504,
    "service temporarily unavailable": 503,
    "proxy error": 502,
}

_STATUS_BY_NAME = {phrase.replace(" ", ""): status for phrase, status in _STATUS_BY_PHRASE.items()}

PHRASES = "|".join(re.escape(phrase) for phrase in sorted(_STATUS_BY_PHRASE, key=len, reverse=True))

REPORTED = r"errors? reported by (?:the )?(?:remote server|connector)"

_REPORTED_SPLIT = re.compile(rf"\.?\s*{REPORTED}:?\s*", re.IGNORECASE)

_REPORTS = ("errors reported by remote server:", "errors reported by the connector :")
_ENTRA_FRAME = re.compile(r"(?:Message: )?Processing of the HTTP request resulted in an exc[^{]*$", re.IGNORECASE)
_SHORTEST_REPORT = len("err")
_SHORTEST_PHRASE = len("Confl")

_STATUS_ALONE = LazyPattern(
    rf"(?:(?:HTTP(?:/[\d.]+)?|status(?: code)?|error(?: code)?)?[\s:=]*(?P<number>[345]\d\d)\b[\s:,-]*)?"
    rf"(?P<phrase>{PHRASES})?(?:[.:,]\s*|\s+-\s+|\s*$)(?P<after>.*)",
    re.IGNORECASE,
)

_STATUS_INSIDE = LazyPattern(
    r"\b(?:HTTP(?:/[\d.]+)?|(?:http_?)?status(?:[ _]?code)?|error(?: code)?|with(?: an?)?|code"
    r"|(?:return|answer|respond|get|give|throw|receive|trigger|produce|report|say|show|see)(?:s|ed|ing)?(?: an?| the)?"
    r"|(?:end|fail|run|result)(?:s|ed)? (?:in|with|into|on)(?: an?)?|got(?: an?)?|was|said(?: an?)?)"
    r"[\s:=\"']{1,4}(?:HTTP\s*)?(?P<number>[345]\d\d)\b|^(?P<first>[345]\d\d)\b(?!\S)"
    rf"|\b(?P<said>[345]\d\d) (?:error|response|{PHRASES})"
    r"|\((?P<noted>[345]\d\d)\)|[:,] (?P<quoted>[345]\d\d),? (?=['\"{])",
    re.IGNORECASE,
)

_LABELS_ELSEWHERE = (
    r"\b(?:fehler(?:code)?|erreurs?|errore|errores|erros?|błąd|hiba|fel(?:kod)?|virhe|fejl|feil|fout(?:code)?|chyba|eroare"
    "|hata(?: kodu)?|kesalahan|ralat|lỗi|code d'erreur|código(?: de erro?r?)?|codice(?: di errore)?|statut|stato|estado"
    "|ошибк[аеиоуй]{1,2}|код(?: ответа| ошибки)?|статус|состояние|помилк[аиоюу]{1,2}|грешка|σφάλμα|κωδικός|שגיאה|קוד"
    "|خطأ|خطا|رمز|त्रुटि)"
    "|(?:ข้อผิดพลาด|错误|錯誤|代码|代碼|状态|狀態|返回|响应|回應)码?碼?|エラー|ステータス|コード|오류|에러|코드"
)
"""An error, a code, a status, an answer: what stands before the number in other languages."""
_MASKED = r"(?:(?<!\*)\*{3,}|[\[<(](?:redacted|masked|hidden|removed|secret|token)[\])>])"
_PHRASE_FOLLOWS = r"\s+(?:bad|un\w+|payment|forbidden|not|method|conflict|gone|too|internal|service|gateway|error)\b"
_NAMES = "|".join(phrase.replace(r"\ ", "[ _]?") for phrase in PHRASES.split("|"))
_STATUS_TOLD = LazyPattern(
    rf"(?:{_LABELS_ELSEWHERE})[\s:：=]{{0,3}}(?P<number>[345]\d\d)(?![.,]?\d)"
    r"|(?:(?:->|=>|→|⇒)\s*(?:HTTP(?:/[\d.]+)? )?"
    r"|\b(?:reject|refuse|den[iy]|block|fail|bounce)(?:e?[sd])?:? (?:with )?"
    rf"|{_MASKED}\W{{1,4}})(?P<last>[345]\d\d)\b(?=\W*$|[.,;:)\]]|{_PHRASE_FOLLOWS}|\s*[\"'{{\[(])"
    rf"|\b(?:http)?status(?: ?code)?\W{{1,3}}(?P<named>{_NAMES})\b",
    re.IGNORECASE,
)
"""Less usual ways to tell a status; tried last, and only on a text that may have one."""
_MAY_TELL = re.compile(r"[345]\d\d|status", re.IGNORECASE)

_STATUS_BEFORE_REPORT = LazyPattern(
    rf"(?:^|[ :\"'(])(?:HTTP |code: )?(?P<number>[345]\d\d\b)?(?:[ ,]*error:)? ?(?P<phrase>{PHRASES})?\W*$",
    re.IGNORECASE,
)


def whole_frame(detail: str) -> str:
    """A text that ends within Okta's frame: "Unproc" reads "Unprocessable Entity", "Bad Request. Errors rep" less."""
    words = _ENTRA_FRAME.sub("", detail).rstrip(". …")
    last = words.lower().rpartition(". ")[2]
    if len(last) >= _SHORTEST_REPORT and any(report.startswith(last) for report in _REPORTS):
        words = words[: -len(last)].rstrip(". ")
    begun = words.lower()
    phrases = [phrase for phrase in _STATUS_BY_PHRASE if phrase.startswith(begun)]
    is_clear = len({_STATUS_BY_PHRASE[phrase] for phrase in phrases}) == 1
    return phrases[0] if is_clear and len(begun) >= _SHORTEST_PHRASE else words


def split_status(detail: str) -> tuple[int | None, str]:
    """Split "Conflict. Errors reported by remote server: taken" into (409, "taken")."""
    report = _REPORTED_SPLIT.search(detail)
    if report:
        before = _STATUS_BEFORE_REPORT.search(detail[: report.start()])
        status, words = _status(before), detail[report.end() :].strip()
        if status is None:  # a reason phrase of the server's own, such as "Ip Forbidden", is part of what it says
            words = f"{detail[: report.start()].strip()}. {words}".lstrip(". ")
        repeats_it = status is not None and _STATUS_BY_PHRASE.get(words.lower().strip(" .!\"'")) == status
        return status, "" if repeats_it else words
    alone = _STATUS_ALONE.match(detail)
    if alone and (alone["number"] or alone["phrase"]):
        return _status(alone), alone["after"]
    if inside := _STATUS_INSIDE.search(detail):
        return int(next(filter(None, inside.groups()))), detail
    if status := _STATUS_BY_NAME.get(_squeezed(detail)):
        return status, ""
    told = _STATUS_TOLD.search(detail) if _MAY_TELL.search(detail) else None
    if told is None:
        return None, detail
    is_all = not re.search(r"\w", detail[: told.start()] + detail[told.end() :])
    name = next(filter(None, told.groups()))
    return (int(name) if name.isdecimal() else _STATUS_BY_NAME.get(_squeezed(name))), "" if is_all else detail


def _squeezed(name: str) -> str:
    """A reason phrase as programs write it: NOT_FOUND and NotFound are "notfound"."""
    return name.casefold().strip(" .!\"'").replace(" ", "").replace("_", "")


def _status(found: re.Match[str] | None) -> int | None:
    """The status that a match names by number or, failing that, by reason phrase."""
    if found and found["number"]:
        return int(found["number"])
    return _STATUS_BY_PHRASE.get(found["phrase"].casefold()) if found and found["phrase"] else None
