"""Signed-in clients for the tests of the ledger's pages and operations."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.work import Actor, Exchange
from goldfruit.members.crypto import token_digest
from goldfruit.members.models import ApiToken, UserSession
from goldfruit.members.rules.acts import Act

CONFIG = Config(database_url="sqlite:///unused", secret_key="k" * 40, field_key="0" * 64)


def make_app(exchange: Exchange) -> Flask:
    app = create_app(CONFIG, exchange)
    app.testing = True
    return app


def bearer(exchange: Exchange, actor: Actor) -> dict[str, str]:
    """Headers of a token of this user that may do whatever the user may."""
    token = f"token-of-user-{actor.user_id}".ljust(32, "x")
    with exchange.begin() as work:
        work.session.add(
            ApiToken(
                user_id=actor.user_id,
                name="test",
                token_digest=token_digest(token),
                scopes=" ".join(["account", *Act]),
                created_at=work.now,
                expires_at=work.now + timedelta(days=1),
            )
        )
    return {"Authorization": f"Bearer {token}"}


def browser(app: Flask, exchange: Exchange, actor: Actor) -> FlaskClient:
    """A browser in which this user is signed in."""
    token = f"session-of-user-{actor.user_id}".ljust(32, "x")
    with exchange.begin() as work:
        work.session.add(
            UserSession(
                user_id=actor.user_id,
                token_digest=token_digest(token),
                device="test",
                begun_at=work.now,
                seen_at=work.now,
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return dict(found)
