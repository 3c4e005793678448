"""Every address of the site: who may open it, what it may do, and what its answer carries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from config import Config
from goldfruit.app import create_app
from goldfruit.infra.work import Exchange
from goldfruit.members.logins import login
from goldfruit.members.services import accounts, sessions
from tests.places import ROOT

PUBLIC = frozenset(
    {
        *("/", "/about", "/privacy", "/rules", "/soon/<what>", "/choose/<name>/<value>"),
        *("/index", "/index/<code>", "/index/<code>.csv", "/index/<code>/chart.json"),
        *("/index/<code>/<day>", "/index/<code>/<day>/inputs", "/quotes"),
        *("/news", "/news/<int:article_id>", "/news/<int:article_id>/revisions/<int:no>"),
        *("/problems/<code>", "/feed.xml", "/sign-up", "/sign-in", "/sign-out", "/csp-reports"),
        *("/healthz", "/readyz", "/metrics", "/static/<path:filename>", "/styleguide"),
        *("/api/docs", "/api/v1/openapi.json", "/api/v1/index", "/api/v1/index/<code>/values"),
        *("/api/v1/index/<code>/values/<day>", "/api/v1/index/<code>/values/<day>/inputs"),
        *("/api/v1/index/<code>/revisions", "/api/v1/index/<code>/definition"),
        *("/api/v1/facts", "/api/v1/quotes", "/api/v1/news", "/api/v1/news/<int:article_id>"),
        *("/api/v1/users", "/api/v1/tokens"),
    }
)
"""What a guest may ask for. Of /api/v1 paths only the reading, and what needs a password anyway."""

OPEN_COMMANDS = frozenset({"/api/v1/users", "/api/v1/tokens", "/csp-reports"})
"""What a guest may send: sign up, ask for a token with the password, report a breach of policy."""

OF_EVERY_USER = frozenset(
    {
        *("/me", "/me/password", "/me/tokens/new", "/me/invitations", "/members/apply"),
        *("/me/invitations/<int:invitation_id>/accept", "/me/seats/<int:seat_id>/end"),
        *("/me/sessions/<int:session_id>/end", "/me/tokens/<int:token_id>/revoke"),
    }
)
"""What every signed-in user has for oneself, without a role."""

EXAMPLE = {"int": "7", "default": "GFI-D", "string": "GFI-D", "path": "base.css"}
NAMED = {"name": "unit", "value": "kg", "what": "listings", "day": "2025-10-09"}
COOKIE = "a-session-of-somebody-without-a-role-0123456789"


@dataclass(frozen=True)
class Door:
    """One way in: a method at an address."""

    method: str
    rule: str
    path: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


@pytest.fixture
def app(exchange: Exchange, database_url: str) -> Flask:
    """The site on an empty market."""
    config = Config(database_url=database_url, secret_key="s" * 40, field_key="ab" * 32)
    return create_app(config, exchange)


@pytest.fixture
def doors(app: Flask) -> list[Door]:
    """Every way in."""
    return [door for rule in app.url_map.iter_rules() for door in _doors(rule)]


@pytest.fixture
def somebody(app: Flask, exchange: Exchange) -> FlaskClient:
    """A signed-in user without a role."""
    with exchange.begin() as work:
        user = accounts.sign_up(
            work, login=login("nobody@example.org"), name="无岗", password_hash="none"
        )
        sessions.begin_session(work, user_id=user.id, token=COOKIE, device="test")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = COOKIE, True
    return client


def _doors(rule: Rule) -> Iterator[Door]:
    path = rule.rule
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule):
        path = re.sub(rf"<(?:\w+:)?{name}>", NAMED.get(name, EXAMPLE[kind or "default"]), path)
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        yield Door(method, rule.rule, path, rule.endpoint)


def _is_public(door: Door) -> bool:
    if door.rule not in PUBLIC:
        return False
    of_the_api = door.rule.startswith("/api/v1/")
    return not of_the_api or (door.method == "GET") != (door.rule in OPEN_COMMANDS)


def _asked(client: FlaskClient, door: Door) -> tuple[int, str]:
    """Return the status, and where it leads; a form brings its forgery token."""
    data = {}
    if door.method != "GET" and not door.rule.startswith("/api/"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-up").text)
        data = {"csrf_token": found.group(1) if found else ""}
    headers = {"X-CSRFToken": data.get("csrf_token", ""), "Idempotency-Key": str(door)}
    answer = client.open(door.path, method=door.method, data=data or None, headers=headers)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_guest_comes_in_only_where_the_list_says(app: Flask, doors: list[Door]) -> None:
    wrong = []
    for door in doors:
        status, leads = _asked(app.test_client(), door)
        refused = status == 401 or (status == 303 and leads.startswith("/sign-in"))
        if refused == _is_public(door):
            wrong.append(f"{door}: {status}")
    assert wrong == [], "list a public address in PUBLIC, or guard it with needs(…) or act=…"


def test_the_list_of_public_addresses_names_no_other(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} >= PUBLIC | OF_EVERY_USER


def test_somebody_without_a_role_is_refused_wherever_a_role_is_needed(
    app: Flask, doors: list[Door], somebody: FlaskClient
) -> None:
    with somebody.session_transaction() as session:
        kept = dict(session)
    wrong = []
    for door in doors:
        if _is_public(door) or door.rule in OF_EVERY_USER:
            continue
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(kept)
        status, _ = _asked_with_token(client, door)
        if status != 403 and not (status == 404 and door.rule in {"/members/roles"}):
            wrong.append(f"{door}: {status}")
    assert "\n".join(each for each in wrong if not each.startswith(OWN_DATA)) == ""


OWN_DATA = (
    *("GET /money", "POST /money/out", "GET /api/v1/me:", "GET /api/v1/tokens:"),
    *("DELETE /api/v1/tokens/", "GET /api/v1/sessions", "DELETE /api/v1/sessions/"),
    *("POST /api/v1/members:", "GET /api/v1/members/<int:member_id>:"),
    *("GET /api/v1/ledger/entries:", "GET /api/v1/ledger/accounts:"),
    *("GET /api/v1/ledger/holds:", "GET /api/v1/cash-movements:", "POST /api/v1/cash-movements:"),
)
"""What answers every user about oneself, and refuses by what the user has, not by a role."""


def _asked_with_token(client: FlaskClient, door: Door) -> tuple[int, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)
    assert found
    headers = {"X-CSRFToken": found.group(1), "Idempotency-Key": str(door)}
    answer = client.open(door.path, method=door.method, headers=headers)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_form_without_its_forgery_token_is_refused(
    app: Flask, doors: list[Door], somebody: FlaskClient
) -> None:
    wrong = []
    for door in doors:
        if door.method == "GET" or door.endpoint == "reports.csp":
            continue
        if door.rule in OPEN_COMMANDS:
            continue
        answer = somebody.open(door.path, method=door.method, headers={"Idempotency-Key": "k"})
        said = answer.get_json(silent=True) or {}
        if answer.status_code != 400 or not (
            said.get("code") == "form-expired" or "表单已过期" in answer.text
        ):
            wrong.append(f"{door}: {answer.status_code}")
    assert wrong == []


def test_every_answer_carries_the_headers_that_protect_it(app: Flask, doors: list[Door]) -> None:
    guest, wrong = app.test_client(), []
    for door in doors:
        answer = guest.open(door.path, method=door.method)
        policy = answer.headers.get("Content-Security-Policy", "")
        fixed = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        missing = [name for name, value in fixed.items() if answer.headers.get(name) != value]
        if missing or "default-src 'none'" not in policy or "unsafe" in policy:
            wrong.append(f"{door}: {missing or policy}")
        for cookie in answer.headers.getlist("Set-Cookie"):
            if "SameSite=Lax" not in cookie:
                wrong.append(f"{door}: {cookie.partition('=')[0]} without SameSite")
            if cookie.startswith("goldfruit") and "HttpOnly" not in cookie:
                wrong.append(f"{door}: session without HttpOnly")
    assert wrong == []


def test_under_https_cookies_stay_with_the_host(exchange: Exchange, database_url: str) -> None:
    config = Config(database_url=database_url, secret_key="s" * 40, field_key="ab" * 32, https=True)

    answer = create_app(config, exchange).test_client().get("/sign-up", base_url="https://x.cn")

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-goldfruit=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_looking_changes_nothing(
    app: Flask, doors: list[Door], somebody: FlaskClient, exchange: Exchange
) -> None:
    """No GET writes: the database may not even be asked to."""
    import sqlalchemy as sa

    written: list[str] = []
    writing = re.compile(r"\s*(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\b", re.IGNORECASE)

    def look(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if writing.match(statement):
            written.append(statement)

    sa.event.listen(exchange.engine, "before_cursor_execute", look)
    found = {}
    for client in (app.test_client(), somebody):
        for door in doors:
            if door.method == "GET":
                client.get(door.path)
                if written:
                    found[str(door)] = written.copy()
                    written.clear()
    sa.event.remove(exchange.engine, "before_cursor_execute", look)
    assert found == {}


def test_every_page_has_a_view_and_every_view_its_page() -> None:
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "goldfruit").rglob("*.py"))]
    named = set(re.findall(r'"([a-z_]+/[a-z_]+\.html|[a-z_]+\.html)"', "\n".join(sources)))
    named |= {f"pages/{name}.html" for name in re.findall(r'"(styleguide\w*)"', "\n".join(sources))}
    kept = {
        str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")
    }
    shared = {name for name in kept if name.rpartition("/")[2].startswith("_")}

    assert named - kept == set(), "a view names a page that is not there"
    assert kept - named - shared - {"base.html", "board.html"} == set(), "no view shows this page"


def test_every_part_of_a_page_is_used() -> None:
    texts = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    parts = {str(path.relative_to(ROOT / "templates")) for path in texts if path.name[0] == "_"}
    used = {name for text in texts.values() for name in parts if f'"{name}"' in text}

    assert parts - used == set()
