"""What the daily report is told of a published day."""

from goldfruit.infra.work import Exchange
from goldfruit.prices.queries.day_report import DayReport, report_facts
from tests.conftest import Clock
from tests.prices import published
from tests.prices.published import Plan

THIN = "FJ-ZD-80-12-610428-L"


def told(exchange: Exchange, code: str = "GFI-D", *, back: int = 1) -> DayReport:
    with exchange.reading() as work:
        day = published.trading_days(exchange, 3)[-back]
        found = report_facts(work.session, code, day)
    assert found is not None
    return found


def test_names_the_change_and_the_day_it_is_measured_from(exchange: Exchange, clock: Clock) -> None:
    days = published.publish_gfi(exchange, clock, days=3)

    facts = told(exchange)

    assert facts.change_day == days[1]
    assert facts.change is not None
    assert facts.change[0] in "▲▼"
    assert facts.tone in {"涨", "偏强", "稳", "偏弱", "跌"}
    assert facts.confidence == "基于报价"
    assert facts.provisional
    assert not facts.public_source


def test_a_cell_of_two_reporters_has_a_reason_and_no_price(
    exchange: Exchange, clock: Clock
) -> None:
    published.publish_gfi(exchange, clock, days=3, plan=lambda _: Plan(thin=(THIN,)))

    lines = {(line.county, line.spec): line for line in told(exchange).lines}

    thin = lines["长武县", "长武纸袋80#以上"]
    assert (thin.low, thin.mostly, thin.high) == (None, None, None)
    assert thin.reason == "不足 3 家报价"
    assert lines["礼泉县", "礼泉纸袋80#以上"].mostly is not None


def test_a_day_without_a_value_says_why(exchange: Exchange, clock: Clock) -> None:
    days = published.publish_gfi(
        exchange, clock, days=3, plan=lambda n: Plan(silent=("ZD",) if n == 2 else ())
    )

    facts = told(exchange)

    assert facts.value is None
    assert facts.value_reason == "报价不足，达不到发布门槛"
    assert facts.change_day == days[1]


def test_nothing_is_told_of_a_day_that_is_not_published(exchange: Exchange) -> None:
    with exchange.reading() as work:
        assert report_facts(work.session, "GFI-D", published.FIRST) is None
