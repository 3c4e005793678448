"""The daily report (日报): the day's facts as a title and a Markdown body, in Chinese.

The template is that of the trade: 产区 – 规格 – 低/高/主流 – 走货 – 客商 – 心态 – 备注.
A missing figure is a dash with its reason, never 0; nothing is said about tomorrow. Prices of
fewer than three contributors stay hidden, because competitors must not read each other's quotes
(反垄断法 Art. 17; domain.md §3.2).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

CONTRIBUTORS_MIN = 3
DASH = "—"
SHANGHAI = ZoneInfo("Asia/Shanghai")
COLUMNS = (*("产区", "规格", "最低", "最高", "主流", "报价家数", "走货", "客商", "心态", "备注"),)
_WEEKDAYS = "一二三四五六日"
_MARKS = re.compile(r"([\\`*_\[\]<>|#~!])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyLine:
    """产区行情: one spec of one county on the day.

    ``low``, ``high`` and ``mostly`` are text in yuan per jin, or None with a ``reason``.
    ``movement``, ``buyers`` and ``mood`` are words of reporters (走货、客商、心态), empty when
    nobody said them.
    """

    county: str
    spec: str
    low: str | None
    high: str | None
    mostly: str | None
    contributors: int
    reason: str = ""
    movement: str = ""
    buyers: str = ""
    mood: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """日报事实: what is known of an index on a day, already written for people.

    ``value`` is the published value or None with ``value_reason``; ``change`` is its difference
    from the value of ``change_day``, the last day with a published value, e.g. ``▲ +3.10
    (+0.31%)``. ``public_source`` is true for quotes that a market itself publishes: they are no
    secret of competitors.
    """

    index_code: str
    index_name: str
    day: date
    published_at: datetime
    value: str | None
    value_reason: str = ""
    change: str | None = None
    change_day: date | None = None
    tone: str = ""
    confidence: str = ""
    provisional: bool = True
    data_note: str = ""
    lines: tuple[CountyLine, ...] = ()
    unit: str = "元/斤"
    public_source: bool = False


def compose(facts: ReportFacts) -> tuple[str, str]:
    """Return title and Markdown body of the daily report of ``facts``."""
    parts = [_lead(facts), *_quality(facts), _board(facts), _small_print(facts)]
    return _title(facts), "\n\n".join(part for part in parts if part)


def _title(facts: ReportFacts) -> str:
    said = f"{facts.value} 点" if facts.value is not None else "今日不公布"
    return f"{facts.day.month}月{facts.day.day}日 {facts.index_name} {said}"


def _lead(facts: ReportFacts) -> str:
    name, day = plain(facts.index_name), _day(facts.day)
    if facts.value is None:
        why = plain(facts.value_reason) or "当日数据不足"
        return f"{day}，{name}**不公布**：{why}。不用旧价代替。{_last(facts)}"
    tone = f"，行情**{plain(facts.tone)}**" if facts.tone else ""
    return f"{day}，{name}报 **{plain(facts.value)} 点**，{_change(facts)}{tone}。"


def _change(facts: ReportFacts) -> str:
    if facts.change is None or facts.change_day is None:
        return f"较上一公布日 {DASH}（此前没有公布值）"
    return f"较{_short_day(facts.change_day, facts.day)} {plain(facts.change)}"


def _last(facts: ReportFacts) -> str:
    if facts.change_day is None:
        return ""
    return f"上一公布日为{_short_day(facts.change_day, facts.day)}。"


def _quality(facts: ReportFacts) -> list[str]:
    """Return how far the value can be trusted; nothing where nothing was published."""
    said = []
    if facts.value is not None:
        said.append(f"可信度：{plain(facts.confidence) or DASH + '（未评定）'}。")
        if facts.provisional:
            said.append("本值为初值，下一交易日 10:00 定稿。")
    if facts.data_note:
        said.append(f"{plain(facts.data_note)}。")
    return ["".join(said)] if said else []


def _board(facts: ReportFacts) -> str:
    heading = f"## 各产区行情（{plain(facts.unit)}）"
    if not facts.lines:
        return f"{heading}\n\n当日没有收到可用的产区报价。"
    rows = [_row(COLUMNS), _row(("---", "---", "---:", "---:", "---:", "---:", *["---"] * 4))]
    rows += [_row(_cells(line, facts.public_source)) for line in facts.lines]
    return heading + "\n\n" + "\n".join(rows)


def _cells(line: CountyLine, public_source: bool) -> tuple[str, ...]:
    prices: tuple[str | None, ...] = (line.low, line.high, line.mostly)
    note = line.reason
    if not public_source and line.contributors < CONTRIBUTORS_MIN:
        prices = (None, None, None)
        note = note or f"报价不足 {CONTRIBUTORS_MIN} 家，不公开"
    elif None in prices:
        note = note or "没有可用报价"
    figures = tuple(DASH if price is None else plain(price) for price in prices)
    said = tuple(plain(word) or DASH for word in (line.movement, line.buyers, line.mood))
    count = str(line.contributors) if line.contributors else DASH
    return (plain(line.county), plain(line.spec), *figures, count, *said, plain(note))


def _small_print(facts: ReportFacts) -> str:
    at = facts.published_at.astimezone(SHANGHAI)
    when = f"{at.month}月{at.day}日 {at:%H:%M}"
    return (
        f"“{DASH}”表示当日没有采集到，或按规则不公开，原因见备注。"
        f"{when}（北京时间）公布，只说当日情况，不是对今后价格的判断，以平台公布为准。"
    )


def plain(text: str) -> str:
    """Return ``text`` on one line with every sign of Markdown taken literally."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _short_day(day: date, seen_from: date) -> str:
    """Return a day as people say it; the year stands only where it is another."""
    year = "" if day.year == seen_from.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
