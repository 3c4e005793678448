"""The month's jobs on seeded quotes: planted differentials are found, noise is not."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from goldfruit import jobs
from goldfruit.infra import calendar, facts
from goldfruit.infra.work import SYSTEM, Actor, Exchange
from goldfruit.kernel.events import BasketConsultationDue
from goldfruit.kernel.fruit import Spec
from goldfruit.kernel.units import Price
from goldfruit.prices.models import ReporterScore
from goldfruit.prices.queries import definitions, quotes
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.services import definitions as defining
from goldfruit.prices.services import monthly
from goldfruit.prices.services.quotes import report_quote
from tests.conftest import Clock

FIRST, LAST = date(2025, 11, 3), date(2025, 12, 31)
AS_OF = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
"""07:00 of 1 January 2026 in Xianyang."""
APPROVER = Actor(2, "approver")
MERCHANT_EFFECT = 0.12


def reported(exchange: Exchange, effect: float, *, striped: float, seed: int = 5) -> None:
    """Let six reporters quote one spec on each trading day; odd ones quote merchants' fruit."""
    luck = Random(seed)  # noqa: S311 (figures, no secrets)
    with exchange.reading() as work:
        days = calendar.load(work.session).between(FIRST, LAST)
    for number, day in enumerate(days):
        opened = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
        with exchange.begin(SYSTEM, now=opened) as work:
            for reporter in range(1, 7):
                owner = "merchant" if (reporter + number) % 2 else "grower"
                color = "T" if luck.random() < 0.5 else "P"
                moved = effect * (owner == "merchant") + striped * (color == "T")
                spec = Spec(
                    variety="FJ",
                    bagging="ZD",
                    size_min_mm=80,
                    grade_scheme="trade",
                    grade="12",
                    color_type=color,
                    owner_type=owner,
                    stage="L",
                    origin_code="610425",
                )
                price = Price(round(6_000 * math.exp(moved + luck.gauss(0, 0.01))))
                report_quote(
                    work, reporter_id=reporter, spec=spec, low=price, mostly=price, high=price
                )


def in_force() -> dict[str, float]:
    """Return the effects that the table in force already takes out, at about 6,000 yuan/t."""
    return {"owner": math.log1p(400 / 6_000), "striped": math.log1p(300 / 6_000)}


def test_a_planted_differential_is_proposed_and_nothing_changes_by_itself(
    exchange: Exchange,
) -> None:
    reported(exchange, MERCHANT_EFFECT, striped=in_force()["striped"])

    with exchange.begin(SYSTEM, now=AS_OF) as work:
        found = {each.index_code: each for each in monthly.estimate_differentials(work, AS_OF)}

    estimate = found["GFI-D"]
    [change] = estimate.changes
    assert (change.name, change.before) == ("owner_type=merchant", -400)
    assert change.after == pytest.approx(-6_000 * math.expm1(MERCHANT_EFFECT), abs=60)
    assert change.term.t > 2
    with exchange.reading() as work:
        [proposal] = [p for p in definitions.proposals(work.session) if p.code == "GFI-D"]
        held = definitions.in_force(work.session, "GFI-D", date(2026, 1, 5))
    document = json.loads(proposal.document)
    assert document["differentials"]["amounts"] == {
        "color_type=T": -300,
        "owner_type=merchant": change.after,
    }
    assert proposal.effective_from == date(2026, 3, 1)
    assert "owner_type=merchant" in proposal.note
    assert held.differentials.amounts["owner_type=merchant"] == -400


def test_a_second_person_puts_the_new_table_in_force_after_the_notice(exchange: Exchange) -> None:
    reported(exchange, MERCHANT_EFFECT, striped=in_force()["striped"])
    with exchange.begin(SYSTEM, now=AS_OF) as work:
        monthly.begin(work, AS_OF)
    with exchange.begin(APPROVER, now=AS_OF + timedelta(days=3)) as work:
        [waiting] = [p for p in definitions.proposals(work.session) if p.code == "GFI-D"]
        defining.decide_definition(work, code="GFI-D", version=waiting.version, approve=True)

    with exchange.reading() as work:
        before = definitions.in_force(work.session, "GFI-D", date(2026, 2, 28))
        after = definitions.in_force(work.session, "GFI-D", date(2026, 3, 1))

    assert before.differentials.amounts["owner_type=merchant"] == -400
    assert after.differentials.amounts["owner_type=merchant"] < -600
    assert after.cells == before.cells


def test_the_table_in_force_found_again_is_no_proposal(exchange: Exchange) -> None:
    effects = in_force()
    reported(exchange, effects["owner"], striped=effects["striped"])

    with exchange.begin(SYSTEM, now=AS_OF) as work:
        told = monthly.begin(work, AS_OF)

    assert "GFI-D 差价不变" in told
    with exchange.reading() as work:
        assert definitions.proposals(work.session) == []


def test_no_effect_at_all_changes_nothing(exchange: Exchange) -> None:
    reported(exchange, 0.0, striped=0.0, seed=8)

    with exchange.begin(SYSTEM, now=AS_OF) as work:
        found = {each.index_code: each for each in monthly.estimate_differentials(work, AS_OF)}

    assert all(abs(term.t) <= 2 for term in found["GFI-D"].fit.terms)
    assert len(found["GFI-D"].fit.terms) == 2
    assert found["GFI-D"].proposal is None


def test_a_proposal_that_waits_is_left_alone(exchange: Exchange) -> None:
    reported(exchange, MERCHANT_EFFECT, striped=in_force()["striped"])
    with exchange.begin(SYSTEM, now=AS_OF) as work:
        monthly.begin(work, AS_OF)

    with exchange.begin(SYSTEM, now=AS_OF + timedelta(days=31)) as work:
        told = monthly.begin(work, AS_OF + timedelta(days=31))

    assert "GFI-D 第 3 版待批，未作差价提案" in told
    with exchange.reading() as work:
        assert len([p for p in definitions.proposals(work.session) if p.code == "GFI-D"]) == 1


def test_without_quotes_it_says_so(exchange: Exchange) -> None:
    with exchange.begin(SYSTEM, now=AS_OF) as work:
        told = monthly.begin(work, AS_OF)

    assert told.startswith("无报价员可评分；GFI-D 差价未重估：")


def test_reporters_are_scored_once_and_weigh_from_then_on(exchange: Exchange) -> None:
    reported(exchange, in_force()["owner"], striped=in_force()["striped"])
    gfi = definition(exchange)
    with exchange.begin(SYSTEM, now=AS_OF) as work:
        made = [(row.reporter_id, row.score) for row in monthly.score_reporters(work, AS_OF)]
    with exchange.begin(SYSTEM, now=AS_OF) as work:
        monthly.score_reporters(work, AS_OF)

    with exchange.reading() as work:
        rows = list(work.session.scalars(sa.select(ReporterScore)))
        before = quotes.taken(work.session, gfi, FIRST, LAST, AS_OF - timedelta(seconds=1))
        after = quotes.taken(work.session, gfi, FIRST, LAST, AS_OF)
    assert [reporter for reporter, _ in made] == [1, 2, 3, 4, 5, 6]
    assert [(row.reporter_id, row.score) for row in rows] == made
    assert {row.month for row in rows} == {date(2025, 12, 1)}
    assert all(80 < row.score <= 100 and row.quotes == 23 for row in rows)
    assert {seen.score for day in before.by_day.values() for seen in day} == {100}
    assert {(seen.reporter, seen.score) for day in after.by_day.values() for seen in day} == {
        (f"r{reporter}", score) for reporter, score in made
    }


def test_the_clock_begins_a_month_once(exchange: Exchange, clock: Clock) -> None:
    reported(exchange, MERCHANT_EFFECT, striped=in_force()["striped"])
    clock.now = AS_OF + timedelta(hours=2)
    job = jobs.find("month-begins")

    told = jobs.run(exchange, job, AS_OF)
    again = jobs.run(exchange, job, AS_OF)

    assert told is not None
    assert told.startswith("2025-12 报价员评分 6 位；GFI-D 提出第 3 版（2026-03-01 生效）")
    assert again is None


def test_a_consultation_is_announced_and_gives_thirty_days(exchange: Exchange) -> None:
    september = datetime(2025, 8, 31, 23, 30, tzinfo=UTC)

    with exchange.begin(SYSTEM, now=september) as work:
        told = monthly.basket_notice(work, september)

    assert told == "GFI-D 第 1 版的权重与篮子开始征求意见，新版不早于 2025-10-01 生效"
    with exchange.reading() as work:
        [said] = facts.bodies(work.session, facts.fact_name(BasketConsultationDue))
    assert said["effect_not_before"] == "2025-10-01"


def definition(exchange: Exchange) -> Definition:
    with exchange.reading() as work:
        return definitions.in_force(work.session, "GFI-D", LAST)
