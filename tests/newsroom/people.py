"""Editors and articles for the tests of the newsroom."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from goldfruit.infra.work import Actor, Exchange
from goldfruit.members.logins import login
from goldfruit.members.rules.acts import PERMISSIONS
from goldfruit.members.rules.roles import Role
from goldfruit.members.services import accounts, roles, sessions
from goldfruit.newsroom import services
from goldfruit.newsroom.models import Article
from goldfruit.newsroom.rules.report import CountyLine, ReportFacts
from goldfruit.newsroom.rules.states import Kind
from goldfruit.newsroom.rules.text import Category, Text

PUBLISHED_AT = datetime(2025, 10, 10, 9, 0, tzinfo=UTC)
DAY = date(2025, 10, 10)


def text(**said: Any) -> Text:
    values: dict[str, Any] = {
        "category": Category.ORIGIN,
        "title": "旬邑开库第一天",
        "body": "冷库今天开门，装车有序。",
        "pen_name": "金果网资讯",
    }
    return Text(**{**values, **said})


def line(**said: Any) -> CountyLine:
    values: dict[str, Any] = {
        "county": "旬邑",
        "spec": "纸袋富士 80#以上",
        "low": "3.00",
        "high": "3.40",
        "mostly": "3.20",
        "contributors": 4,
    }
    return CountyLine(**{**values, **said})


def facts(**said: Any) -> ReportFacts:
    values: dict[str, Any] = {
        "index_code": "GFI-D",
        "index_name": "金果苹果产地日指数",
        "day": DAY,
        "published_at": PUBLISHED_AT,
        "value": "1,012.35",
        "change": "▲ +3.10 (+0.31%)",
        "change_day": date(2025, 10, 9),
        "tone": "偏强",
        "confidence": "H2，中等",
        "lines": (line(),),
    }
    return ReportFacts(**{**values, **said})


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor with a session and a token of the API."""

    actor: Actor
    cookie: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def editor(exchange: Exchange, name: str, role: Role = Role.EDITOR) -> Editor:
    cookie, token = f"session-of-{name}-0123456789", f"token-of-{name}-0123456789abcdef"
    with exchange.begin() as work:
        user = accounts.sign_up(
            work, login=login(f"{name}@example.org"), name=name, password_hash="none"
        )
        roles.grant_role(work, user_id=user.id, role=role)
        sessions.begin_session(work, user_id=user.id, token=cookie, device="test")
        sessions.create_token(
            work,
            user_id=user.id,
            name="test",
            scopes=[act.value for act in PERMISSIONS[role]],
            token=token,
            days=30,
        )
        return Editor(Actor(user_id=user.id, name=name), cookie, token)


def written(exchange: Exchange, by: Editor, **said: Any) -> Article:
    with exchange.begin(by.actor) as work:
        return services.write(work, kind=Kind.NEWS, said=text(**said))


def submitted(exchange: Exchange, by: Editor, **said: Any) -> int:
    article = written(exchange, by, **said)
    with exchange.begin(by.actor) as work:
        services.submit(work, article_id=article.id)
    return article.id


def published(exchange: Exchange, by: Editor, checker: Editor, **said: Any) -> int:
    article_id = submitted(exchange, by, **said)
    with exchange.begin(checker.actor) as work:
        services.publish(work, article_id=article_id)
    return article_id


class Browser:
    """A person at the pages: signed in or a guest, sending forms as they were shown."""

    def __init__(self, app: Flask, who: Editor | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if who:
            with self.client.session_transaction() as session:
                session["_user_id"] = who.cookie
                session["_fresh"] = True

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def send(self, path: str, values: dict[str, str], times: int = 1) -> TestResponse:
        """Fill in the first form of the page at ``path`` and send it ``times`` times."""
        page = self.get(path)
        assert page.status_code == 200, page.status
        hidden = {name: hidden_value(page.text, name) for name in ("csrf_token", "_key", "seen")}
        for _ in range(times):
            answer = self.client.post(path, data={**hidden, **values})
        return answer


def hidden_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""
