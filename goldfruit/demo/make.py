"""Making the demo market: people first, then each day as it would have gone, through services."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from config import Config
from goldfruit import jobs
from goldfruit.demo import people, season
from goldfruit.demo.desk import Desk
from goldfruit.infra import calendar
from goldfruit.infra.work import Actor, Exchange, Work
from goldfruit.kernel.days import Calendar, instant_at, local_day
from goldfruit.members import queries as members
from goldfruit.members.crypto import Keyring, keyring
from goldfruit.members.logins import login
from goldfruit.members.rules.roles import Role
from goldfruit.members.services import accounts, membership, roles
from goldfruit.prices.queries import definitions, quotes
from goldfruit.prices.services.quotes import HOME_MARKET

INDEX = "GFI-D"
TRADING_DAYS = 66
SEED = 20251009


@dataclass(slots=True)
class Hand:
    """The hand on the demo's clock; ``exchange`` reads it."""

    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Market:
    """演示市场: the exchange on the demo's own clock, and who acts in it."""

    exchange: Exchange
    hand: Hand
    seed: int
    actors: dict[str, Actor] = field(default_factory=dict)

    def by(self, name: str) -> Actor:
        """Return the user who signs in as ``name``@demo.example."""
        wanted = f"{name}@demo.example"
        if wanted not in self.actors:
            with self.exchange.reading() as work:
                self.actors[wanted] = members.actor_of(work.session, wanted)
        return self.actors[wanted]

    def do(self, at: datetime, actor: Actor, deed: Callable[[Work], object]) -> None:
        """Let ``actor`` do one thing at one instant."""
        self.hand.now = at
        with self.exchange.begin(actor) as work:
            deed(work)


def make_once(exchange: Exchange, config: Config) -> list[str]:
    """Make the demo market, or bring it up to the present; return lines to print."""
    made = make(exchange, config, now=exchange.clock())
    secret = people.password(config.secret_key)
    return [
        f"演示市场：{made} 个交易日的报价、指数和日报（虚构数据）",
        f"演示登录（密码都是 {secret}）：",
        *(f"  {who:<26} {what}" for who, what in people.sign_ins()),
    ]


def make(
    exchange: Exchange,
    config: Config,
    *,
    now: datetime,
    begins_in: int | None = None,
    seed: int = SEED,
) -> int:
    """Make what is missing of the demo market up to ``now``; return its number of trading days.

    Deterministic by ``seed`` and the days it covers. ``begins_in`` names a season to stay in,
    e.g. 2025 for 2025/26; else it ends with the present.
    """
    hand = Hand()
    market = Market(Exchange(exchange.engine, exchange.reactions, hand), hand, seed)
    with exchange.reading() as work:
        begun = members.user_by_login(work.session, people.STAFF[0].login) is not None
        known = quotes.first_day(work.session, HOME_MARKET)
        trading = calendar.load(work.session)
        rules = definitions.in_force(work.session, INDEX, local_day(now))
    until = now
    if begins_in is not None:
        until = min(now, instant_at(date(begins_in + 1, 8, 31), time(23, 0)))
    days = _days(trading, known, local_day(until), begins_in)
    if not begun:
        hand.now = instant_at(days[0] - timedelta(days=3), time(9, 0))
        _people(market, config)
    done = _done_until(exchange)
    path = season.levels(rules, len(days), seed)
    desk = Desk(market, rules, seed)
    for day in _every_day(days[0], local_day(until)):
        place = days.index(day) if day in days else None
        deeds = sorted(
            [
                *_jobs(market, day, last=day == local_day(until)),
                *desk.deeds(day, place, path, days),
            ],
            key=lambda each: each[:2],
        )
        for at, _, deed in deeds:
            if (done is None or at > done) and at <= until:
                deed()
    return len(days)


Deed = tuple[datetime, int, Callable[[], object]]


def _days(trading: Calendar, known: date | None, last: date, begins_in: int | None) -> list[date]:
    if known is not None:
        return list(trading.between(known, last))
    if begins_in is not None:
        first = date(begins_in, 10, 9)
        return list(trading.between(first, last))[:TRADING_DAYS]
    while not trading.is_trading_day(last):
        last -= timedelta(days=1)
    first = trading.shifted(last, -TRADING_DAYS)
    return list(trading.between(first, last))


def _every_day(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _done_until(exchange: Exchange) -> datetime | None:
    from goldfruit.infra import jobruns

    with exchange.reading() as work:
        return max(
            (run.as_of for run in jobruns.newest(work.session) if run.job != jobruns.HEARTBEAT),
            default=None,
        )


def _jobs(market: Market, day: date, *, last: bool) -> Iterator[Deed]:
    for job in jobs.JOBS:
        if job.due_on(day) and (last or not job.only_last):
            at = instant_at(day, job.at)
            yield at, 5, _job(market, job, at)


def _job(market: Market, job: jobs.Job, at: datetime) -> Callable[[], object]:
    def run() -> None:
        market.hand.now = at
        jobs.run(market.exchange, job, at)

    return run


def _people(market: Market, config: Config) -> None:
    """Make staff, reporters and members; each application is reviewed by the demo reviewer."""
    exchange, ring = market.exchange, keyring(config.field_key)
    secret = people.password(config.secret_key)
    shared = accounts.new_password(secret, login(people.STAFF[0].login))
    with exchange.begin() as work:
        for one in people.STAFF:
            user = accounts.sign_up(
                work, login=login(one.login), name=one.name, password_hash=shared
            )
            roles.grant_role(work, user_id=user.id, role=one.role)
        for reporter in people.reporters():
            user = accounts.sign_up(
                work, login=login(reporter.login), name=reporter.name, password_hash=shared
            )
            roles.grant_role(work, user_id=user.id, role=Role.QUOTE_REPORTER)
    for number, applicant in enumerate(people.applicants(Random(market.seed))):  # noqa: S311
        _member(market, ring, applicant, shared, waits=number % 11 == 10)


def _member(
    market: Market, ring: Keyring, one: people.Applicant, shared: str, *, waits: bool
) -> None:
    exchange = market.exchange
    with exchange.begin() as work:
        user = accounts.sign_up(work, login=login(one.login), name=one.name, password_hash=shared)
    with exchange.begin(Actor(user.id, user.name)) as work:
        member = membership.apply_for_membership(
            work, ring, kind=one.kind, county_code=one.county_code, given=one.given
        )
    if not waits:
        with exchange.begin(market.by("reviewer")) as work:
            membership.review(work, member_id=member.id, approved=True)
