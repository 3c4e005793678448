"""What all newsroom pages share: the blueprint and the words of the trade in both languages."""

from flask import Blueprint
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from goldfruit.kernel.fruit import origins, words
from goldfruit.newsroom.rules.states import Kind, State
from goldfruit.newsroom.rules.text import Category, Text

blueprint = Blueprint("newsroom", __name__)

CATEGORIES: dict[str, LazyString] = {
    Category.DAILY.value: _l("行情日报"),
    Category.ORIGIN.value: _l("产区动态"),
    Category.WEATHER.value: _l("天气与灾害"),
    Category.POLICY.value: _l("政策与标准"),
    Category.QUALITY.value: _l("质量与检测"),
    Category.LOGISTICS.value: _l("仓储物流"),
    Category.PLATFORM.value: _l("平台公告"),
}

KINDS: dict[str, LazyString] = {
    Kind.REPORT.value: _l("日报"),
    Kind.NEWS.value: _l("资讯"),
    Kind.NOTICE.value: _l("公告"),
}

STATES: dict[str, tuple[LazyString, str]] = {
    State.DRAFT.value: (_l("草稿"), "plain"),
    State.SUBMITTED.value: (_l("待发布"), "wait"),
    State.PUBLISHED.value: (_l("已发布"), "ok"),
    State.CORRECTING.value: (_l("更正待复核"), "wait"),
    State.CORRECTED.value: (_l("已更正"), "ok"),
    State.WITHDRAWN.value: (_l("已撤回"), "bad"),
}


def tags(said: Text) -> list[str]:
    """Return the tags of an article as people say them: origins first, then varieties."""
    places = origins.divisions()
    kinds = {term.code: term.name for term in words.words().varieties}
    return [
        *(places[code].name for code in said.origins if code in places),
        *(kinds.get(code, code) for code in said.varieties),
    ]


def tag_code(word: str) -> tuple[str, str] | None:
    """Return which tag ``word`` is: ``("origins", code)``, ``("varieties", code)`` or None."""
    for term in words.words().varieties:
        if word in (*term.words, term.code):
            return "varieties", term.code
    if word in origins.divisions():
        return "origins", word
    place = origins.names().get(word)
    return None if place is None else ("origins", place.code)


@blueprint.context_processor
def newsroom_words() -> dict[str, object]:
    """Give the newsroom's templates their words."""
    return {"news_categories": CATEGORIES, "news_kinds": KINDS, "news_states": STATES}
