"""Two schedulers on one database, one killed between any two steps: everything happens once."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from goldfruit.infra import facts
from goldfruit.infra.db import make_engine
from goldfruit.infra.jobruns import JobRun
from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import XIANYANG
from goldfruit.newsroom.models import Article
from goldfruit.prices.models import IndexRun, IndexValue
from goldfruit.prices.queries import definitions
from goldfruit.prices.services import runs as running
from goldfruit.prices.verification import verify_index
from goldfruit.wiring import REACTIONS
from tests.conftest import Clock
from tests.places import ROOT
from tests.prices.published import CHECKER, MAKER, REPORTER, report
from tests.scale.copies import copied

DAY = date(2025, 10, 9)
POINTS = 6
"""How many deaths `make test` looks at in each half of the day; `make test-long`, at every one."""

AFTERNOON = ("16:10", "16:50", ("freeze-inputs", "calculate-index"))
RELEASE = ("16:50", "17:10", ("remind-approvers", "publish-index"))


def at(time: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{time}:00").replace(tzinfo=XIANYANG)


@dataclass
class Stand:
    """The stand on which schedulers run."""

    process: "subprocess.Popen[str]"

    def run(
        self, url: str, part: tuple[str, str, Sequence[str]], *kills: int
    ) -> list[tuple[int, int]]:
        """Run schedulers side by side, one for each of ``kills``; return (exit code, steps)."""
        since, now = at(part[0]).isoformat(), at(part[1]).isoformat()
        order = {"url": url, "since": since, "now": now, "kills": kills}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        return [(answer["ended"], answer["steps"]) for answer in answers]


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.scale.stand"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    yield Stand(process)
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.fixture
def quoted(database_url: str) -> str:
    """A database on whose first trading day every cell was quoted by three reporters."""
    exchange = _exchange(database_url)
    luck = Random(3)  # noqa: S311 (a market of tests, no secret)
    with exchange.begin(REPORTER) as work:
        for cell in definitions.in_force(work.session, "GFI-D", DAY).cells:
            for reporter in range(3):
                report(work, cell.code, 1.0, reporter, luck)
    exchange.engine.dispose()
    return database_url


@pytest.fixture
def approved(quoted: str, stand: Stand) -> str:
    """The same after calculation, review and approval: it waits for the clock to strike five."""
    assert stand.run(quoted, AFTERNOON, 0)[0][0] == 0
    exchange = _exchange(quoted)
    with exchange.begin(MAKER) as work:
        running.review(work, run_id=1)
    with exchange.begin(CHECKER) as work:
        running.approve(work, run_id=1)
    exchange.engine.dispose()
    return quoted


def test_inputs_are_frozen_and_calculated_once(stand: Stand, quoted: str, tmp_path: Path) -> None:
    _dies_everywhere(stand, quoted, AFTERNOON, tmp_path, POINTS)


def test_the_index_is_published_once(stand: Stand, approved: str, tmp_path: Path) -> None:
    _dies_everywhere(stand, approved, RELEASE, tmp_path, POINTS)


@pytest.mark.long
def test_inputs_are_frozen_once_whenever_a_scheduler_dies(
    stand: Stand, quoted: str, tmp_path: Path
) -> None:
    _dies_everywhere(stand, quoted, AFTERNOON, tmp_path, 10_000)


@pytest.mark.long
def test_the_index_is_published_once_whenever_a_scheduler_dies(
    stand: Stand, approved: str, tmp_path: Path
) -> None:
    _dies_everywhere(stand, approved, RELEASE, tmp_path, 10_000)


def test_four_schedulers_at_once_publish_once(stand: Stand, approved: str, tmp_path: Path) -> None:
    with copied(approved, tmp_path) as url:
        ended = stand.run(url, RELEASE, 0, 0, 0, 0)

        assert [code for code, _steps in ended] == [0, 0, 0, 0]
        _happened_once(url, RELEASE[2])


def _dies_everywhere(
    stand: Stand, prepared: str, part: tuple[str, str, Sequence[str]], folder: Path, most: int
) -> None:
    """Let a scheduler die at up to ``most`` of its steps; another, beside or after it, ends it."""
    with copied(prepared, folder) as url:
        [(ended, steps)] = stand.run(url, part, 0)
        assert ended == 0
        _happened_once(url, part[2])
    assert steps > 20
    deaths = range(1, steps + 1)
    chosen = deaths if most >= steps else sorted(Random(steps).sample(deaths, most))  # noqa: S311
    killed = 0
    for number, step in enumerate(chosen):
        with copied(prepared, folder) as url:
            if number % 2:
                [(first, _), (second, _)] = stand.run(url, part, step, 0)
            else:
                [(first, _)] = stand.run(url, part, step)
                [(second, _)] = stand.run(url, part, 0)
            killed += first == -9
            assert (first in (0, -9), second) == (True, 0), f"step {step}"
            _happened_once(url, part[2], f"killed at step {step}")
    assert killed >= len(chosen) // 2


def _happened_once(url: str, jobs: Sequence[str], when: str = "") -> None:
    exchange = _exchange(url)
    with exchange.reading() as work:
        session = work.session
        done = Counter(session.scalars(sa.select(JobRun.job).where(JobRun.slot == str(DAY))))
        empty = session.scalars(sa.select(JobRun.job).where(JobRun.outcome == "")).all()
        values = Counter((value.index_code, value.day) for value in session.scalars(ALL_VALUES))
        counted, broken = verify_index(session)
        _, unchained = facts.verify(session)
        told = {name: len(list(facts.bodies(session, name))) for name in ONCE}
        runs = session.scalars(sa.select(IndexRun.state)).all()
        articles = session.scalar(sa.select(sa.func.count()).select_from(Article))
    exchange.engine.dispose()
    published = "publish-index" in jobs
    assert {job: done[job] for job in jobs} == dict.fromkeys(jobs, 1), when
    assert set(empty) <= {"heartbeat"}, when
    assert (broken, unchained) == ([], []), when
    assert runs == ["published" if published else "calculated"], when
    assert told == {"inputs-frozen": 1, "index-calculated": 1, "index-published": published}, when
    assert set(values.values()) == ({1} if published else set()), when
    assert values[("GFI-D", DAY)] == articles == published, when
    assert counted["runs"] == 1, when


ALL_VALUES = sa.select(IndexValue)
ONCE = ("inputs-frozen", "index-calculated", "index-published")


def _exchange(url: str) -> Exchange:
    clock = Clock(at("09:00") + timedelta(minutes=30))
    return Exchange(make_engine(url), REACTIONS, clock)
