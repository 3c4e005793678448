"""A stand for schedulers: each is a process of its own, and one may be killed at its n-th step.

``python -m tests.scale.stand`` reads one order a line, as JSON: the database, the instants between
which jobs are due, and for each scheduler the step at which ``kill -9`` meets it (0: never). It
answers with how each ended and how many steps it took. A step is the instant before or after a
statement or a commit.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from goldfruit import jobs
from goldfruit.infra import jobruns
from goldfruit.infra.db import make_engine
from goldfruit.infra.work import SYSTEM, Exchange
from goldfruit.wiring import REACTIONS


def counted(engine: Engine, kill_at: int) -> Callable[[], int]:
    """Count the steps of ``engine`` and let the process die at the wanted one."""
    taken = [0]

    def step(*_args: object, **_kwargs: object) -> None:
        taken[0] += 1
        if taken[0] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, step)
    committed = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        committed(connection)
        step()

    engine.dialect.do_commit = commit  # type: ignore[method-assign, assignment]
    return lambda: taken[0]


def tick(order: dict[str, Any], kill_at: int) -> int:
    """Do what one look of a scheduler does; return how many steps it took."""
    now, since = (datetime.fromisoformat(order[name]) for name in ("now", "since"))
    engine = make_engine(order["url"])
    steps = counted(engine, kill_at)
    exchange = Exchange(engine, REACTIONS, lambda: now)
    with exchange.begin(SYSTEM) as work:
        jobruns.beat(work)
    jobs.catch_up(exchange, now, since)
    engine.dispose()
    return steps()


def _scheduler(order: dict[str, Any], kill_at: int, begins: float) -> tuple[int, int]:
    """Fork a scheduler; return its process and the pipe on which it tells its steps."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    status = 1
    try:
        time.sleep(max(begins - time.monotonic(), 0))
        os.write(writer, str(tick(order, kill_at)).encode())
        status = 0
    except Exception as error:
        print(f"scheduler: {error!r}", file=sys.stderr, flush=True)  # noqa: T201
    finally:
        os._exit(status)


def serve() -> None:
    """Take orders until there are no more."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for line in sys.stdin:
        order = json.loads(line)
        begins = time.monotonic() + 0.02
        answers = []
        for child, reader in [_scheduler(order, kill, begins) for kill in order["kills"]]:
            _, ended = os.waitpid(child, 0)
            told = os.read(reader, 40).decode()
            os.close(reader)
            answers.append({"ended": os.waitstatus_to_exitcode(ended), "steps": int(told or 0)})
        print(json.dumps(answers), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
