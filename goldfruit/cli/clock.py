"""goldfruit jobs and goldfruit scheduler: the clock's work, by hand and by itself."""

import json
from datetime import datetime
from typing import Any

import click

from goldfruit import jobs
from goldfruit.cli.edge import as_of_option, clocked, opened
from goldfruit.cli.frame import command
from goldfruit.infra import jobruns
from goldfruit.infra.work import SYSTEM, Exchange
from goldfruit.kernel.days import XIANYANG

BEAT_S = 20


@command("list")
def list_jobs() -> dict[str, Any]:
    """List the jobs: when each is due, and how its last run went.

    Example: goldfruit jobs list --json
    """
    with opened() as exchange, exchange.reading() as work:
        last = {run.job: run for run in jobruns.newest(work.session)}
    return {
        "jobs": [
            {
                "name": job.name,
                "title": job.title,
                "at": job.at.strftime("%H:%M"),
                "last": last[job.name].slot if job.name in last else None,
                "outcome": last[job.name].outcome if job.name in last else None,
            }
            for job in jobs.JOBS
        ]
    }


@command("run")
@click.argument("name")
@as_of_option
def run_job(name: str, as_of: datetime | None) -> dict[str, Any]:
    """Do what the clock would do, as of an instant. Safe to run twice.

    Example: goldfruit jobs run publish-index --as-of 2026-10-08T17:00:00+0800
    """
    job = jobs.find(name)
    with opened() as exchange:
        due = clocked(exchange, as_of) if as_of else job.last_due(exchange.clock())
        if due is None:
            return {"job": name, "outcome": "not due yet"}
        jobs.check_due(job, due, exchange.clock())
        outcome = jobs.run(exchange, job, due)
    return {"job": name, "as_of": due.isoformat(), "outcome": outcome or "already done"}


@click.command("scheduler")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, then tick.")
def scheduler(as_json: bool) -> None:
    """Run the clock in the foreground: what was missed first, then each job at its time.

    Example: goldfruit scheduler
    """
    with opened() as exchange:
        if as_json:
            click.echo(json.dumps({"scheduler": "running", "jobs": [j.name for j in jobs.JOBS]}))
        tick_for_ever(exchange)


def tick_for_ever(exchange: Exchange) -> None:
    """Run the jobs at their times until the process is told to stop."""
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    clock = BlockingScheduler(
        timezone=XIANYANG,
        job_defaults={"coalesce": True, "misfire_grace_time": 3600, "max_instances": 1},
    )

    def look() -> None:
        with exchange.begin(SYSTEM) as work:
            jobruns.beat(work)
        jobs.catch_up(exchange, exchange.clock())

    for moment in sorted({job.at for job in jobs.JOBS}):
        clock.add_job(
            look,
            CronTrigger(hour=moment.hour, minute=moment.minute, second=0, timezone=XIANYANG),
            id=f"at-{moment:%H%M}",
        )
    clock.add_job(look, IntervalTrigger(seconds=BEAT_S), id="look")
    look()
    clock.start()
