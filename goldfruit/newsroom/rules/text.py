"""Text (文字): what an article says, cleaned and held within bounds before anybody reads it.

Signs that cannot be seen or that turn the direction of reading are refused: with them a price
reads as another than the one that was checked.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

from goldfruit.kernel.errors import RuleBroken

TITLE_MAX = 60
BODY_MAX = 20_000
BODY_LINES_MAX = 1_000
LINE_MAX = 60
REASON_MAX = 200
TAGS_MAX = 10
TAG_LENGTH_MAX = 20

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_ORIGIN = re.compile(r"[0-9]{6}")
_VARIETY = re.compile(r"[A-Z]{2,4}")

FIELD_TITLES = {
    "title": "标题",
    "body": "正文",
    "pen_name": "署名",
    "source": "来源",
    "license": "授权",
    "reason": "理由",
    "origins": "产地",
    "varieties": "品种",
}


class Category(StrEnum):
    """栏目: under which heading an article stands. Industry information only (§5.12)."""

    DAILY = "daily"
    ORIGIN = "origin"
    WEATHER = "weather"
    POLICY = "policy"
    QUALITY = "quality"
    LOGISTICS = "logistics"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """稿件内容: everything that one revision of an article says."""

    category: Category
    title: str
    body: str
    pen_name: str
    source: str = ""
    license: str = ""
    origins: tuple[str, ...] = field(default=())
    varieties: tuple[str, ...] = field(default=())
    price_sensitive: bool = False


@dataclass(eq=False)
class HiddenSigns(RuleBroken):
    """含隐藏字符: the text holds a sign that is not seen or that turns the reading direction."""

    code = "text-hides-signs"
    title = "文字含有隐藏字符"
    detail = (
        "“{what}”中含有看不见或改变阅读方向的字符（{sign}）。请删除后重新输入，不要从网页直接粘贴。"
    )

    field: str
    what: str
    sign: str


@dataclass(eq=False)
class TextWrong(RuleBroken):
    """内容不符合要求: a field is empty, too long, or names an unknown tag."""

    code = "article-text-wrong"
    title = "稿件内容不符合要求"
    detail = "“{what}”{problem}。请修改后重新提交。"

    field: str
    what: str
    problem: str


@dataclass(eq=False)
class NothingChanged(RuleBroken):
    """内容没有变化: a correction that says the same as before."""

    code = "article-unchanged"
    title = "内容没有变化"
    detail = "更正后的内容与现在公开的完全一样。请改正内容后再提交；不需要更正请直接返回。"


def cleaned(text: Text, *, origins: Collection[str], varieties: Collection[str]) -> Text:
    """Return ``text`` in one spelling (NFC, plain line ends, no blanks around), or refuse it.

    Args:
        origins: the division codes that may be tags.
        varieties: the variety codes that may be tags.

    Raises:
        HiddenSigns: a control, a zero-width sign or one that changes the reading direction.
        TextWrong: title, body or pen name is empty, something is too long, a tag is unknown.
    """
    return replace(
        text,
        title=one_line("title", text.title, TITLE_MAX),
        body=_body(text.body),
        pen_name=one_line("pen_name", text.pen_name, LINE_MAX),
        source=one_line("source", text.source, LINE_MAX, needed=False),
        license=one_line("license", text.license, LINE_MAX, needed=False),
        origins=_tags("origins", text.origins, _ORIGIN, origins),
        varieties=_tags("varieties", text.varieties, _VARIETY, varieties),
    )


def one_line(name: str, text: str, most: int, *, needed: bool = True) -> str:
    """Return ``text`` as one line without blanks around, at most ``most`` characters.

    Raises:
        HiddenSigns: as for ``cleaned``; a line break is one here.
        TextWrong: empty although ``needed``, or too long.
    """
    line = unicodedata.normalize("NFC", text).strip(" \t\r\n\u3000")
    _refuse_hidden(name, line, allowed="")
    if needed and not line:
        raise TextWrong(field=name, what=FIELD_TITLES[name], problem="不能为空")
    if len(line) > most:
        raise TextWrong(field=name, what=FIELD_TITLES[name], problem=f"超过 {most} 个字")
    return line


def reason(text: str) -> str:
    """Return a reason in one spelling; it must say something, in at most 200 characters."""
    return one_line("reason", text, REASON_MAX)


def changed(before: Text, after: Text) -> Text:
    """Return ``after``, or refuse it when it says what ``before`` said.

    Raises:
        NothingChanged: nothing that a reader sees differs.
    """
    if replace(after, price_sensitive=before.price_sensitive) == before:
        raise NothingChanged
    return after


def _body(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    body = unicodedata.normalize("NFC", lines).strip("\n \t\u3000")
    _refuse_hidden("body", body, allowed="\n\t")
    if not body:
        raise TextWrong(field="body", what="正文", problem="不能为空")
    if len(body) > BODY_MAX:
        raise TextWrong(field="body", what="正文", problem=f"超过 {BODY_MAX} 个字")
    if body.count("\n") > BODY_LINES_MAX:
        raise TextWrong(field="body", what="正文", problem=f"超过 {BODY_LINES_MAX} 行")
    return body


def _refuse_hidden(name: str, text: str, *, allowed: str) -> None:
    for sign in text:
        if sign not in allowed and unicodedata.category(sign) in _HIDDEN:
            raise HiddenSigns(field=name, what=FIELD_TITLES[name], sign=f"U+{ord(sign):04X}")


def _tags(
    name: str, given: tuple[str, ...], shape: re.Pattern[str], known: Collection[str]
) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(tag.strip()[:TAG_LENGTH_MAX] for tag in given if tag.strip()))
    if len(tags) > TAGS_MAX:
        raise TextWrong(field=name, what=FIELD_TITLES[name], problem=f"超过 {TAGS_MAX} 个标签")
    for tag in tags:
        _refuse_hidden(name, tag, allowed="")
        if not shape.fullmatch(tag) or tag not in known:
            raise TextWrong(field=name, what=FIELD_TITLES[name], problem=f"没有“{tag}”这个标签")
    return tuple(sorted(tags))
