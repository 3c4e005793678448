"""A running application per database, browsers to walk it, and people to act in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.work import GUEST, Actor, Exchange
from goldfruit.members import logins
from goldfruit.members.crypto import Keyring, hash_password, keyring
from goldfruit.members.models import Member
from goldfruit.members.rules.membership import MemberKind
from goldfruit.members.rules.resident_id import id_check_digit
from goldfruit.members.rules.roles import Role
from goldfruit.members.services import accounts, membership, roles

FIELD_KEY = "5a" * 32
PASSWORD = "白云 拖拉机 苹果树"
_HASH = hash_password(PASSWORD)
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def id_number(order: int) -> str:
    """Return a valid number of somebody born on 1 May 1970, another for each ``order``."""
    body = f"61043019700501{order:03d}"
    return body + id_check_digit(body)


def person_data(order: int = 1, **changes: str) -> dict[str, str]:
    """Return the real-name data of a grower."""
    data = {
        "person_name": "李满仓",
        "id_number": id_number(order),
        "bank_name": "农业银行淳化县支行",
        "bank_account": "6228480402564890018",
    }
    return {**data, **changes}


def firm_data(order: int = 1, **changes: str) -> dict[str, str]:
    """Return the real-name data of an enterprise."""
    firm = {"firm_name": "咸阳红果商贸有限公司", "uscc": "91350100M000100Y43"}
    return {**person_data(order), **firm, **changes}


@dataclass(slots=True)
class People:
    """Makes users, staff and members through the services."""

    exchange: Exchange
    ring: Keyring = field(default_factory=lambda: keyring(FIELD_KEY))
    orders: Iterator[int] = field(default_factory=lambda: count(1))

    def user(self, name: str = "王小明") -> tuple[Actor, str]:
        """Return a new user as an actor, and the login."""
        login = logins.login(f"139{next(self.orders):08d}")
        with self.exchange.begin(GUEST) as work:
            made = accounts.sign_up(work, login=login, name=name, password_hash=_HASH)
            return Actor(made.id, made.name), login.text

    def staff(self, *held: Role) -> tuple[Actor, str]:
        """Return a new user with roles that the machine granted."""
        actor, login = self.user()
        for role in held:
            with self.exchange.begin() as work:
                roles.grant_role(work, user_id=actor.user_id or 0, role=role)
        return actor, login

    def apply(self, actor: Actor, kind: MemberKind = MemberKind.GROWER, **changes: str) -> Member:
        """Return the member for whom ``actor`` applied."""
        data = firm_data if kind in {MemberKind.ENTERPRISE} else person_data
        given = data(next(self.orders), **changes)
        with self.exchange.begin(actor) as work:
            return membership.apply_for_membership(
                work, self.ring, kind=kind, county_code="610430", given=given
            )

    def approve(self, member: Member) -> None:
        """Approve an application."""
        with self.exchange.begin() as work:
            membership.review(work, member_id=member.id, approved=True)


@dataclass(slots=True)
class Browser:
    """Somebody at a browser: keeps cookies, sends each form with its token and key."""

    client: FlaskClient
    keys: Iterator[int] = field(default_factory=count)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers={"Accept-Language": "zh"})

    def send(self, path: str, form: Mapping[str, object], key: str | None = None) -> TestResponse:
        """Send a form with the token of a page that this browser can see."""
        found = _CSRF.search(self.get("/sign-up").get_data(as_text=True))
        assert found is not None
        own = {"csrf_token": found.group(1), "_key": key or f"key-{next(self.keys)}-{id(self)}"}
        return self.client.post(path, data={**own, **form}, headers={"Accept-Language": "zh"})

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        """Sign in by the form."""
        return self.send("/sign-in", {"login": login, "password": password})


@pytest.fixture
def people(exchange: Exchange) -> People:
    """People of the exchange under test."""
    return People(exchange)


@pytest.fixture
def ring() -> Keyring:
    """The keyring of the application under test."""
    return keyring(FIELD_KEY)


def config_of(url: str, **changes: bool) -> Config:
    """Return settings for a test."""
    return Config(database_url=url, secret_key="s" * 40, field_key=FIELD_KEY, **changes)  # type: ignore[arg-type]


@pytest.fixture
def app(exchange: Exchange, database_url: str) -> Iterator[Flask]:
    """The application on the exchange under test."""
    made = create_app(config_of(database_url), exchange)
    yield made
    made.extensions["goldfruit"].sequencer.stop()


@pytest.fixture
def browser(app: Flask) -> Callable[[], Browser]:
    """Makes browsers, each with cookies of its own."""
    return lambda: Browser(app.test_client())
