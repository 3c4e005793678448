"""Ways in: sessions that end, tokens shown once, guesses that wait, and no telling who exists."""

import json
import re
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from goldfruit.app import create_app
from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import GUEST, Exchange
from goldfruit.members.crypto import Keyring
from goldfruit.members.models import ApiToken, SignInAttempt, UserSession
from goldfruit.members.rules.roles import Role
from goldfruit.members.rules.signin import PACES, Against, SignInTooSoon
from goldfruit.members.services import sessions
from tests.conftest import Clock
from tests.members.conftest import PASSWORD, Browser, People, config_of
from tests.members.test_accounts import everything

Make = Callable[[], Browser]
KEY = {"Idempotency-Key": "k1"}


def test_a_session_ends_when_idle(browser: Make, people: People, clock: Clock) -> None:
    _, login = people.user()
    here = browser()
    here.sign_in(login)

    clock.move(minutes=29)
    assert here.get("/me").status_code == 200
    clock.move(minutes=29)
    assert here.get("/me").status_code == 200
    clock.move(minutes=30)
    assert here.get("/me").status_code == 303


def test_a_session_ends_after_twelve_hours_even_in_use(
    browser: Make, people: People, clock: Clock
) -> None:
    _, login = people.user()
    here = browser()
    here.sign_in(login)

    for _ in range(35):
        clock.move(minutes=20)
        assert here.get("/me").status_code == 200
    clock.move(minutes=20)
    assert here.get("/me").status_code == 303


def test_signing_out_ends_the_session_for_a_copied_cookie_too(
    app: Flask, browser: Make, people: People
) -> None:
    _, login = people.user()
    here = browser()
    here.sign_in(login)
    cookie = here.client.get_cookie("goldfruit")
    assert cookie is not None

    here.send("/sign-out", {})

    thief = app.test_client()
    thief.set_cookie("goldfruit", cookie.value)
    assert thief.get("/me").status_code == 303


def test_the_row_of_a_session_is_no_usable_cookie(
    browser: Make, people: People, exchange: Exchange
) -> None:
    _, login = people.user()
    here = browser()
    here.sign_in(login)
    with here.client.session_transaction() as cookie:
        token = cookie["_user_id"]

    with exchange.reading() as work:
        kept = work.session.scalars(sa.select(UserSession.token_digest)).all()
    assert token not in kept
    assert token not in everything(exchange)
    with here.client.session_transaction() as cookie:
        cookie["_user_id"] = kept[0]
    assert here.get("/me").status_code == 303


def test_signing_in_gives_a_new_session_and_keeps_no_cookie_of_before(
    browser: Make, people: People
) -> None:
    _, login = people.user()
    here = browser()
    here.get("/sign-in")
    with here.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = cookie.get("_user_id")

    here.sign_in(login)

    with here.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != before


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(
    browser: Make, people: People
) -> None:
    _, login = people.user()
    pages = []
    for asked in (login, "+8613800000000"):
        page = browser().sign_in(asked, "错的 错的 错的")
        said = page.get_data(as_text=True).replace(asked, "…")
        pages.append((page.status_code, _without_nonces(said)))

    assert pages[0][0] == 422
    assert pages[0] == pages[1]


def test_the_api_answers_unknown_account_and_wrong_password_alike(
    app: Flask, people: People
) -> None:
    _, login = people.user()
    answers = [
        app.test_client().post("/api/v1/tokens", json=_asked(asked, "错的 错的"), headers=KEY)
        for asked in (login, "+8613800000000")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].get_json() == answers[1].get_json()


def test_failures_are_counted_although_each_is_refused(
    browser: Make, people: People, exchange: Exchange
) -> None:
    _, login = people.user()
    free = PACES[Against.PAIR].free
    for _ in range(free):
        assert browser().sign_in(login, "错的 错的").status_code == 422

    assert browser().sign_in(login).status_code == 429
    with exchange.reading() as work:
        tried = work.session.scalars(sa.select(SignInAttempt.succeeded_at)).all()
    assert tried == [None] * free


def test_after_the_wait_the_right_password_lets_in_and_clears_the_count(
    browser: Make, people: People, clock: Clock
) -> None:
    _, login = people.user()
    for _ in range(PACES[Against.PAIR].free):
        browser().sign_in(login, "错的 错的")

    clock.move(seconds=PACES[Against.PAIR].first_wait.total_seconds())
    assert browser().sign_in(login).status_code == 303
    assert browser().sign_in(login, "错的 错的").status_code == 422
    assert browser().sign_in(login).status_code == 303


def test_an_attacker_elsewhere_delays_the_owner_only_briefly(
    exchange: Exchange, ring: Keyring, clock: Clock
) -> None:
    guessed = 0
    for at in range(200):
        clock.move(seconds=1)
        try:
            with exchange.begin(GUEST) as work:
                sessions.begin_attempt(work, ring, login="13912345678", address=f"10.0.0.{at}")
            guessed += 1
        except SignInTooSoon:
            continue

    assert guessed < 20
    clock.move(seconds=PACES[Against.ACCOUNT].longest_wait.total_seconds())
    with exchange.begin(GUEST) as work:
        sessions.begin_attempt(work, ring, login="13912345678", address="192.0.2.7")


def test_one_address_cannot_go_through_many_accounts(
    exchange: Exchange, ring: Keyring, clock: Clock
) -> None:
    counted = 0
    with pytest.raises(SignInTooSoon):
        for at in range(100):
            clock.move(seconds=1)
            with exchange.begin(GUEST) as work:
                sessions.begin_attempt(work, ring, login=f"139{at:08d}", address="192.0.2.7")
            counted += 1

    assert counted == PACES[Against.ADDRESS].free


def test_guesses_sent_at_once_are_counted_before_any_is_looked_at(
    exchange: Exchange, ring: Keyring
) -> None:
    writer = Sequencer(exchange)
    outcomes: list[str] = []

    def guess() -> None:
        try:
            writer.perform(
                lambda work: sessions.begin_attempt(
                    work, ring, login="13912345678", address="192.0.2.7"
                ),
                GUEST,
            )
            outcomes.append("looked at")
        except SignInTooSoon:
            outcomes.append("waits")

    threads = [threading.Thread(target=guess) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.stop()

    assert outcomes.count("looked at") == PACES[Against.PAIR].free


def test_an_address_that_knocks_without_end_is_told_to_wait(browser: Make) -> None:
    here = browser()

    statuses = [here.send("/sign-in", {"login": "", "password": ""}).status_code for _ in range(61)]

    assert set(statuses[:60]) == {422}
    assert statuses[60] == 429


def test_attempts_hold_neither_login_nor_address(exchange: Exchange, ring: Keyring) -> None:
    with exchange.begin(GUEST) as work:
        sessions.begin_attempt(work, ring, login="13912345678", address="192.0.2.77")

    said = everything(exchange)
    assert "13912345678" not in said
    assert "192.0.2.77" not in said


def test_a_token_is_shown_once_and_works_within_its_scopes(
    app: Flask, people: People, exchange: Exchange
) -> None:
    _, login = people.staff(Role.REVIEWER)
    client = app.test_client()

    made = client.post("/api/v1/tokens", json=_asked(login, PASSWORD, "account"), headers=KEY)

    assert made.status_code == 201
    token = made.get_json()["token"]
    assert token not in everything(exchange)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=bearer).get_json()["acts"] == ["account"]
    listed = client.get("/api/v1/tokens", headers=bearer).get_json()["items"]
    assert [set(row) for row in listed] == [{"id", "name", "scopes", "created_at", "expires_at"}]
    assert client.get("/api/v1/members", headers=bearer).status_code == 403


def test_the_same_key_gives_the_same_token_and_one_row(
    app: Flask, people: People, exchange: Exchange
) -> None:
    _, login = people.user()
    asked = _asked(login, PASSWORD, "account")

    first, second = (
        app.test_client().post("/api/v1/tokens", json=asked, headers=KEY) for _ in range(2)
    )
    other = app.test_client().post("/api/v1/tokens", json={**asked, "name": "another"}, headers=KEY)

    assert first.get_json() == second.get_json()
    assert other.get_json()["code"] == "idempotency-key-reused"
    with exchange.reading() as work:
        assert work.session.scalar(sa.select(sa.func.count(ApiToken.id))) == 1


def test_a_revoked_or_old_token_opens_nothing(app: Flask, people: People, clock: Clock) -> None:
    _, login = people.user()
    client = app.test_client()
    tokens = []
    for name in ("one", "two"):
        asked = {**_asked(login, PASSWORD, "account"), "name": name, "days": 1}
        made = client.post("/api/v1/tokens", json=asked, headers={"Idempotency-Key": name})
        tokens.append(made.get_json())
    bearers = [{"Authorization": f"Bearer {each['token']}"} for each in tokens]

    gone = client.delete(f"/api/v1/tokens/{tokens[0]['id']}", headers={**bearers[1], **KEY})

    assert gone.status_code == 200
    assert client.get("/api/v1/me", headers=bearers[0]).status_code == 401
    assert client.get("/api/v1/me", headers=bearers[1]).status_code == 200
    clock.move(days=1)
    assert client.get("/api/v1/me", headers=bearers[1]).status_code == 401


def test_a_scope_beyond_the_roles_is_refused(app: Flask, people: People) -> None:
    _, login = people.user()

    asked = _asked(login, PASSWORD, "grant_role")
    refused = app.test_client().post("/api/v1/tokens", json=asked, headers=KEY)

    assert refused.status_code == 403
    assert refused.get_json()["code"] == "not-permitted"


def test_somebody_elses_session_and_token_do_not_exist(
    app: Flask, browser: Make, people: People, exchange: Exchange
) -> None:
    _, owner = people.user()
    _, stranger = people.user()
    browser().sign_in(owner)
    made = app.test_client().post(
        "/api/v1/tokens", json=_asked(owner, PASSWORD, "account"), headers=KEY
    )
    with exchange.reading() as work:
        session_id = work.session.scalar(sa.select(UserSession.id))
    thief = browser()
    thief.sign_in(stranger)

    for path, number in (
        ("/me/sessions/{}/end", session_id),
        ("/me/tokens/{}/revoke", made.get_json()["id"]),
    ):
        foreign = thief.send(path.format(number), {})
        absent = thief.send(path.format(9999), {})
        assert (foreign.status_code, absent.status_code) == (404, 404)
    token = app.test_client().post(
        "/api/v1/tokens",
        json=_asked(stranger, PASSWORD, "account"),
        headers={"Idempotency-Key": "s"},
    )
    bearer = {"Authorization": f"Bearer {token.get_json()['token']}", **KEY}
    for kind, number in (("sessions", session_id), ("tokens", made.get_json()["id"])):
        foreign = app.test_client().delete(f"/api/v1/{kind}/{number}", headers=bearer)
        absent = app.test_client().delete(f"/api/v1/{kind}/9999", headers=bearer)
        assert (foreign.status_code, foreign.get_json()) == (404, absent.get_json())


def test_the_cookie_is_host_bound_and_secure_under_https(
    exchange: Exchange, database_url: str, people: People
) -> None:
    _, login = people.user()
    app = create_app(config_of(database_url, https=True), exchange)
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://localhost").get_data(as_text=True)
    token = page.split('csrf_token" value="')[1].split('"')[0]

    answer = client.post(
        "/sign-in",
        data={"login": login, "password": PASSWORD, "csrf_token": token},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
    )
    app.extensions["goldfruit"].sequencer.stop()

    assert answer.status_code == 303
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "goldfruit" in each]
    assert cookie.startswith("__Host-goldfruit=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil", "javascript:x"]
)
def test_sign_in_leads_only_to_pages_of_this_site(browser: Make, people: People, away: str) -> None:
    _, login = people.user()

    answer = browser().send("/sign-in", {"login": login, "password": PASSWORD, "next": away})

    assert answer.headers["Location"] == "/me"


def test_sign_in_goes_on_to_the_page_that_was_wanted(browser: Make, people: People) -> None:
    _, login = people.user()
    here = browser()

    sent_away = here.get("/me/tokens/new")
    assert sent_away.headers["Location"] == "/sign-in?next=/me/tokens/new"
    form = {"login": login, "password": PASSWORD, "next": "/me/tokens/new"}
    assert here.send("/sign-in", form).headers["Location"] == "/me/tokens/new"


def test_an_unknown_field_is_refused_by_the_api(app: Flask, people: People) -> None:
    _, login = people.user()
    asked = {**_asked(login, PASSWORD, "account"), "user_id": 1}

    refused = app.test_client().post("/api/v1/tokens", json=asked, headers=KEY)

    assert refused.status_code == 400
    assert "user_id" in json.dumps(refused.get_json())


def _asked(login: str, password: str, scope: str = "account") -> dict[str, object]:
    return {"login": login, "password": password, "name": "program", "scopes": [scope], "days": 30}


def _without_nonces(page: str) -> str:
    return re.sub(r'(nonce|value|content)="[^"]*"', "", page)
