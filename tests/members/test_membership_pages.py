"""Joining, walked on the pages and through the API."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from goldfruit.infra import facts
from goldfruit.infra.work import Exchange
from goldfruit.members.models import MemberMove
from goldfruit.members.rules.roles import Role
from tests.members.conftest import Browser, People, id_number, person_data
from tests.members.test_accounts import everything

Make = Callable[[], Browser]
FORM = {"kind": "grower", "county_code": "610430", "agreed": "1", "agreed_sensitive": "1"}


def test_the_walk_from_application_to_approval_on_the_pages(
    browser: Make, people: People, exchange: Exchange
) -> None:
    _, login = people.user("李果农")
    _, reviewer_login = people.staff(Role.REVIEWER)
    grower, reviewer = browser(), browser()
    grower.sign_in(login)
    reviewer.sign_in(reviewer_login)

    wrong = grower.send("/members/apply", {**FORM, **person_data(1, id_number="1" * 18)})
    said = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'value="李满仓"' in said
    assert "1" * 18 not in said
    assert "6228480402564890018" not in said
    assert grower.send("/members/apply", {**FORM, **person_data()}).status_code == 303

    assert "李*" in reviewer.get("/members/review").get_data(as_text=True)
    desk = reviewer.get("/members/review/1").get_data(as_text=True)
    assert "610430****" in desk
    assert id_number(1) not in desk
    full = reviewer.send("/members/review/1/identity", {}).get_data(as_text=True)
    assert id_number(1) in full
    assert id_number(1) not in everything(exchange)
    with exchange.reading() as work:
        names = [fact.name for fact in facts.after(work.session, 0, limit=99)]
        assert "identity-shown" in names

    assert reviewer.send("/members/review/1", {"decision": "approve"}).status_code == 303
    mine = grower.get("/me").get_data(as_text=True)
    assert "您可以参与交易" in mine
    assert id_number(1) not in mine


def test_five_equal_decisions_have_one_effect(
    browser: Make, people: People, exchange: Exchange
) -> None:
    people.apply(people.user()[0])
    _, login = people.staff(Role.REVIEWER)
    reviewer = browser()
    reviewer.sign_in(login)
    reviewer.get("/members/review")
    token = reviewer.get("/members/review/1").get_data(as_text=True)
    form = {
        "decision": "approve",
        "_key": "one",
        "csrf_token": token.split('csrf_token" value="')[1].split('"')[0],
    }

    statuses = [reviewer.client.post("/members/review/1", data=form).status_code for _ in range(5)]

    assert statuses == [303] * 5
    with exchange.reading() as work:
        active = sa.select(sa.func.count(MemberMove.id)).where(MemberMove.state == "active")
        assert work.session.scalar(active) == 1


def test_pages_of_staff_are_closed_to_others(browser: Make, people: People) -> None:
    _, login = people.user()
    somebody = browser()
    somebody.sign_in(login)

    assert somebody.get("/members/review").status_code == 403
    assert somebody.get("/members/review/1").status_code == 403
    assert somebody.get("/members/roles").status_code == 404
    assert browser().get("/members/review").status_code == 303


def test_a_foreign_member_and_an_absent_one_are_the_same_to_the_api(
    app: Flask, people: People
) -> None:
    member = people.apply(people.user()[0])
    _, login = people.user()
    bearer = bearer_of(app, login, "account")

    foreign = app.test_client().get(f"/api/v1/members/{member.id}", headers=bearer)
    absent = app.test_client().get("/api/v1/members/9999", headers=bearer)

    assert foreign.status_code == 404
    assert foreign.get_json() == absent.get_json()


def test_the_api_applies_once_and_reviewers_turn_pages(
    app: Flask, people: People, exchange: Exchange
) -> None:
    _, login = people.user()
    client = app.test_client()
    bearer = {**bearer_of(app, login, "account"), "Idempotency-Key": "apply"}
    body = {**person_data(), **FORM, "agreed": True, "agreed_sensitive": True}

    first, second = (client.post("/api/v1/members", json=body, headers=bearer) for _ in range(2))
    for _ in range(4):
        people.apply(people.user()[0])

    assert (first.status_code, second.get_json()) == (201, first.get_json())
    assert set(first.get_json()) == {
        "id", "kind", "name", "county_code", "state", "applied_at", "next_review_at"
    }  # fmt: skip
    _, reviewer_login = people.staff(Role.REVIEWER)
    reader = bearer_of(app, reviewer_login, "read_members")
    seen, path = [], "/api/v1/members?limit=2&state=kyc_pending"
    while path:
        page = client.get(path, headers=reader).get_json()
        seen += [row["id"] for row in page["items"]]
        path = page["next"]
    assert seen == [1, 2, 3, 4, 5]


def bearer_of(app: Flask, login: str, *scopes: str) -> dict[str, str]:
    """Return the header of a new token with ``scopes``."""
    from tests.members.conftest import PASSWORD

    asked = {"login": login, "password": PASSWORD, "name": "t", "scopes": list(scopes)}
    made = app.test_client().post(
        "/api/v1/tokens", json=asked, headers={"Idempotency-Key": f"{login}{scopes}"}
    )
    return {"Authorization": f"Bearer {made.get_json()['token']}"}
