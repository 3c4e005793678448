"""Problems (问题说明): every refusal and every mishap, told as RFC 9457 or as a page."""

import json
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from goldfruit.kernel.errors import Refusal

PROBLEM = "application/problem+json"
log = structlog.get_logger()

_TITLES = {
    400: ("bad-request", "请求有误", "请检查填写的内容后重试。"),
    404: ("not-found", "页面不存在", "请检查地址，或从首页重新进入。"),
    405: ("method-not-allowed", "不支持该操作", "请从页面上的按钮操作。"),
    413: ("too-large", "内容过大", "请压缩图片或拆分文件后再提交。"),
    415: ("unsupported-media-type", "格式不支持", "请使用 application/json 提交。"),
    429: ("too-many-requests", "操作过于频繁", "请稍候片刻再试。"),
}


def register(app: Flask) -> None:
    """Answer every error of ``app`` in the reader's form; nothing shows a stack trace."""
    app.before_request(_number_request)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(ValidationError, _misshapen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return ``refusal`` as an RFC 9457 problem document."""
    return {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.explanation(),
        "code": refusal.code,
        **{key: value for key, value in refusal.members().items() if key not in _OWN},
    }


_OWN = {"type", "title", "status", "detail", "code"}


def as_response(document: dict[str, Any]) -> Response:
    """Return a problem document as a response with its status."""
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, status=document["status"], content_type=PROBLEM)


def wants_json() -> bool:
    """Return whether the reader is a program: the API, or one that asks for JSON first."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _number_request() -> None:
    g.request_id = uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, path=request.path)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if wants_json():
        response = as_response(problem(refusal))
        if refusal.status == 503:
            response.headers["Retry-After"] = "2"
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="goldfruit"'
        return response
    if refusal.status == 401:
        return redirect(url_for("members.sign_in", next=request.full_path.rstrip("?")), code=303)
    page = render_template("errors/refusal.html", refusal=refusal)
    return page, refusal.status


def _misshapen(error: ValidationError) -> ResponseReturnValue:
    document = {
        "type": "/problems/bad-input",
        "title": "输入有误",
        "status": 400,
        "detail": "请按提示修改标出的内容后重新提交。",
        "code": "bad-input",
        "errors": error.messages,
    }
    if wants_json():
        return as_response(document)
    given = error.messages
    messages = given if isinstance(given, dict) else {"_schema": given}
    return render_template("errors/bad_input.html", errors=messages), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    status = error.code or 500
    code, title, detail = _TITLES.get(status, ("http-error", "请求未能完成", "请稍后重试。"))
    if type(error).__name__ == "CSRFError":
        code, title, detail = "form-expired", "表单已过期", "请返回上一页，刷新后重新提交。"
    if wants_json():
        document = {"type": f"/problems/{code}", "title": title, "status": status}
        response = as_response({**document, "detail": detail, "code": code})
        retry = getattr(error, "retry_after", None)
        if retry:
            response.headers["Retry-After"] = str(retry)
        return response
    return render_template("errors/http.html", status=status, title=title, detail=detail), status


def _broken(error: Exception) -> ResponseReturnValue:
    log.error("unexpected", exc_info=error)
    if wants_json():
        response = jsonify(
            type="/problems/internal-error",
            title="系统内部错误",
            status=500,
            detail=f"操作没有完成，请稍后重试；如仍失败，请提供编号 {g.get('request_id', '')}。",
            code="internal-error",
        )
        response.status_code = 500
        response.content_type = PROBLEM
        return response
    return render_template("errors/broken.html", request_id=g.get("request_id", "")), 500
