"""Review (审稿): which text moves prices, who may let it out, what sounds like a forecast.

Spreading false news of prices is forbidden (价格法 Art. 14; domain.md §1.6), so price-sensitive
text needs a second editor (§5.12). Which words make a text sensitive or forecasting is [D].
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from goldfruit.kernel.errors import RuleBroken
from goldfruit.members.rules.acts import second_person
from goldfruit.newsroom.rules.text import Text

PRICE_SAID = re.compile(
    r"(?:元|块|毛|角|分)\s*(?:/|每|一)?\s*(?:市斤|公斤|千克|斤|吨|件|箱|kg|KG)"
    r"|(?:涨|跌|降|落|提)价|价格.{0,12}(?:涨|跌|升|降|落|高|低)|(?:涨|跌|上扬|下滑)幅?.{0,6}[0-9]"
)
"""A price with its unit, or prices that move."""

FORECAST_WORDS = (
    *(
        "预计",
        "预测",
        "预期",
        "有望",
        "势必",
        "必将",
        "将会",
        "后市",
        "看涨",
        "看跌",
        "看好",
        "看空",
    ),
    *("即将上涨", "即将下跌", "还会涨", "还会跌", "将上涨", "将下跌", "或将", "料将"),
)


@dataclass(eq=False)
class ReportIsDrafted(RuleBroken):
    """日报由系统起草: nobody begins a daily report by hand."""

    code = "report-is-drafted"
    title = "日报由系统起草"
    detail = (
        "日报在指数公布时自动起草，请到稿件队列中核对、修改并发布；其他内容请选择“资讯”或“公告”。"
    )


def sensitive(text: Text, *, before: bool = False) -> bool:
    """Return whether ``text`` may move prices: flagged now or ``before``, or it speaks of prices.

    A flag once set stays, so that nobody takes it off to publish alone.
    """
    return before or text.price_sensitive or bool(PRICE_SAID.search(f"{text.title}\n{text.body}"))


def second_editor(
    *, price_sensitive: bool, writers: Collection[int | None], publisher: int
) -> None:
    """Pass when ``publisher`` may make public what ``writers`` wrote since the last publication.

    None among the writers is the machine: a report that nobody rewrote needs one editor only,
    because two people stand behind its figures already.

    Raises:
        SecondPersonNeeded: the text is price-sensitive and the publisher wrote some of it.
    """
    if not price_sensitive:
        return
    for writer in writers:
        if writer is not None:
            second_person(writer, publisher)


def forecast_words(text: Text) -> tuple[str, ...]:
    """Return the words of ``text`` that sound like a forecast, in the order of the list.

    They are shown to the editors, who say whose opinion it is: no forecast is presented as fact.
    """
    said = f"{text.title}\n{text.body}"
    return tuple(word for word in FORECAST_WORDS if word in said)
