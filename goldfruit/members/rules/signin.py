"""Back-off at sign-in (登录退避): how long to wait after wrong passwords.

An account alone is slowed only briefly, so that nobody can lock a rival out
during a session; an address, and above all an address that keeps trying one
account, waits ever longer (reliability, T17). The figures are settings [D].
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goldfruit.kernel.errors import NotAllowed


class Against(StrEnum):
    """What failures are counted against: 账户, 来源地址, or both together."""

    ACCOUNT = "account"
    ADDRESS = "address"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Pace:
    """退避规则: ``free`` failures in ``window`` cost nothing; each further one doubles the wait."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    window: timedelta


PACES: dict[Against, Pace] = {
    Against.ACCOUNT: Pace(10, timedelta(seconds=2), timedelta(seconds=30), timedelta(hours=1)),
    Against.ADDRESS: Pace(20, timedelta(seconds=5), timedelta(minutes=15), timedelta(hours=1)),
    Against.PAIR: Pace(4, timedelta(seconds=5), timedelta(minutes=15), timedelta(hours=1)),
}


@dataclass(eq=False)
class SignInTooSoon(NotAllowed):
    """Another attempt to sign in before the wait after wrong passwords is over (429)."""

    code = "sign-in-too-soon"
    title = "尝试过于频繁"
    detail = "登录失败次数较多，请在 {wait_seconds} 秒后再试；忘记密码请联系会员审核员。"
    status = 429

    wait_seconds: int


def wait_after(failures: Collection[datetime], pace: Pace, now: datetime) -> timedelta:
    """Return how long to wait from ``now``, zero when an attempt is welcome.

    Args:
        failures: instants of wrong passwords, in any order, since the last success.
        pace: the rule to apply.
        now: the instant of the attempt; failures outside the window before it are forgotten.
    """
    recent = [at for at in failures if now - pace.window < at <= now]
    beyond = len(recent) - pace.free
    if beyond < 0 or not recent:
        return timedelta(0)
    # The exponent is bounded: the wait has reached its longest far earlier.
    wait = min(pace.first_wait * (1 << min(beyond, 30)), pace.longest_wait)
    return max(max(recent) + wait - now, timedelta(0))


def check_pace(failures: Mapping[Against, Collection[datetime]], now: datetime) -> None:
    """Pass when none of the three counts asks to wait.

    Raises:
        SignInTooSoon: with the longest of the waits, in whole seconds rounded up.
    """
    wait = max(wait_after(failures.get(each, ()), pace, now) for each, pace in PACES.items())
    if wait:
        raise SignInTooSoon(wait_seconds=-(-wait // timedelta(seconds=1)))
