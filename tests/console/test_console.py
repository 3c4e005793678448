"""The console: who sees the chain of facts, and how a year's notice is loaded."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from config import Config
from goldfruit.app import create_app
from goldfruit.console import services
from goldfruit.infra import calendar
from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import CalendarIncomplete, DayRowWrong
from goldfruit.kernel.events import UserSignedUp
from goldfruit.web import guard

NOTICE = """year,first,last,kind,name,source
2027,2027-01-01,2027-01-03,off,元旦,试行通知
2027,2027-02-05,2027-02-11,off,春节,试行通知
2027,2027-02-13,2027-02-13,work,春节调休,试行通知
"""


@pytest.fixture
def app(exchange: Exchange) -> Iterator[Flask]:
    config = Config(database_url="sqlite:///", secret_key="k" * 40, field_key="0" * 64)
    made = create_app(config, exchange)
    yield made
    made.extensions["goldfruit"].sequencer.stop()


def signed_in(monkeypatch: pytest.MonkeyPatch, *acts: str) -> None:
    person = guard.Person(user_id=1, name="某人", acts=frozenset(acts))
    monkeypatch.setattr(guard, "current", lambda: person)


def test_an_auditor_reads_the_chain(
    app: Flask, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    with exchange.begin() as work:
        work.announce(UserSignedUp(user_id=7))
    signed_in(monkeypatch, "read_audit")

    page = app.test_client().get("/audit").get_data(as_text=True)

    assert "user-signed-up" in page


@pytest.mark.parametrize("path", ["/audit", "/console/jobs", "/console/calendar"])
def test_others_stay_out(app: Flask, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.test_client().get(path).status_code == 303

    signed_in(monkeypatch, "trade")
    assert app.test_client().get(path).status_code == 403


def test_an_operator_sees_the_jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, "load_calendar")

    page = app.test_client().get("/console/jobs").get_data(as_text=True)

    assert "publish-index" in page
    assert "17:00" in page


def test_a_loaded_notice_makes_its_year_tradable(exchange: Exchange) -> None:
    with exchange.begin() as work:
        years = services.load_notice(work, services.rows_of(NOTICE))

    with exchange.reading() as work:
        known = calendar.load(work.session)
    assert years[-1] == 2027
    assert not known.is_trading_day(date(2027, 2, 8))
    assert known.is_trading_day(date(2027, 2, 13))


def test_a_notice_without_make_up_days_is_refused_and_nothing_is_loaded(
    exchange: Exchange,
) -> None:
    short = "\n".join(NOTICE.splitlines()[:3])

    with pytest.raises(CalendarIncomplete), exchange.begin() as work:
        services.load_notice(work, services.rows_of(short))

    with exchange.reading() as work:
        assert not calendar.load(work.session).covers(date(2027, 1, 4))


@pytest.mark.parametrize("text", ["", "year,first\n1,2", "rubbish\n\x00"])
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(DayRowWrong):
        services.rows_of(text)


def test_the_page_keeps_what_was_typed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, "load_calendar")
    monkeypatch.setattr(guard._csrf, "protect", lambda: None)

    answer = app.test_client().post("/console/calendar", data={"rows": "year,first\nrubbish,x"})

    assert answer.status_code == 422
    assert "rubbish,x" in answer.get_data(as_text=True)
