"""Headers (安全响应头): a strict policy on every page from the first one on."""

import secrets

import structlog
from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from secure import ContentSecurityPolicy

log = structlog.get_logger()
reports = Blueprint("reports", __name__)

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}


def register(app: Flask, *, https: bool) -> None:
    """Put the policy on every response of ``app``; browsers report breaches to /csp-reports."""
    app.register_blueprint(reports)

    @app.before_request
    def make_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def put_headers(response: Response) -> Response:
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault(
                "Strict-Transport-Security", "max-age=63072000; includeSubDomains"
            )
        response.headers["Content-Security-Policy"] = policy(g.get("csp_nonce", ""))
        if "Cache-Control" not in response.headers and not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store" if request.cookies else "no-cache"
        return response


def policy(nonce: str) -> str:
    """Return the content security policy with this response's nonce."""
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'", f"'nonce-{nonce}'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .manifest_src("'self'")
        .form_action("'self'")
        .frame_ancestors("'none'")
        .base_uri("'none'")
        .report_uri("/csp-reports")
        .header_value
    )


@reports.post("/csp-reports")
def csp() -> ResponseReturnValue:
    """Take a browser's report that a page broke the policy."""
    body = request.get_data(as_text=True)[:2000]
    log.warning("csp-report", report=body)
    return "", 204
