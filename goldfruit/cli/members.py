"""goldfruit members: add users and applications, decide on them, give and take roles.

Passwords and identity numbers come by prompt, stdin or file, never as an argument that
other users of the machine could read. Without ``--by`` the machine itself acts: whoever
may run it with its secrets is trusted with the first operator and reviewer.
"""

import json
import sys
from typing import Any, TextIO

import click

from goldfruit.cli.edge import by_option, opened, settings
from goldfruit.cli.frame import command
from goldfruit.infra.work import GUEST, Actor, Exchange
from goldfruit.members import logins, queries
from goldfruit.members.crypto import keyring
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.membership import MemberKind
from goldfruit.members.rules.roles import Role
from goldfruit.members.services import accounts, membership, roles


@command("add")
@click.argument("login")
@click.option("--name", required=True, help="What to call the person.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin."
)
@click.option(
    "--application",
    type=click.File(encoding="utf-8"),
    help="A JSON file with kind, county_code and the real-name data: apply for membership too.",
)
def add(login: str, name: str, password_stdin: bool, application: TextIO | None) -> dict[str, Any]:
    """Add a user who signs in with LOGIN, a phone or e-mail; the person agreed to the terms.

    Example: goldfruit members add 13800138000 --name 张三 --password-stdin < password.txt
    """
    wanted = logins.login(login)
    password_hash = accounts.new_password(_password(password_stdin), wanted)
    given = json.load(application) if application else None
    with opened() as exchange:
        with exchange.begin(GUEST) as work:
            user = accounts.sign_up(work, login=wanted, name=name, password_hash=password_hash)
        document: dict[str, Any] = {"user_id": user.id, "login": wanted.masked}
        if given is not None:
            document["member_id"] = _apply(exchange, Actor(user.id, user.name), given)
    return document


@command("approve")
@click.argument("member_id", type=int)
@click.option("--reject", is_flag=True, help="Reject instead; needs --reason.")
@click.option("--reason", default="", help="Why, in a word that the fact carries.")
@click.option("--note", default="", help="What the applicant reads.")
@by_option
def approve(member_id: int, reject: bool, reason: str, note: str, by: str | None) -> dict[str, Any]:
    """Approve the application of MEMBER_ID, or reject it.

    Example: goldfruit members approve 7 --by reviewer@example.com
    """
    with opened() as exchange, exchange.begin(_actor(exchange, by)) as work:
        member = membership.review(
            work, member_id=member_id, approved=not reject, reason=reason, note=note
        )
        return {"member_id": member.id, "state": member.state}


@command("role")
@click.argument("login")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--withdraw", is_flag=True, help="Take the role, or its proposal, away.")
@click.option("--confirm", is_flag=True, help="Confirm the role as the second person.")
@by_option
def role(login: str, role: str, withdraw: bool, confirm: bool, by: str | None) -> dict[str, Any]:
    """Give the user LOGIN a ROLE; proposed by a user, it holds once another confirms it.

    Example: goldfruit members role 13800138000 operator
    """
    if withdraw and confirm:
        raise click.UsageError("--withdraw and --confirm exclude each other")
    with opened() as exchange, exchange.begin(_actor(exchange, by)) as work:
        user = queries.user_by_login(work.session, login)
        if user is None:
            queries.require_act(work.session, work.actor, Act.GRANT_ROLE)
            raise queries.NoSuchUser
        if withdraw or confirm:
            found = queries.live_grant(work.session, user.id, Role(role))
            if found is None:
                raise roles.NoSuchGrant
            change = roles.withdraw_role if withdraw else roles.confirm_role
            grant = change(work, grant_id=found.id)
        else:
            grant = roles.grant_role(work, user_id=user.id, role=Role(role))
        state = (
            "withdrawn"
            if grant.withdrawn_at
            else "granted"
            if grant.confirmed_at
            else "awaits a second person"
        )
        return {"user_id": user.id, "role": grant.role, "state": state}


@command("password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read it from the first line of stdin.")
def password(login: str, password_stdin: bool) -> dict[str, Any]:
    """Give the user LOGIN, who lost it, a new password; every session ends.

    Only at the machine: see who is asking before you run it.

    Example: goldfruit members password 13800138000
    """
    wanted = logins.login(login)
    password_hash = accounts.new_password(_password(password_stdin), wanted)
    with opened() as exchange, exchange.begin() as work:
        user = queries.user_by_login(work.session, wanted.text)
        if user is None:
            raise queries.NoSuchUser
        accounts.change_password(work, user_id=user.id, password_hash=password_hash)
        return {"user_id": user.id, "login": wanted.masked}


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return str(asked)


def _apply(exchange: Exchange, actor: Actor, given: dict[str, str]) -> int:
    ring = keyring(settings().field_key)
    kind, county_code = given.get("kind", ""), given.get("county_code", "")
    if kind not in {each.value for each in MemberKind}:
        raise click.UsageError(f"kind is one of {', '.join(MemberKind)}")
    with exchange.begin(actor) as work:
        return membership.apply_for_membership(
            work, ring, kind=MemberKind(kind), county_code=county_code, given=given
        ).id


def _actor(exchange: Exchange, by: str | None) -> Actor:
    with exchange.reading() as work:
        return queries.actor_of(work.session, by)
