"""States (稿件状态): an article's life as one table."""

from dataclasses import dataclass
from enum import StrEnum

from goldfruit.kernel.errors import Clash, NotFound


class Kind(StrEnum):
    """稿件种类: a daily report, a piece of news, or a notice of the platform."""

    REPORT = "report"
    NEWS = "news"
    NOTICE = "notice"


class State(StrEnum):
    """稿件状态: where an article stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


STATE_TITLES: dict[State, str] = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "待发布",
    State.PUBLISHED: "已发布",
    State.CORRECTING: "更正待复核",
    State.CORRECTED: "已更正",
    State.WITHDRAWN: "已撤回",
}

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.DRAFT, State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.DRAFT, State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.CORRECTING, State.CORRECTED, State.WITHDRAWN}),
    State.CORRECTING: frozenset({State.PUBLISHED, State.CORRECTED, State.WITHDRAWN}),
    State.CORRECTED: frozenset({State.CORRECTING, State.CORRECTED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

PUBLIC = frozenset({State.PUBLISHED, State.CORRECTING, State.CORRECTED})
"""States in which everybody reads the revision shown last; a withdrawn one leaves a stub."""


@dataclass(eq=False)
class NoSuchArticle(NotFound):
    """稿件不存在: nothing under that number for this reader."""

    code = "no-such-article"
    title = "没有这篇稿件"
    detail = "没有编号为 {article_id} 的稿件，或者它还没有发布。请从资讯列表重新进入。"

    article_id: int


@dataclass(eq=False)
class ArticleCannotMove(Clash):
    """稿件状态不允许: the article's state does not allow that step."""

    code = "article-cannot-move"
    title = "稿件当前状态不允许此操作"
    detail = "稿件现为“{current}”，不能转为“{wanted}”。请刷新页面，按最新状态办理。"

    current: str
    wanted: str


@dataclass(eq=False)
class ArticleChanged(Clash):
    """稿件已有新稿: somebody else saved a revision after the one that this person saw."""

    code = "article-changed"
    title = "稿件已被他人修改"
    detail = "您看到的是第 {seen} 稿，现在已有第 {newest} 稿。请刷新页面，核对新稿后再办理。"

    seen: int
    newest: int


def move(current: State, wanted: State) -> State:
    """Return ``wanted`` when the table allows the step.

    Raises:
        ArticleCannotMove: it does not.
    """
    if wanted not in MOVES[current]:
        raise ArticleCannotMove(current=STATE_TITLES[current], wanted=STATE_TITLES[wanted])
    return wanted


def same_revision(seen: int | None, newest: int) -> None:
    """Pass when the revision that a person saw is the newest; None asks for no check.

    Raises:
        ArticleChanged: there is a newer one.
    """
    if seen is not None and seen != newest:
        raise ArticleChanged(seen=seen, newest=newest)
