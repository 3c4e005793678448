"""The least page that the same server and framework can serve: the reference of bench pages."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Return a greeting."""
    return "金果网"
