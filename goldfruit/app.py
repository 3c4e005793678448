"""The application: every stage's pages and operations, mounted in one place."""

import sys

import structlog
from flask import Blueprint, Flask, Response, url_for
from flask_compress import Compress
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config, from_environment
from goldfruit import jobs
from goldfruit.console.views import console as console_pages
from goldfruit.infra.db import make_engine
from goldfruit.infra.sequencer import Sequencer
from goldfruit.infra.work import Exchange
from goldfruit.ledger.api import api as ledger_api
from goldfruit.ledger.views import blueprint as ledger_pages
from goldfruit.members import doors
from goldfruit.members.api import api as members_api
from goldfruit.members.views import blueprint as members_pages
from goldfruit.newsroom import queries as newsroom
from goldfruit.newsroom.api import api as newsroom_api
from goldfruit.newsroom.views import blueprint as newsroom_pages
from goldfruit.prices.api import api as prices_api
from goldfruit.prices.api_staff import api as prices_staff_api
from goldfruit.prices.views import blueprint as prices_pages
from goldfruit.prices.views.home import Headline, wire_news
from goldfruit.prices.views_staff import blueprint as prices_staff_pages
from goldfruit.web import (
    addresses,
    forms,
    guard,
    headers,
    health,
    limits,
    openapi,
    pages,
    problem_pages,
    problems,
)
from goldfruit.web.endpoint import Api
from goldfruit.web.exchange import Running
from goldfruit.wiring import REACTIONS

BLUEPRINTS: tuple[Blueprint, ...] = (
    members_pages,
    newsroom_pages,
    ledger_pages,
    prices_staff_pages,
    prices_pages,
    console_pages,
    problem_pages.blueprint,
)
"""Every stage's pages, one line each."""

HOME_NEWS = 6

APIS: tuple[Api, ...] = (members_api, newsroom_api, ledger_api, prices_staff_api, prices_api)
"""Every stage's JSON operations, one line each."""


def open_exchange(config: Config) -> Exchange:
    """Return the exchange of ``config``: its database read back, its reactions wired."""
    engine = make_engine(config.database_url, pool_size=config.pool_size)
    return Exchange(engine, REACTIONS)


class Site(Flask):
    """Flask, whose static files are whole bodies, so that they are compressed and closed."""

    def send_static_file(self, filename: str) -> Response:
        """Return a static file read into memory; they are small, and cached for good."""
        response = super().send_static_file(filename)
        response.direct_passthrough = False
        body = b"".join(response.iter_encoded())
        response.close()
        if body:
            response.set_data(body)
        return response


def create_app(config: Config | None = None, exchange: Exchange | None = None) -> Flask:
    """Return the web application; the exchange is opened from ``config`` unless given."""
    config = config or from_environment()
    exchange = exchange or open_exchange(config)
    app = Site("goldfruit", root_path=str(ROOT), static_folder="static")
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=config.upload_bytes_max,
        SESSION_COOKIE_NAME="__Host-goldfruit" if config.https else "goldfruit",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        COMPRESS_MIN_SIZE=500,
        GOLDFRUIT=config,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["goldfruit"] = Running(exchange, Sequencer(exchange))
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies
        )
    addresses.register(app)
    Compress(app)
    problems.register(app)
    headers.register(app, https=config.https)
    health.register(app)
    guard.register(app, by_session=doors.by_session, by_token=doors.by_token)
    limits.register(app)
    forms.register(app)
    pages.register(app)
    app.extensions["goldfruit_jobs"] = [
        (job.name, job.title, f"{job.at:%H:%M}") for job in jobs.JOBS
    ]
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    wire_news(app, latest_news)
    openapi.register(app, APIS)
    return app


def latest_news(session: Session) -> list[Headline]:
    """Return the newest public articles for the home board, which knows no newsroom."""
    lines, _ = newsroom.published(session, limit=HOME_NEWS)
    return [
        Headline(
            title=line.text.title,
            url=url_for("newsroom.article", article_id=line.article.id),
            published_at=line.article.published_at,
        )
        for line in lines
        if line.article.published_at
    ]


def set_up_logs(level: str) -> None:
    """Write logs as JSON lines with the request's id; personal data has no place in them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
