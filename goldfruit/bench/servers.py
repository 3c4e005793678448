"""Servers to measure (被测服务): the real one and its reference, on free ports, stopped by id."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException

from config import ROOT, Config
from goldfruit.bench.load import fetched

THREADS = 64
PATIENCE = 60.0


class ServerSilent(RuntimeError):
    """A server that was started did not answer in time."""


@contextmanager
def goldfruit_server(config: Config) -> Iterator[int]:
    """Yield the port of ``goldfruit serve`` on the market of ``config``."""
    port = free_port()
    start = "from goldfruit.cli import main; main()"
    arguments = ["serve", "--no-scheduler", "--workers", "1", "--port", str(port)]
    environment = {
        **os.environ,
        "GOLDFRUIT_DATABASE_URL": config.database_url,
        "GOLDFRUIT_SECRET_KEY": config.secret_key,
        "GOLDFRUIT_FIELD_KEY": config.field_key,
        "GOLDFRUIT_LOG_LEVEL": config.log_level,
        "GOLDFRUIT_DEMO": "0",
    }
    with _running([sys.executable, "-c", start, *arguments], environment, port, "/healthz"):
        yield port


@contextmanager
def hello_server() -> Iterator[int]:
    """Yield the port of a page that says hello, on the same kind of server."""
    port = free_port()
    options = ["-k", "gthread", "--threads", str(THREADS), "-w", "1", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", *options, "--no-control-socket"]
    command += ["-b", f"127.0.0.1:{port}", "goldfruit.bench.hello:app"]
    with _running(command, dict(os.environ), port, "/"):
        yield port


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _running(
    command: Sequence[str], environment: dict[str, str], port: int, path: str
) -> Iterator[None]:
    server = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(server, port, path)
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if fetched(port, path)[0] == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise ServerSilent(f"no answer on port {port}; the server's exit code is {server.poll()}")
