"""goldfruit serve: web, sequencer and scheduler in the foreground, from one command."""

import json
import os
import signal
import sys
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from config import Config
from goldfruit.app import create_app, open_exchange, set_up_logs
from goldfruit.cli.clock import tick_for_ever
from goldfruit.cli.edge import settings
from goldfruit.cli.secrets import make_once
from goldfruit.infra import migrate
from goldfruit.members.queries import DemoSignIn

THREADS = 64


class Server(BaseApplication):
    """gunicorn with our application and no configuration file."""

    def __init__(self, config: Config, options: dict[str, Any]) -> None:
        self._config = config
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application of this worker, with connections of its own."""
        app = create_app(self._config)
        if self._config.demo:
            app.extensions["demo_sign_ins"] = demo_sign_ins(self._config)
        return app


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")))
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes (SQLite: 1).")
@click.option("--prepare", is_flag=True, help="First make secrets, tables and the demo season.")
@click.option("--no-scheduler", is_flag=True, help="Leave the clock to another process.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def serve(
    *, host: str, port: int, workers: int | None, prepare: bool, no_scheduler: bool, as_json: bool
) -> None:
    """Serve the exchange.

    Example: goldfruit serve --prepare --port 8000
    """
    said = _prepare() if prepare else []
    config = settings()
    set_up_logs(config.log_level)
    clock = 0 if no_scheduler else _start_clock(config)
    on_sqlite = config.database_url.startswith("sqlite")
    click.echo(greeting(f"http://{host}:{port}", said, as_json=as_json))
    sys.stdout.flush()
    options = {
        "bind": f"{host}:{port}",
        "workers": workers or (1 if on_sqlite else 2),
        "worker_class": "gthread",
        "threads": THREADS,
        "graceful_timeout": 3,
        "timeout": 120,
        "control_socket_disable": True,
        "loglevel": "warning",
        "on_exit": lambda _server: _stop(clock),
    }
    Server(config, options).run()


def greeting(address: str, said: list[str], *, as_json: bool) -> str:
    """Return what a start prints: the demo's lines and the address, or both as JSON."""
    if as_json:
        return json.dumps({"address": address, "demo": said}, ensure_ascii=False, indent=1)
    return "\n".join([*said, f"金果网 {address}"])


def _prepare() -> list[str]:
    """Make what a first start needs and return the demo's lines; later starts only look."""
    from pathlib import Path

    from config import ROOT

    os.environ.setdefault("GOLDFRUIT_DEMO", "1")
    given = os.environ.get("GOLDFRUIT_SECRETS_FILE", str(ROOT / "var" / "secrets.env"))
    if "GOLDFRUIT_SECRET_KEY" not in os.environ:
        make_once(Path(given))
    set_up_logs("WARNING")
    exchange = open_exchange(settings())
    try:
        if migrate.current(exchange.engine) != migrate.newest():
            migrate.upgrade(exchange.engine)
        from goldfruit import demo

        return list(demo.make_once(exchange, settings()))
    finally:
        exchange.engine.dispose()


def demo_sign_ins(config: Config) -> list[DemoSignIn]:
    """Return the sign-ins that the sign-in page of a demo market shows."""
    from goldfruit.demo import people

    secret = people.password(config.secret_key)
    return [DemoSignIn(title=what, login=who, password=secret) for who, what in people.sign_ins()]


def _start_clock(config: Config) -> int:
    """Start the scheduler in a process of its own and return its id."""
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    exchange = open_exchange(config)
    try:
        tick_for_ever(exchange)
    finally:
        os._exit(0)


def _stop(child: int) -> None:
    if child:
        try:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            return
