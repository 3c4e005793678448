"""Signing up and the password: one person per login, and the secret is kept as a hash."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from goldfruit.infra import facts
from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import GUEST, Exchange, Work
from goldfruit.members import logins, queries
from goldfruit.members.crypto import hash_password
from goldfruit.members.models import User
from goldfruit.members.services import accounts
from tests.members.conftest import PASSWORD, Browser, People

FORM = {"login": "139 1234 5678", "name": "张三", "password": PASSWORD, "agreed": "1"}


def users(exchange: Exchange) -> int:
    with exchange.reading() as work:
        return work.session.scalar(sa.select(sa.func.count(User.id))) or 0


def test_two_sign_ups_with_one_phone_at_once_make_one_user(exchange: Exchange) -> None:
    password_hash = hash_password(PASSWORD)
    writers = [Sequencer(exchange), Sequencer(exchange)]
    start, outcomes = threading.Barrier(8), []

    def sign_up(at: int) -> None:
        start.wait()
        try:
            writers[at % 2].perform(
                lambda work: (
                    accounts.sign_up(
                        work,
                        login=logins.login("13912345678"),
                        name=f"人{at}",
                        password_hash=password_hash,
                    ).id
                ),
                GUEST,
            )
            outcomes.append("made")
        except accounts.LoginTaken:
            outcomes.append("taken")

    threads = [threading.Thread(target=sign_up, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.stop()

    assert sorted(outcomes) == ["made"] + ["taken"] * 7
    assert users(exchange) == 1


def test_the_same_form_sent_five_times_at_once_makes_one_user(
    app: Flask, exchange: Exchange
) -> None:
    client = app.test_client()
    browser = Browser(client)
    browser.get("/sign-up")
    cookie = client.get_cookie("goldfruit")
    assert cookie is not None
    token = browser.get("/sign-up").get_data(as_text=True).split('csrf_token" value="')[1]
    form = {**FORM, "csrf_token": token.split('"')[0], "_key": "one-form"}
    statuses: list[int] = []

    def send() -> None:
        twin = app.test_client()
        twin.set_cookie("goldfruit", cookie.value)
        statuses.append(twin.post("/sign-up", data=form).status_code)

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [303] * 5
    assert users(exchange) == 1


def test_a_user_is_found_by_phone_in_any_spelling(people: People, exchange: Exchange) -> None:
    with exchange.begin(GUEST) as work:
        accounts.sign_up(work, login=logins.login("13912345678"), name="张三", password_hash="x")
        found = [
            queries.user_by_login(work.session, text)
            for text in ("13912345678", "+86 139-1234-5678", "１３９１２３４５６７８")
        ]
        assert all(user is not None and user.name == "张三" for user in found)
        assert queries.user_by_login(work.session, "13912345679") is None


def test_an_email_is_one_in_small_letters(exchange: Exchange) -> None:
    with exchange.begin(GUEST) as work:
        accounts.sign_up(
            work, login=logins.login("Zhang@Example.com"), name="张三", password_hash="x"
        )
    with exchange.begin(GUEST) as work, pytest.raises(accounts.LoginTaken):
        accounts.sign_up(
            work, login=logins.login("zhang@example.COM "), name="张三", password_hash="x"
        )


@pytest.mark.parametrize("text", ["", "1", "12345678901", "a@b", "a b@c.de", "@x.cn", "1" * 500])
def test_what_is_neither_phone_nor_email_is_refused(text: str) -> None:
    with pytest.raises(logins.LoginWrong):
        logins.login(text)


def test_the_password_stands_nowhere_in_the_database(
    browser: Callable[[], Browser], exchange: Exchange
) -> None:
    assert browser().send("/sign-up", FORM).status_code == 303

    assert PASSWORD not in everything(exchange)
    with exchange.reading() as work:
        user = queries.user_by_login(work.session, "13912345678")
        assert user is not None
        assert user.password_hash.startswith("$argon2id$")


def test_facts_hold_no_phone_and_no_name(people: People, exchange: Exchange) -> None:
    _, login = people.user("张三丰")

    with exchange.reading() as work:
        said = "".join(fact.body + fact.actor for fact in facts.after(work.session, 0, limit=99))
    assert "user_id" in said
    assert login[3:] not in said
    assert "张三丰" not in said


def test_sign_up_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong(
    browser: Callable[[], Browser], exchange: Exchange
) -> None:
    page = browser().send("/sign-up", {**FORM, "password": "12345678"})

    said = page.get_data(as_text=True)
    assert page.status_code == 422
    assert 'value="139 1234 5678"' in said
    assert 'id="password-error"' in said
    assert 'value="12345678"' not in said
    assert users(exchange) == 0


def test_sign_up_needs_consent(browser: Callable[[], Browser], exchange: Exchange) -> None:
    without = {key: value for key, value in FORM.items() if key != "agreed"}

    assert browser().send("/sign-up", without).status_code == 422
    assert users(exchange) == 0


def test_a_form_without_its_token_is_refused(app: Flask, exchange: Exchange) -> None:
    assert app.test_client().post("/sign-up", data=FORM).status_code == 400
    assert users(exchange) == 0


def test_markup_in_a_name_is_refused(browser: Callable[[], Browser]) -> None:
    page = browser().send("/sign-up", {**FORM, "name": "<script>alert(1)</script>"})

    assert page.status_code == 422
    assert "<script>alert" not in page.get_data(as_text=True)


def test_a_new_password_ends_every_other_session(
    browser: Callable[[], Browser], people: People
) -> None:
    _, login = people.user()
    here, there = browser(), browser()
    here.sign_in(login)
    there.sign_in(login)

    changed = here.send("/me/password", {"password": PASSWORD, "new_password": "新的 一串 好词"})

    assert changed.status_code == 303
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 303
    assert browser().sign_in(login).status_code == 422
    assert browser().sign_in(login, "新的 一串 好词").status_code == 303


def test_the_old_password_is_asked_for(browser: Callable[[], Browser], people: People) -> None:
    _, login = people.user()
    here = browser()
    here.sign_in(login)

    refused = here.send("/me/password", {"password": "错的 错的", "new_password": "新的 一串 好词"})

    assert refused.status_code == 422
    assert browser().sign_in(login).status_code == 303


def everything(exchange: Exchange) -> str:
    """Return every value of every table as text."""

    def read(work: Work) -> str:
        tables = sa.inspect(work.session.get_bind()).get_table_names()
        rows = (
            work.session.execute(sa.text(f"SELECT * FROM {name}")).all()  # noqa: S608
            for name in tables
        )
        return repr(list(rows))

    with exchange.reading() as work:
        return read(work)
