"""Health (健康检查): alive, ready, and figures for Prometheus."""

import time

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as generate

from goldfruit.infra import jobruns, migrate
from goldfruit.web.exchange import running

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "goldfruit_requests_total", "Requests answered.", ["endpoint", "status"], registry=REGISTRY
)
SECONDS = Histogram("goldfruit_request_seconds", "Time to answer.", ["endpoint"], registry=REGISTRY)


def register(app: Flask) -> None:
    """Add /healthz, /readyz and /metrics."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return jsonify(status="alive")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        found = {
            "database": _database(),
            "sequencer": running().sequencer.alive(),
            "scheduler": _scheduler(),
        }
        good = all(found.values())
        return jsonify(status="ready" if good else "not ready", **found), 200 if good else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(generate(REGISTRY), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        name = request.endpoint or "unknown"
        REQUESTS.labels(name, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(name).observe(time.perf_counter() - g.began)
        return response

    app.register_blueprint(blueprint)


def _database() -> bool:
    try:
        return migrate.current(running().exchange.engine) == migrate.newest()
    except sa.exc.SQLAlchemyError:
        return False


def _scheduler() -> bool:
    try:
        with running().exchange.reading() as work:
            return jobruns.alive(work.session, work.now)
    except sa.exc.SQLAlchemyError:
        return False
