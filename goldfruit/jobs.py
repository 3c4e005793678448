"""The clock's jobs (定时任务): each a CLI command plus a time, done once per (job, slot).

A job takes the instant it was due as an argument, so yesterday can be run
again; its row in ``job_runs`` stands in the transaction of its effect, so two
schedulers, a crash or an operator's hand change nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from goldfruit.infra import jobruns
from goldfruit.infra.work import SYSTEM, Exchange, Work
from goldfruit.kernel.days import instant_at, local_day
from goldfruit.kernel.errors import NotFound, Refusal, RuleBroken
from goldfruit.kernel.events import JobDone
from goldfruit.ledger.services import days, holds
from goldfruit.prices.services import daily, monthly

log = structlog.get_logger()

LOOK_BACK_DAYS = 31

Deed = Callable[[Work, datetime], str]


@dataclass(eq=False)
class NoSuchJob(NotFound):
    """No job has that name."""

    code = "no-such-job"
    title = "没有这个任务"
    detail = "没有名为 {name} 的任务。请用 goldfruit jobs list 查看全部任务。"

    name: str


@dataclass(eq=False)
class NotDueThen(RuleBroken):
    """A job is asked for as of an instant at which it is not due: its day would count as done."""

    code = "job-not-due"
    title = "任务未到时间"
    detail = (
        "{name} 在 {as_of} 还不应执行；提前执行会占用当日的一次。请在到时之后再运行，"
        "或把 --as-of 改为应执行的时刻。"
    )

    name: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Job:
    """定时任务: what is done, when, and on which days (Xianyang's time).

    ``weekday`` (0 = Monday) or ``day_of_month`` narrows the days; ``deed`` does the work inside
    one transaction as of the instant it was due and says in a few words how it went. With
    ``only_last`` a missed slot is not made up for once the next one is due: a reminder of
    yesterday helps nobody.
    """

    name: str
    title: str
    at: time
    deed: Deed
    weekday: int | None = None
    day_of_month: int | None = None
    month: int | None = None
    only_last: bool = False

    def due_on(self, day: date) -> bool:
        """Return whether the job is due on ``day`` at all."""
        return (
            self.weekday in (None, day.weekday())
            and self.day_of_month in (None, day.day)
            and self.month in (None, day.month)
        )

    def slots(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the instants in ``(since, until]`` at which the job is due, in order."""
        day = local_day(since)
        while (due := instant_at(day, self.at)) <= until:
            if due > since and self.due_on(day):
                yield due
            day += timedelta(days=1)

    def last_due(self, now: datetime) -> datetime | None:
        """Return the newest instant not after ``now`` at which the job was due."""
        return max(self.slots(now - timedelta(days=400), now), default=None)


def close_ledger_days(work: Work, as_of: datetime) -> str:
    """Close the ledger days with entries that nobody has closed; say which."""
    closed = days.close_due_days(work, as_of)
    return "、".join(day.isoformat() for day in closed) or "没有待结的账务日"


def end_holds(work: Work, as_of: datetime) -> str:
    """End the holds whose deadline has passed; say how many."""
    return f"到期 {holds.end_due_holds(work, as_of)} 笔"


JOBS: tuple[Job, ...] = (
    Job("recheck-index", "复算最近二十日", time(2, 0), daily.recheck, only_last=True),
    Job("month-begins", "报价员评分、差价重估", time(7, 0), monthly.begin, day_of_month=1),
    Job("basket-notice", "权重与篮子征求意见", time(7, 30), monthly.basket_notice, None, 1, 9),
    Job("open-day", "开市：载入当日参数", time(8, 30), daily.open_day, only_last=True),
    Job("finalize-index", "上一交易日指数定稿", time(10, 0), daily.finalize_before),
    Job(
        "remind-reporters-15",
        "提醒报价员（15:00）",
        time(15, 0),
        daily.remind_reporters,
        only_last=True,
    ),
    Job(
        "remind-reporters-16",
        "提醒报价员（16:00）",
        time(16, 0),
        daily.remind_reporters,
        only_last=True,
    ),
    Job("freeze-inputs", "冻结指数输入", time(16, 30), daily.freeze_day),
    Job("calculate-index", "过滤、品类价、指数", time(16, 35), daily.calculate_day),
    Job("remind-approvers", "提醒审批人", time(16, 55), daily.remind_approvers, only_last=True),
    Job("publish-index", "发布指数", time(17, 0), daily.publish_day),
    Job("end-holds", "到期冻结资金处理", time(17, 30), end_holds),
    Job("close-ledger-day", "账务日结账", time(17, 50), close_ledger_days),
    Job("check-week", "周度 GEKS 核对", time(18, 0), daily.check_week, weekday=4),
)
"""In the order of the day (domain.md §3.4.9)."""


def find(name: str) -> Job:
    """Return the job of that name.

    Raises:
        NoSuchJob: there is none.
    """
    for job in JOBS:
        if job.name == name:
            return job
    raise NoSuchJob(name=name)


def check_due(job: Job, as_of: datetime, now: datetime) -> None:
    """Pass when ``job`` may be done by hand as of ``as_of``: not ahead, not before its time.

    Raises:
        NotDueThen: it is too early; done now, the day's own run would be taken for done.
    """
    day = local_day(as_of)
    if as_of > now or not job.due_on(day) or as_of < instant_at(day, job.at):
        raise NotDueThen(name=job.name, as_of=as_of.isoformat(timespec="minutes"))


def run(exchange: Exchange, job: Job, as_of: datetime) -> str | None:
    """Do ``job`` as of ``as_of`` and return how it went; None if it was done before.

    The slot is the local day of ``as_of``: one effect per (job, day).
    """
    slot = local_day(as_of).isoformat()
    with exchange.begin(SYSTEM) as work:
        if not jobruns.claim(work, job=job.name, slot=slot, as_of=as_of):
            return None
        outcome = job.deed(work, as_of)
        jobruns.note(work, job=job.name, slot=slot, outcome=outcome)
        work.announce(JobDone(job=job.name, as_of=as_of, outcome=outcome))
    log.info("job", job=job.name, as_of=as_of.isoformat(), outcome=outcome)
    return outcome


def catch_up(exchange: Exchange, now: datetime, since: datetime | None = None) -> int:
    """Do what was due since ``since`` and is not done, in the order it was due; return how many.

    What a rule refuses or what breaks is logged and left for the next look, so one job cannot
    hold up the rest.
    """
    began = since or now - timedelta(days=LOOK_BACK_DAYS)
    due = sorted(
        (
            (slot, place, job)
            for place, job in enumerate(JOBS)
            for slot in list(job.slots(began, now))[-1 if job.only_last else 0 :]
        ),
        key=lambda each: each[:2],
    )
    with exchange.reading() as work:
        done = jobruns.done_since(work.session, began)
    count = 0
    for slot, _, job in due:
        if (job.name, local_day(slot).isoformat()) in done:
            continue
        try:
            count += run(exchange, job, slot) is not None
        except Refusal as refusal:
            log.warning("job-refused", job=job.name, code=refusal.code, said=str(refusal))
        except Exception:
            log.exception("job-broken", job=job.name, as_of=slot.isoformat())
    return count
