"""Roles: two people for every grant, and posts that exclude each other stay apart."""

from collections.abc import Callable

import pytest
from flask import Flask

from goldfruit.infra.work import Exchange
from goldfruit.members import queries
from goldfruit.members.rules.acts import Act, NotPermitted, SecondPersonNeeded
from goldfruit.members.rules.roles import Role, RolesExclude
from goldfruit.members.services import roles
from tests.members.conftest import Browser, People


def test_a_proposed_role_holds_only_once_a_second_person_confirms_it(
    people: People, exchange: Exchange
) -> None:
    operator, _ = people.staff(Role.OPERATOR)
    reviewer, _ = people.staff(Role.REVIEWER)
    clerk, _ = people.user()
    user_id = clerk.user_id or 0

    with exchange.begin(operator) as work:
        grant = roles.grant_role(work, user_id=user_id, role=Role.SETTLEMENT_CLERK)
    with exchange.reading() as work:
        assert not queries.has_role(work.session, user_id, Role.SETTLEMENT_CLERK)
    with pytest.raises(NotPermitted), exchange.begin(operator) as work:
        roles.confirm_role(work, grant_id=grant.id)
    with exchange.begin(reviewer) as work:
        roles.confirm_role(work, grant_id=grant.id)

    with exchange.reading() as work:
        assert Act.PREPARE_CASH in queries.acts_of(work.session, user_id)
    with pytest.raises(roles.GrantConfirmed), exchange.begin(reviewer) as work:
        roles.confirm_role(work, grant_id=grant.id)


def test_nobody_grants_or_confirms_a_role_for_oneself(people: People, exchange: Exchange) -> None:
    operator, _ = people.staff(Role.OPERATOR)
    reviewer, _ = people.staff(Role.REVIEWER)
    with pytest.raises(SecondPersonNeeded), exchange.begin(operator) as work:
        roles.grant_role(work, user_id=operator.user_id or 0, role=Role.EDITOR)
    with exchange.begin(operator) as work:
        grant = roles.grant_role(work, user_id=reviewer.user_id or 0, role=Role.EDITOR)
    with pytest.raises(SecondPersonNeeded), exchange.begin(reviewer) as work:
        roles.confirm_role(work, grant_id=grant.id)


def test_who_proposed_a_role_cannot_confirm_it_even_after_changing_posts(
    people: People, exchange: Exchange
) -> None:
    operator, _ = people.staff(Role.OPERATOR)
    clerk, _ = people.user()
    with exchange.begin(operator) as work:
        grant = roles.grant_role(work, user_id=clerk.user_id or 0, role=Role.SETTLEMENT_CLERK)
    with exchange.begin() as work:
        held = queries.live_grant(work.session, operator.user_id or 0, Role.OPERATOR)
        assert held is not None
        roles.withdraw_role(work, grant_id=held.id)
        roles.grant_role(work, user_id=operator.user_id or 0, role=Role.REVIEWER)

    with pytest.raises(SecondPersonNeeded), exchange.begin(operator) as work:
        roles.confirm_role(work, grant_id=grant.id)


def test_posts_that_exclude_each_other_stay_apart_even_while_one_is_only_proposed(
    people: People, exchange: Exchange
) -> None:
    operator, _ = people.staff(Role.OPERATOR)
    analyst, _ = people.user()
    with exchange.begin(operator) as work:
        roles.grant_role(work, user_id=analyst.user_id or 0, role=Role.INDEX_ANALYST)

    with pytest.raises(RolesExclude), exchange.begin(operator) as work:
        roles.grant_role(work, user_id=analyst.user_id or 0, role=Role.INDEX_APPROVER)


def test_a_trader_gets_no_post_in_the_market(people: People, exchange: Exchange) -> None:
    trader, _ = people.user()
    people.approve(people.apply(trader))

    with pytest.raises(RolesExclude), exchange.begin() as work:
        roles.grant_role(work, user_id=trader.user_id or 0, role=Role.SETTLEMENT_CLERK)
    with pytest.raises(roles.RoleBySeat), exchange.begin() as work:
        roles.grant_role(work, user_id=trader.user_id or 0, role=Role.WHOLESALER)
    with exchange.begin() as work:
        roles.grant_role(work, user_id=trader.user_id or 0, role=Role.QUOTE_REPORTER)


def test_a_withdrawn_role_is_gone_at_once_and_can_be_given_again(
    people: People, exchange: Exchange
) -> None:
    operator, _ = people.staff(Role.OPERATOR)
    editor, _ = people.staff(Role.EDITOR)
    user_id = editor.user_id or 0
    with pytest.raises(roles.RoleHeld), exchange.begin(operator) as work:
        roles.grant_role(work, user_id=user_id, role=Role.EDITOR)
    with exchange.reading() as work:
        grant = queries.live_grant(work.session, user_id, Role.EDITOR)
    assert grant is not None

    with exchange.begin(operator) as work:
        roles.withdraw_role(work, grant_id=grant.id)

    with exchange.reading() as work:
        assert queries.roles_of(work.session, user_id) == frozenset()
    with pytest.raises(roles.NoSuchGrant), exchange.begin(operator) as work:
        roles.withdraw_role(work, grant_id=grant.id)
    with exchange.begin(operator) as work:
        roles.grant_role(work, user_id=user_id, role=Role.EDITOR)


def test_a_reviewer_or_user_grants_nothing(people: People, exchange: Exchange) -> None:
    somebody, _ = people.user()
    for actor in (people.staff(Role.REVIEWER)[0], somebody):
        with pytest.raises(NotPermitted), exchange.begin(actor) as work:
            roles.grant_role(work, user_id=somebody.user_id or 0, role=Role.EDITOR)


def test_operator_and_reviewer_give_a_role_on_the_pages(
    browser: Callable[[], Browser], people: People, app: Flask
) -> None:
    _, operator_login = people.staff(Role.OPERATOR)
    _, reviewer_login = people.staff(Role.REVIEWER)
    _, editor_login = people.user("编辑甲")
    operator, reviewer, editor = browser(), browser(), browser()
    operator.sign_in(operator_login)
    reviewer.sign_in(reviewer_login)
    editor.sign_in(editor_login)

    form = {"login": editor_login, "role": "editor"}
    assert operator.send("/members/roles", form).status_code == 303
    assert "等待确认" in reviewer.get("/members/roles").get_data(as_text=True)
    assert reviewer.send("/members/roles", form).status_code == 403
    assert operator.send("/members/roles/3/confirm", {}).status_code == 403
    assert reviewer.send("/members/roles/3/confirm", {}).status_code == 303

    assert "资讯编辑" in editor.get("/me").get_data(as_text=True)
    unknown = operator.send("/members/roles", {"login": "13800000000", "role": "editor"})
    assert unknown.status_code == 422


def test_a_name_from_an_old_database_is_shown_as_text(
    browser: Callable[[], Browser], people: People, exchange: Exchange
) -> None:
    from goldfruit.members.models import User

    operator, login = people.staff(Role.OPERATOR)
    with exchange.begin() as work:
        user = work.session.get_one(User, operator.user_id or 0)
        user.name = "<img src=x onerror=alert(1)>"
    here = browser()
    here.sign_in(login)

    for path in ("/me", "/members/roles"):
        said = here.get(path).get_data(as_text=True)
        assert "<img src=x" not in said
        assert "&lt;img src=x" in said
