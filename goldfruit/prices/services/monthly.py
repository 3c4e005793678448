"""The index's month (指数月度工作): reporter scores, differentials, the year's consultation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from goldfruit.infra import calendar
from goldfruit.infra.work import Work
from goldfruit.kernel.days import local_day
from goldfruit.kernel.digests import Json
from goldfruit.kernel.events import BasketConsultationDue, DefinitionProposed, ReportersScored
from goldfruit.prices.models import IndexDefinition, ReporterScore
from goldfruit.prices.queries import definitions, quotes, scores
from goldfruit.prices.rules import filters, hedonic
from goldfruit.prices.rules import scores as scoring
from goldfruit.prices.rules.definitions import LOWE, Definition
from goldfruit.prices.rules.filters import Background, Verdict
from goldfruit.prices.rules.observations import Differentials, Kind, reference_price
from goldfruit.prices.services.definitions import propose_definition
from goldfruit.prices.services.quotes import HOME_MARKET

NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """差价重估: what the last 90 days say about one index's table, and what became of it."""

    index_code: str
    fit: hedonic.Fit
    changes: tuple[hedonic.Change, ...]
    proposal: IndexDefinition | None
    told: str


def begin(work: Work, as_of: datetime) -> str:
    """Score the reporters of the month that ended and estimate differentials; say what came out.

    Both look at what was known at ``as_of``, so a month that is caught up with comes out as on
    time. Source: §3.4.9.
    """
    scored = score_reporters(work, as_of)
    told = [f"{scored[0].month:%Y-%m} 报价员评分 {len(scored)} 位" if scored else "无报价员可评分"]
    told += [estimate.told for estimate in estimate_differentials(work, as_of)]
    return "；".join(told)[:800]


def score_reporters(work: Work, as_of: datetime) -> list[ReporterScore]:
    """Record and return the scores of the month before ``as_of``; those made before stay.

    Cells and filters are those of the home market's daily index, as they stood on the month's
    last day. A score weighs quotes from ``as_of`` on.
    """
    last = local_day(as_of).replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    if made := scores.of_month(work.session, first):
        return made
    headline = _home_daily(work, last)
    trading = calendar.load(work.session)
    if headline is None or not trading.covers(first):
        return []
    verdicts = _verdicts(work, headline, first, last, as_of)
    standings = scoring.scored(
        [found for _, found in sorted(verdicts.items())], len(trading.between(first, last))
    )
    made = [
        ReporterScore(
            reporter_id=int(standing.reporter[1:]),
            month=first,
            score=standing.score,
            quotes=standing.quotes,
            median_gap_bp=standing.median_gap_bp,
            made_at=as_of,
        )
        for standing in standings
    ]
    if made:
        work.session.add_all(made)
        work.session.flush()
        work.announce(ReportersScored(month=first, reporters=len(made)))
    return made


def estimate_differentials(work: Work, as_of: datetime) -> list[Estimate]:
    """Estimate anew the table of each index that has one; propose a new version where it changed.

    Nothing changes by itself: a second person approves, and the version holds from the first of
    the month after next on, so that the notice of 30 days fits before it (§3.2). An index with a
    proposal that waits is left alone.
    """
    day = local_day(as_of)
    waiting = {found.code: found.version for found in definitions.proposals(work.session)}
    return [
        _estimate(work, definition, as_of, waiting.get(definition.code))
        for definition in definitions.current(work.session, day)
        if definition.differentials.amounts
    ]


def basket_notice(work: Work, as_of: datetime) -> str:
    """Announce that the weights and baskets of the daily indices are open to comments.

    Whoever tells the public listens to the fact. Nothing may take effect for 30 days (§3.4.9).
    """
    day = local_day(as_of)
    earliest = day + timedelta(days=NOTICE_DAYS)
    told = []
    for definition in _lowe(work, day):
        work.announce(
            BasketConsultationDue(
                index_code=definition.code,
                version=definition.version,
                opens=day,
                effect_not_before=earliest,
            )
        )
        told.append(f"{definition.code} 第 {definition.version} 版")
    if not told:
        return "没有需要征求意见的篮子"
    return f"{'、'.join(told)}的权重与篮子开始征求意见，新版不早于 {earliest} 生效"


def _estimate(work: Work, definition: Definition, as_of: datetime, waiting: int | None) -> Estimate:
    rules, code = hedonic.HedonicRules(), definition.code
    if waiting is not None:
        nothing = hedonic.Fit((), 0, 0, 0.0, reason="已有待批提案")
        return Estimate(code, nothing, (), None, f"{code} 第 {waiting} 版待批，未作差价提案")
    last = local_day(as_of) - timedelta(days=1)
    first = last - timedelta(days=rules.days - 1)
    table = definition.differentials
    verdicts = _verdicts(work, definition, first, last, as_of)
    rows = [_quoted(v, definition) for found in verdicts.values() for v in found if v.accepted]
    fit = hedonic.fitted(rows, table.amounts, rules)
    if fit.reason:
        return Estimate(code, fit, (), None, f"{code} 差价未重估：{fit.reason}")
    changes = hedonic.changes(fit, table, rules)
    if not changes:
        return Estimate(code, fit, (), None, f"{code} 差价不变（{fit.quotes} 条报价）")
    said = "、".join(_said(change) for change in changes)
    document = _with_differentials(definition, changes, first, last, rules)
    proposal = propose_definition(work, document=document, note=f"差价重估：{said}")
    work.announce(
        DefinitionProposed(
            index_code=code,
            version=proposal.version,
            effective_from=proposal.effective_from,
            digest=proposal.digest,
        )
    )
    told = f"{code} 提出第 {proposal.version} 版（{proposal.effective_from} 生效）：{said}"
    return Estimate(code, fit, changes, proposal, told)


def _with_differentials(
    definition: Definition,
    changes: Sequence[hedonic.Change],
    first: date,
    last: date,
    rules: hedonic.HedonicRules,
) -> Mapping[str, Json]:
    table = definition.differentials
    amounts = {**table.amounts, **{change.name: change.after for change in changes}}
    block: Json = {
        "version": f"{last + timedelta(days=1)}",
        "amounts": dict(sorted(amounts.items())),
        "annual_rate_bp": table.annual_rate_bp,
        "source": f"{rules.source}, log-price regression on quotes of {first} to {last}",
    }
    effective = _month_after_next(last + timedelta(days=1))
    return {
        **definition.document,
        "differentials": block,
        "effective_from": effective.isoformat(),
    }


def _month_after_next(day: date) -> date:
    months = 12 * day.year + day.month - 1 + 2
    return date(months // 12, months % 12 + 1, 1)


def _said(change: hedonic.Change) -> str:
    term = change.term
    return f"{change.name} {change.before:+d}→{change.after:+d} 元/吨（t={term.t:.1f}）"


def _verdicts(
    work: Work, definition: Definition, first: date, last: date, as_of: datetime
) -> dict[date, tuple[Verdict, ...]]:
    """Return each day's verdicts of the definition's filters, in the order of the days."""
    taken = quotes.taken(work.session, definition, first, last, as_of)
    return {
        day: filters.judged(
            taken.by_day[day],
            definition.filters,
            Background(),
            definition.differentials,
            kinds=definition.kinds,
            price=definition.price,
            reinstated=taken.reinstated.get(day, ()),
        )
        for day in sorted(taken.by_day)
    }


def _quoted(verdict: Verdict, definition: Definition) -> hedonic.Quoted:
    """Return an accepted observation with its price before any differential."""
    seen, table = verdict.seen, definition.differentials
    plain = Differentials(annual_rate_bp=table.annual_rate_bp)
    said = {f"{name}={value}" for name, value in seen.terms}
    price = reference_price(seen, plain, definition.price)
    return hedonic.Quoted(seen.day, seen.cell, price, frozenset(said & set(table.amounts)))


def _home_daily(work: Work, day: date) -> Definition | None:
    found = (
        definition
        for definition in _lowe(work, day)
        if definition.market == HOME_MARKET and Kind.SURVEY in definition.kinds
    )
    return next(found, None)


def _lowe(work: Work, day: date) -> list[Definition]:
    return [
        definition
        for definition in definitions.current(work.session, day)
        if definition.formula == LOWE and definition.calendar == "trading-days"
    ]
