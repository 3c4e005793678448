"""People who work on the index, signed in, and a small made-up market to work with."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.work import Actor, Exchange
from goldfruit.kernel.digests import digest_of_bytes
from goldfruit.kernel.fruit import Spec, parse
from goldfruit.kernel.units import Price
from goldfruit.members.crypto import token_digest
from goldfruit.members.models import ApiToken, Grant, User, UserSession
from goldfruit.members.rules.acts import Act
from goldfruit.members.rules.roles import Role
from goldfruit.prices.imported import file_of
from goldfruit.prices.models import IndexRun, Quote, QuoteImport
from goldfruit.prices.queries import definitions
from goldfruit.prices.services import publishing
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import runs as running

CONFIG = Config(database_url="sqlite:///unused", secret_key="k" * 40, field_key="0" * 64)
ANALYST, APPROVER, SECOND = Actor(1, "分析师"), Actor(2, "审批人"), Actor(3, "审批人二")
REPORTER, RIVAL, THIRD, GROWER = (
    Actor(4, "报价员"),
    Actor(5, "报价员二"),
    Actor(6, "报价员三"),
    Actor(7, "果农"),
)
ROLES = {
    ANALYST: Role.INDEX_ANALYST,
    APPROVER: Role.INDEX_APPROVER,
    SECOND: Role.INDEX_APPROVER,
    REPORTER: Role.QUOTE_REPORTER,
    RIVAL: Role.QUOTE_REPORTER,
    THIRD: Role.QUOTE_REPORTER,
    GROWER: Role.GROWER,
}
AT = datetime(2025, 9, 1, tzinfo=UTC)
SENTENCE = "礼泉 富士 纸袋 80#以上 一二级 冷库"
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def settle_in(exchange: Exchange) -> None:
    """Everybody of ROLES, with a confirmed grant."""
    with exchange.begin() as work:
        for actor in ROLES:
            mail = f"user{actor.user_id}@example.com"
            work.session.add(
                User(
                    id=actor.user_id, email=mail, name=actor.name, password_hash="x", created_at=AT
                )
            )
        work.session.flush()
        for actor, role in ROLES.items():
            work.session.add(
                Grant(
                    user_id=actor.user_id,
                    role=role.value,
                    given_by="system",
                    given_at=AT,
                    confirmed_by="system",
                    confirmed_at=AT,
                )
            )


@dataclass(slots=True)
class Browser:
    """A browser in which somebody is signed in; forms are sent with their hidden fields."""

    client: FlaskClient
    token: str = ""
    keys: Iterator[int] = field(default_factory=count)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def send(self, path: str, key: str = "", **form: object) -> TestResponse:
        if not self.token:
            self.token = found[1] if (found := _CSRF.search(self.get("/me"))) else ""
        keys = {"csrf_token": self.token, "_key": key or f"key-{next(self.keys)}"}
        return self.client.post(path, data={**keys, **form})


def make_app(exchange: Exchange) -> Flask:
    app = create_app(CONFIG, exchange)
    app.testing = True
    return app


def browser(app: Flask, exchange: Exchange, actor: Actor | None) -> Browser:
    client = app.test_client()
    if actor is not None:
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
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    return Browser(client)


def bearer(exchange: Exchange, actor: Actor) -> dict[str, str]:
    """Headers of a token of this person that may do whatever the person may."""
    token = f"token-of-user-{actor.user_id}".ljust(32, "x")
    with exchange.begin() as work:
        work.session.add(
            ApiToken(
                user_id=actor.user_id,
                name="test",
                token_digest=token_digest(token),
                scopes=" ".join(["account", *Act]),
                created_at=work.now,
                expires_at=work.now + timedelta(days=300),
            )
        )
    return {"Authorization": f"Bearer {token}"}


def post(
    client: FlaskClient, path: str, headers: Mapping[str, str], key: str, **body: object
) -> TestResponse:
    return client.post(f"/api/v1{path}", json=body, headers={**headers, "Idempotency-Key": key})


def price(per_kg: str) -> Price:
    return Price(round(float(per_kg) * 1_000))


def quote(
    exchange: Exchange, per_kg: str, by: Actor = REPORTER, what: str | Spec = SENTENCE
) -> Quote:
    """Report one price as low, mostly and high."""
    spec = parse(what).spec if isinstance(what, str) else what
    single = price(per_kg)
    with exchange.begin(by) as work:
        return quoting.report_quote(
            work,
            reporter_id=by.user_id or 0,
            spec=spec,
            low=single,
            mostly=single,
            high=single,
        )


def quote_the_basket(exchange: Exchange, day: date, per_kg: str = "6.00") -> None:
    """Three reporters quote every cell of GFI-D at one price."""
    with exchange.reading() as work:
        cells = definitions.in_force(work.session, "GFI-D", day).cells
    for reporter in (REPORTER, RIVAL, THIRD):
        with exchange.begin(reporter) as work:
            for cell in cells:
                variety, bagging, size, grade, origin, stage = cell.code.split("-")
                quoting.report_quote(
                    work,
                    reporter_id=reporter.user_id or 0,
                    spec=Spec.from_code(
                        f"{variety}-{bagging}-{size}-{grade}-0-{origin}-{stage}-00"
                    ),
                    low=price(per_kg),
                    mostly=price(per_kg),
                    high=price(per_kg),
                )


def run(exchange: Exchange, code: str, first: date, last: date | None = None) -> IndexRun:
    """Freeze and calculate as the analyst."""
    with exchange.begin(ANALYST) as work:
        made = running.freeze(
            work, index_code=code, first=first, last=last or first, as_of=work.now
        )
        running.calculate(work, made)
        return made


def publish(exchange: Exchange, made: IndexRun) -> None:
    """Review as the analyst, approve and publish as the approver."""
    with exchange.begin(ANALYST) as work:
        running.review(work, run_id=made.id)
    with exchange.begin(APPROVER) as work:
        running.approve(work, run_id=made.id)
        publishing.publish(work, run_id=made.id)


HEADER = "品名,最低价,平均价,最高价,规格,单位,发布日期\n"
NAMES = ("富士", "嘎啦", "秦冠", "国光")


def market_file(days: int = 12, first: date = date(2013, 6, 10), **changed: str) -> bytes:
    """A small market's file: four names on each day, prices that drift; extra lines at the end."""
    lines = [HEADER]
    for n in range(days):
        for k, name in enumerate(NAMES):
            middle = 4 + k + n * 0.01
            day = first + timedelta(days=n)
            lines.append(
                f"{name},{middle - 0.5:.2f},{middle:.2f},{middle + 0.5:.2f},普通,公斤,{day}\n"
            )
    return ("".join(lines) + changed.get("more", "")).encode()


def take_in(exchange: Exchange, content: bytes, market: str = "xinfadi") -> QuoteImport:
    found = file_of(content, "market.csv")
    with exchange.begin(ANALYST) as work:
        return quoting.import_quotes(
            work,
            market=market,
            file_name="market.csv",
            file_digest=digest_of_bytes(content),
            file=found,
        )


def huge_picture() -> bytes:
    """A PNG that says it has 20,000 by 10,000 pixels."""
    head = struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def some_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return packed.getvalue()
