"""The HTTP status that an error text names, by number or by reason phrase.

`split_status` looks for it where it usually is, and then where only other programs and other languages put it.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from oktascim.diagnose.narration import ANY_ARROW
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
_STATUS_BEFORE_REPORT = LazyPattern(
    rf"(?:^|[ :\"'(])(?:HTTP |code: )?(?P<number>[345]\d\d\b)?(?:[ ,]*error:)? ?(?P<phrase>{PHRASES})?\W*$",
    re.IGNORECASE,
)
"""The end of what precedes the report: "Conflict", "409", "code: 409"."""

_STATUS_ALONE = LazyPattern(
    rf"(?:(?:HTTP(?:/[\d.]+)?|status(?: code)?|error(?: code)?)?[\s:=]*(?P<number>[345]\d\d)\b[\s:,-]*)?"
    rf"(?P<phrase>{PHRASES})?(?:[.:,]\s*|\s+-\s+|\s*$)(?P<after>.*)",
    re.IGNORECASE,
)
"""A text that begins with its status: "409 Conflict: taken", "Not Found"."""

_STATUS_INSIDE = LazyPattern(
    r"\b(?:HTTP(?:/[\d.]+)?|(?:http_?)?status(?:[ _]?code)?|error(?: code)?|with(?: an?)?|code"
    r"|(?:return|answer|respond|get|give|throw|receive|trigger|produce|report|say|show|see)(?:s|ed|ing)?(?: an?| the)?"
    r"|(?:end|fail|run|result)(?:s|ed)? (?:in|with|into|on)(?: an?)?|got(?: an?)?|was|said(?: an?)?)"
    r"[\s:=\"']{1,4}(?:HTTP\s*)?(?P<number>[345]\d\d)\b|^(?P<first>[345]\d\d)\b(?!\S)"
    rf"|\b(?P<said>[345]\d\d) (?:error|response|{PHRASES})"
    r"|\((?P<noted>[345]\d\d)\)|[:,] (?P<quoted>[345]\d\d),? (?=['\"{])",
    re.IGNORECASE,
)
"""A status in a sentence: "the server returned 409", "status code: 409", "409 error", "(409)"."""

_LABELS_ELSEWHERE = (
    r"\b(?:fehler(?:code)?|erreurs?|errore|errores|erros?|błąd|hiba|fel(?:kod)?|virhe|fejl|feil|fout(?:code)?|chyba|eroare"
    "|hata(?: kodu)?|kesalahan|ralat|lỗi|code d'erreur|código(?: de erro?r?)?|codice(?: di errore)?|statut|stato|estado"
    "|ошибк[аеиоуй]{1,2}|код(?: ответа| ошибки)?|статус|состояние|помилк[аиоюу]{1,2}|грешка|σφάλμα|κωδικός|שגיאה|קוד"
    "|خطأ|خطا|رمز|त्रुटि)"
    "|(?:ข้อผิดพลาด|错误|錯誤|代码|代碼|状态|狀態|返回|响应|回應)码?碼?|エラー|ステータス|コード|오류|에러|코드"
)
"""Words for an error, a code, a status or a response that precede the number in other languages."""
_LABELLED = rf"(?:{_LABELS_ELSEWHERE})[\s:：=]{{0,3}}(?P<number>[345]\d\d)(?![.,]?\d)"
"""A status after its label: "Ошибка 401", "错误 401"."""
_MASKED = r"(?:(?<!\*)\*{3,}|[\[<(](?:redacted|masked|hidden|removed|secret|token)[\])>])"
_LEADS_TO_IT = (
    rf"(?:{ANY_ARROW}\s*(?:HTTP(?:/[\d.]+)? )?"
    r"|\b(?:reject|refuse|den[iy]|block|fail|bounce)(?:e?[sd])?:? (?:with )?"
    rf"|{_MASKED}\W{{1,4}})"
)
_PHRASE_FOLLOWS = r"\s+(?:bad|un\w+|payment|forbidden|not|method|conflict|gone|too|internal|service|gateway|error)\b"
_IS_OVER = rf"(?=\W*$|[.,;:)\]]|{_PHRASE_FOLLOWS}|\s*[\"'{{\[(])"
_LAST = rf"{_LEADS_TO_IT}(?P<last>[345]\d\d)\b{_IS_OVER}"
"""A status at the end of a clause: "-> 401", "rejected 403", "Bearer *** 401"."""
_NAMES = "|".join(phrase.replace(r"\ ", "[ _]?") for phrase in PHRASES.split("|"))
_NAMED = rf"\b(?:http)?status(?: ?code)?\W{{1,3}}(?P<named>{_NAMES})\b"
"""A status by its name in a program: "HttpStatusCode.NotFound"."""
_STATUS_ELSEWHERE = LazyPattern(f"{_LABELLED}|{_LAST}|{_NAMED}", re.IGNORECASE)
_MAY_HAVE_ONE = re.compile(r"[345]\d\d|status", re.IGNORECASE)
"""What every match of the pattern above contains; few texts get that far, so it is rarely compiled."""

_REPORTS = ("errors reported by remote server:", "errors reported by the connector :")
_ENTRA_FRAME = re.compile(r"(?:Message: )?Processing of the HTTP request resulted in an exc[^{]*$", re.IGNORECASE)
_SHORTEST_REPORT = len("err")
_SHORTEST_PHRASE = len("Confl")


def split_status(detail: str) -> tuple[int | None, str]:
    """Split "Conflict. Errors reported by remote server: taken" into (409, "taken")."""
    for find in (_before_report, _at_the_start, _in_a_sentence, _as_a_name, _elsewhere):
        if found := find(detail):
            return found
    return None, detail


def _before_report(detail: str) -> tuple[int | None, str] | None:
    """The status in Okta's own frame, and what is reported after it."""
    report = _REPORTED_SPLIT.search(detail)
    if report is None:
        return None
    before = _STATUS_BEFORE_REPORT.search(detail[: report.start()])
    status, words = _status(before), detail[report.end() :].strip()
    if status is None:  # a reason phrase of the server's own, such as "Ip Forbidden", is part of what it says
        words = f"{detail[: report.start()].strip()}. {words}".lstrip(". ")
    repeats_it = status is not None and _STATUS_BY_PHRASE.get(words.lower().strip(" .!\"'")) == status
    return status, "" if repeats_it else words


def _at_the_start(detail: str) -> tuple[int | None, str] | None:
    alone = _STATUS_ALONE.match(detail)
    return (_status(alone), alone["after"]) if alone and (alone["number"] or alone["phrase"]) else None


def _in_a_sentence(detail: str) -> tuple[int, str] | None:
    inside = _STATUS_INSIDE.search(detail)
    return (int(next(filter(None, inside.groups()))), detail) if inside else None


def _as_a_name(detail: str) -> tuple[int, str] | None:
    status = _STATUS_BY_NAME.get(_squeezed(detail))
    return (status, "") if status else None


def _elsewhere(detail: str) -> tuple[int | None, str] | None:
    found = _STATUS_ELSEWHERE.search(detail) if _MAY_HAVE_ONE.search(detail) else None
    if found is None:
        return None
    is_all = not re.search(r"\w", detail[: found.start()] + detail[found.end() :])
    name = next(filter(None, found.groups()))
    return (int(name) if name.isdecimal() else _STATUS_BY_NAME.get(_squeezed(name))), "" if is_all else detail


def _squeezed(name: str) -> str:
    """A reason phrase as programs write it: NOT_FOUND and NotFound are "notfound"."""
    return name.casefold().strip(" .!\"'").replace(" ", "").replace("_", "")


def _status(found: re.Match[str] | None) -> int | None:
    """The status that a match names by number or, failing that, by reason phrase."""
    if found and found["number"]:
        return int(found["number"])
    return _STATUS_BY_PHRASE.get(found["phrase"].casefold()) if found and found["phrase"] else None


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
