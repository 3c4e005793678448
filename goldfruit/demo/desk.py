"""The demo market's people at work, day by day: reporters, analyst, approver, editors, clerks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from goldfruit.demo import people, season
from goldfruit.demo.news import ARTICLES, DEPOSITS, LAST_DEPOSIT
from goldfruit.infra.work import Work
from goldfruit.kernel.days import instant_at
from goldfruit.kernel.units import Money
from goldfruit.ledger.services import cash, days
from goldfruit.members import queries as members
from goldfruit.newsroom import queries as newsroom
from goldfruit.newsroom import services as news
from goldfruit.newsroom.rules.states import Kind, State
from goldfruit.prices.queries import quotes, runs
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.publication import RunState
from goldfruit.prices.services import publishing
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import runs as running

if TYPE_CHECKING:
    from goldfruit.demo.make import Deed, Market

CORRECTED_AFTER = 2
LEFT_TO_DO = 2
FRIDAY = 4
WEEKLY = "GFI-W"


class Desk:
    """Gives the deeds of one day, each with its instant; the order of the day decides."""

    def __init__(self, market: "Market", definition: Definition, seed: int) -> None:
        self.market = market
        self.definition = definition
        self.seed = seed

    def deeds(
        self,
        day: date,
        place: int | None,
        path: Sequence[Mapping[str, float]],
        trading_days: Sequence[date],
    ) -> Iterator["Deed"]:
        """Yield what people do on ``day``: (instant, rank, deed)."""
        if place is None:
            return
        newest = place + LEFT_TO_DO >= len(trading_days)
        odd = season.ODD_DAYS.get(place, season.Odd(slip=newest))
        for reporter in people.reporters():
            said = season.said_on(
                self.definition, reporter, day, odd=odd, level=path[place], seed=self.seed
            )
            if said:
                at = instant_at(day, time(said[0].minute // 60, said[0].minute % 60))
                yield at, 1, self._report(reporter, said, at)
        if not newest:
            yield self._at(day, time(16, 25), "analyst", self._judge)
        yield self._at(day, time(16, 45), "analyst", lambda work: self._review(work, day))
        approving = time(18, 10) if odd.late else time(16, 58)
        yield self._at(day, approving, "approver", lambda work: self._approve(work, day, odd.late))
        if day.weekday() == FRIDAY:
            yield self._at(day, time(18, 15), "analyst", lambda work: self._review_week(work, day))
            yield self._at(
                day, time(18, 20), "approver", lambda work: self._approve_week(work, day)
            )
        if not newest:
            yield self._at(day, time(18, 30), "editor1", lambda work: self._edit(work, day))
        yield from self._corrections(day, place, trading_days)
        yield from self._cash(day, place, newest=newest)
        yield from self._news(day, place)

    def _at(self, day: date, at: time, who: str, deed: Callable[[Work], object]) -> "Deed":
        instant = instant_at(day, at)
        return instant, 3, lambda: self.market.do(instant, self.market.by(who), deed)

    def _report(
        self, reporter: people.Reporter, said: Sequence[season.Said], at: datetime
    ) -> Callable[[], object]:
        def deed(work: Work) -> None:
            for one in said:
                quoting.report_quote(
                    work,
                    reporter_id=work.actor.user_id or 0,
                    spec=one.spec,
                    low=one.low,
                    mostly=one.mostly,
                    high=one.high,
                    tone=one.tone,
                )

        who = reporter.login.removesuffix("@demo.example")
        return lambda: self.market.do(at, self.market.by(who), deed)

    def _judge(self, work: Work) -> None:
        for quote in quotes.suspects(work.session):
            quoting.judge_quote(
                work, quote_id=quote.id, verdict="drop", reason="电话核实：把公斤价填成了斤价"
            )

    def _review(self, work: Work, day: date) -> None:
        for run in runs.on_day(work.session, self.definition.code, day, RunState.CALCULATED):
            running.review(work, run_id=run.id)

    def _approve(self, work: Work, day: date, late: bool) -> None:
        wanted = (RunState.REVIEW, RunState.HELD)
        for run in runs.on_day(work.session, self.definition.code, day, *wanted):
            running.approve(work, run_id=run.id)
            if late:
                publishing.publish(work, run_id=run.id)

    def _review_week(self, work: Work, day: date) -> None:
        for run in runs.on_day(work.session, WEEKLY, day, RunState.HELD):
            running.review(work, run_id=run.id)

    def _approve_week(self, work: Work, day: date) -> None:
        for run in runs.on_day(work.session, WEEKLY, day, RunState.REVIEW):
            running.approve(work, run_id=run.id)
            publishing.publish(work, run_id=run.id)

    def _edit(self, work: Work, day: date) -> None:
        article = newsroom.report_of(work.session, self.definition.code, day)
        if article is not None and article.state == State.SUBMITTED:
            news.publish(work, article_id=article.id)

    def _corrections(self, day: date, place: int, trading_days: Sequence[date]) -> Iterator["Deed"]:
        """Two days after a wrong figure the analyst finds it, and the approver lets it out."""
        wrong_place = place - CORRECTED_AFTER
        if not season.ODD_DAYS.get(wrong_place, season.Odd()).wrong:
            return
        wrong = trading_days[wrong_place]

        def find(work: Work) -> None:
            for quote in quotes.of_day(work.session, quoting.HOME_MARKET, wrong):
                if '"610425"' in quote.spec or '"610430"' in quote.spec:
                    quoting.judge_quote(
                        work, quote_id=quote.id, verdict="withdraw", reason="报价员误报了到站价"
                    )
            run = publishing.correct(
                work,
                index_code=self.definition.code,
                day=wrong,
                cause="wrong-input",
                reason="礼泉、淳化报价误用到站价，剔除后重算",
            )
            running.review(work, run_id=run.id)

        def let_out(work: Work) -> None:
            run = runs.newest_within(
                work.session, self.definition.code, wrong, wrong, (RunState.REVIEW,)
            )
            running.approve(work, run_id=run.id)
            publishing.publish(work, run_id=run.id)

        yield self._at(day, time(10, 30), "analyst", find)
        yield self._at(day, time(11, 0), "approver", let_out)

    def _cash(self, day: date, place: int, *, newest: bool) -> Iterator["Deed"]:
        deposits = LAST_DEPOSIT if newest else DEPOSITS.get(place, ())
        for number, (who, yuan) in enumerate(deposits):
            serial = f"DEMO{day:%Y%m%d}{number:04d}"

            def prepare(work: Work, who: str = who, yuan: str = yuan, serial: str = serial) -> None:
                user = members.user_by_login(work.session, f"{who}@demo.example")
                owned = members.members_of(work.session, user.id) if user else ()
                if owned:
                    cash.prepare_in(
                        work, member=owned[0].id, amount=Money.from_yuan(yuan), serial=serial
                    )

            yield self._at(day, time(11, number), "clerk1", prepare)
        if deposits and not newest:
            yield self._at(day, time(14, 30), "clerk2", self._confirm)
            yield self._at(day, time(17, 45), "clerk1", lambda work: days.close_day(work, day=day))

    def _confirm(self, work: Work) -> None:
        from goldfruit.ledger import queries as ledger

        for movement in ledger.movements_page(work.session, states=("prepared",)):
            cash.confirm(work, movement_id=movement.id)

    def _news(self, day: date, place: int) -> Iterator["Deed"]:
        text = ARTICLES.get(place)
        if text is None:
            return

        def write(work: Work) -> None:
            article = news.write(work, kind=Kind.NEWS, said=text)
            news.submit(work, article_id=article.id)
            written.append(article.id)

        def publish(work: Work) -> None:
            for article_id in written:
                news.publish(work, article_id=article_id)

        written: list[int] = []
        yield self._at(day, time(9, 30), "editor1", write)
        yield self._at(day, time(9, 45), "editor2", publish)
