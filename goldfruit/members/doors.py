"""Doors (门): how a request comes to be somebody; sessions and tokens for the web's guard."""

from datetime import timedelta

from flask import current_app, request

from goldfruit.infra.work import SYSTEM
from goldfruit.members import queries
from goldfruit.members.crypto import Keyring, keyring, new_token, password_fits
from goldfruit.members.queries import Known, Lifetimes
from goldfruit.members.services import sessions
from goldfruit.web import guard
from goldfruit.web.exchange import perform, reading, running
from goldfruit.web.guard import Person

TOUCH_EVERY = timedelta(minutes=1)
"""A session's last use is noted this often, so that not every reading page writes."""


def keys() -> Keyring:
    """Return the keyring of the running application."""
    return keyring(current_app.config["GOLDFRUIT"].field_key)


def lives() -> Lifetimes:
    """Return how long sessions live, by the settings."""
    config = current_app.config["GOLDFRUIT"]
    return Lifetimes(
        idle=timedelta(minutes=config.session_idle_minutes),
        absolute=timedelta(hours=config.session_hours),
    )


def by_session(token: str) -> Person | None:
    """Return the person whose session the cookie names, and note that it was used."""
    with running().exchange.reading() as work:
        known = queries.known_by_session(work.session, token, work.now, lives())
    if known is None or known.session_id is None:
        return None
    session_id = known.session_id
    if known.unseen_for >= TOUCH_EVERY:
        running().sequencer.perform(
            lambda work: sessions.touch(work, session_id=session_id), SYSTEM
        )
    return _person(known, token)


def by_token(token: str) -> Person | None:
    """Return the person who carries a bearer token, with no more acts than its scopes."""
    with running().exchange.reading() as work:
        known = queries.known_by_token(work.session, token, work.now)
    return None if known is None else _person(known, "")


def proven(login: str, password: str) -> tuple[int, int]:
    """Return the counted attempt and the user whose password fits, both by number.

    An unknown account costs the same work and gets the same answer as a wrong password.

    Raises:
        SignInTooSoon: the account or this address has to wait.
        SignInRefused: no such account, or not its password.
    """
    ring, address = keys(), request.remote_addr or ""
    attempt_id = perform(
        lambda work: sessions.begin_attempt(work, ring, login=login, address=address)
    )
    with reading() as work:
        user = queries.user_by_login(work.session, login)
    fits = password_fits(user.password_hash if user else None, password)
    if user is None or not fits:
        raise sessions.SignInRefused
    return attempt_id, user.id


def let_in(user_id: int, attempt_id: int | None = None) -> None:
    """Begin a new session for a user and give it to the browser; the one before is ended."""
    token, device = new_token(), request.user_agent.string
    before = current_session_id()
    if before is not None:
        perform(lambda work: sessions.end_session(work, session_id=before))
    perform(
        lambda work: sessions.begin_session(
            work, user_id=user_id, token=token, device=device, attempt_id=attempt_id
        )
    )
    person = by_session(token)
    if person is not None:
        guard.sign_in(person)


def let_out() -> None:
    """End the present session, in the database and in the browser."""
    before = current_session_id()
    if before is not None:
        perform(lambda work: sessions.end_session(work, session_id=before))
    guard.sign_out()


def current_session_id() -> int | None:
    """Return the number of the session that asks; None for a guest or a bearer token."""
    person = guard.current()
    if person is None or not person.session_token:
        return None
    with reading() as work:
        known = queries.known_by_session(work.session, person.session_token, work.now, lives())
    return known.session_id if known else None


def _person(known: Known, token: str) -> Person:
    return Person(
        user_id=known.user_id,
        name=known.name,
        roles=frozenset(role.value for role in known.roles),
        acts=known.acts,
        member_id=known.member_id,
        session_token=token,
    )
