"""The command line's edge: which exchange, and who acts."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from config import BadSetting, Config, from_environment
from goldfruit.app import open_exchange, set_up_logs
from goldfruit.infra import migrate
from goldfruit.infra.db import UnsafeDatabase
from goldfruit.infra.work import SYSTEM, Actor, Exchange
from goldfruit.kernel.errors import Refusal
from goldfruit.members import queries as members
from goldfruit.members.rules.acts import Act


@dataclass(eq=False)
class DatabaseBehind(Refusal):
    """The database has another release's shape."""

    code = "database-behind"
    title = "数据库尚未升级"
    detail = "数据库结构与本版本不符。请先运行 goldfruit db upgrade，再重试。"


@dataclass(eq=False)
class DatabaseAway(Refusal):
    """Nobody answers at the database's address."""

    code = "database-away"
    title = "数据库无法连接"
    detail = "数据库没有应答。请确认它已启动，且 GOLDFRUIT_DATABASE_URL 的地址、用户和库名正确。"


@contextmanager
def _reached() -> Iterator[None]:
    """Turn a failed connection into a refusal that tells no address."""
    try:
        yield
    except OperationalError as failed:
        raise DatabaseAway from failed


def settings() -> Config:
    """Return the settings of the environment; a bad one ends the command with exit code 2."""
    try:
        return from_environment()
    except BadSetting as bad:
        raise click.UsageError(str(bad)) from bad


@contextmanager
def opened(*, migrated: bool = True) -> Iterator[Exchange]:
    """Yield the exchange of the environment, and close its connections afterwards.

    Raises:
        DatabaseAway: no connection can be made.
        DatabaseBehind: with ``migrated``, a database that is not at this release's shape.
    """
    config = settings()
    set_up_logs(config.log_level)
    try:
        with _reached():
            exchange = open_exchange(config)
    except UnsafeDatabase as unsafe:
        raise click.UsageError(str(unsafe)) from unsafe
    try:
        with _reached():
            exchange.engine.connect().close()
        if migrated and migrate.current(exchange.engine) != migrate.newest():
            raise DatabaseBehind
        yield exchange
    finally:
        exchange.engine.dispose()


def as_of_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as-of``: the instant to act as of, with its offset; absent, the present."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]),
        help="Act as of this instant, e.g. 2026-10-08T17:00:00+0800 (default: now).",
    )(function)


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--by``: the phone or e-mail of the user who acts; absent, GOLDFRUIT_ACT_AS."""
    return click.option(
        "--by",
        default=lambda: os.environ.get("GOLDFRUIT_ACT_AS"),
        help="Who acts: a user's phone or e-mail (default: GOLDFRUIT_ACT_AS).",
    )(function)


day_type = click.DateTime(["%Y-%m-%d"])


def clocked(exchange: Exchange, as_of: datetime | None) -> datetime:
    """Return the instant to act as of: the given one, or the exchange's present."""
    return as_of or exchange.clock()


@dataclass(eq=False)
class ActorNeeded(Refusal):
    """The command needs a person, and none was named."""

    code = "actor-needed"
    title = "需要指明操作人"
    detail = "该操作须由具备权限的人员办理。请用 --by 指明其手机号或邮箱，或设置 GOLDFRUIT_ACT_AS。"


def acting(exchange: Exchange, by: str | None, act: Act, *, person: bool = False) -> Actor:
    """Return who acts: the named user, who must be allowed to; else the machine.

    With ``person`` the machine will not do. In a demo market an unnamed act is done by the demo
    user whose role it is, and said so.

    Raises:
        Refusal: nobody by that name, or without the role, or nobody was named.
    """
    if by is None and settings().demo:
        by = demo_login(act)
        if by is not None:
            click.echo(f"演示市场：由演示用户 {by} 办理", err=True)
    if by is None:
        if person:
            raise ActorNeeded
        return SYSTEM
    with exchange.reading() as work:
        actor = members.actor_of(work.session, by)
        members.require_act(work.session, actor, act)
    return actor


def demo_login(act: Act) -> str | None:
    """Return the login of the demo user who may do ``act``; None if there is none."""
    from goldfruit.demo.people import login_for

    return login_for(act)
