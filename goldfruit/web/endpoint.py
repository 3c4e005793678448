"""Endpoints (接口): one decorator parses, guards, runs, answers once per key, and documents."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from goldfruit.infra.idempotency import Answer, claim, remember
from goldfruit.infra.work import Work
from goldfruit.kernel.digests import digest_of_text
from goldfruit.kernel.errors import Clash, Refusal, RuleBroken
from goldfruit.web import guard
from goldfruit.web.exchange import perform, reading
from goldfruit.web.problems import problem

KEY_MAX = 200
OPEN = "*"
"""The act of an endpoint that needs no sign-in."""


class Parser(FlaskParser):
    """webargs, strict: an unknown field is an error; errors are raised, not turned into 422."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012
        "json": RAISE,
        "query": RAISE,
    }

    def _raw_load_json(self, req: Any) -> Any:
        """Return the body read as JSON; one nested too deep to be read is no JSON."""
        try:
            return super()._raw_load_json(req)
        except RecursionError:
            raise BadRequest from None

    def handle_error(self, error: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Raise the validation error as it is; web.problems tells it."""
        raise error


@dataclass(eq=False)
class KeyMissing(Refusal):
    """A command came without an idempotency key."""

    code = "idempotency-key-missing"
    title = "缺少幂等键"
    detail = "请在请求头 Idempotency-Key 中提供 1 至 200 个字符的唯一键；重试时使用同一个键。"
    status = 400


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the API, as the router and the OpenAPI document know it."""

    name: str
    rule: str
    method: str
    takes: type[Schema] | None
    gives: type[Schema] | None
    many: bool
    status: int
    act: str | None
    refuses: Sequence[type[Refusal]]
    summary: str
    media: str = "application/json"


parser = Parser()


class Api:
    """The JSON operations of one stage; ``app`` mounts it under /api/v1."""

    def __init__(self, stage: str) -> None:
        self.blueprint = Blueprint(f"{stage}_api", stage, url_prefix="/api/v1")
        self.endpoints: list[Endpoint] = []

    def endpoint(
        self,
        rule: str,
        *,
        method: str = "GET",
        takes: type[Schema] | None = None,
        gives: type[Schema] | None = None,
        many: bool = False,
        status: int = 200,
        act: str | None = None,
        refuses: Sequence[type[Refusal]] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Make an operation of ``function(work, **input)``.

        GET reads; every other method is a command: it needs an ``Idempotency-Key``, runs in
        arrival order in one transaction, and its answer is stored with its effect.
        ``act`` is what the person must be allowed to do; None is any signed-in user, OPEN is
        everyone. With ``many`` the function returns ``(items, next_cursor or None)``.
        """

        def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
            made = Endpoint(
                name=function.__name__,
                rule=rule,
                method=method,
                takes=takes,
                gives=gives,
                many=many,
                status=status,
                act=act,
                refuses=tuple(refuses),
                summary=(function.__doc__ or "").strip().split("\n")[0],
            )
            self.endpoints.append(made)

            def view(**path: Any) -> Response:
                if act != OPEN:
                    guard.demand(act)
                if method == "GET":
                    return _read(made, function, path)
                return _command(made, function, path)

            self.blueprint.add_url_rule(rule, function.__name__, view, methods=[method])
            return function

        return wrap


def _read(made: Endpoint, function: Callable[..., Any], path: Mapping[str, Any]) -> Response:
    given = parser.parse(made.takes(), request, location="query") if made.takes else {}
    with reading() as work:
        found = function(work, **path, **given)
        if isinstance(found, Response):
            return found
        body = _dump(made, found)
    response = Response(json.dumps(body, ensure_ascii=False), content_type="application/json")
    response.add_etag()
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _command(made: Endpoint, function: Callable[..., Any], path: Mapping[str, Any]) -> Response:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= KEY_MAX:
        raise KeyMissing
    given = parser.parse(made.takes(), request, location="json") if made.takes else {}
    asked = digest_of_text(f"{request.method} {request.path}\n{request.get_data(as_text=True)}")
    answer = perform(
        lambda work: answered_once(
            work,
            endpoint=made.name,
            key=key,
            asked=asked,
            command=lambda: (made.status, _dump(made, function(work, **path, **given))),
        )
    )
    kind = "application/json" if answer.status < 400 else "application/problem+json"
    return Response(answer.body, status=answer.status, content_type=kind)


def answered_once(
    work: Work,
    *,
    endpoint: str,
    key: str,
    asked: str,
    command: Callable[[], tuple[int, Any]],
) -> Answer:
    """Return the answer of ``command``: run now, or as it was given before under this key.

    What a rule or the state of things refused is an answer too, and is stored; whatever the
    command had written before it refused is rolled back.
    """
    before = claim(work, endpoint=endpoint, key=key, asked=asked)
    if before is not None:
        return before
    announced = len(work.announced)
    try:
        with work.session.begin_nested():
            status, body = command()
    except (RuleBroken, Clash) as refusal:
        del work.announced[announced:]
        answer = Answer(refusal.status, json.dumps(problem(refusal), ensure_ascii=False))
    else:
        answer = Answer(status, json.dumps(body, ensure_ascii=False))
    remember(work, endpoint=endpoint, key=key, answer=answer)
    return answer


def _dump(made: Endpoint, found: Any) -> Any:
    if made.gives is None:
        return found
    if not made.many:
        return made.gives().dump(found)
    items, cursor = found
    following = None
    if cursor is not None:
        args = {**request.args.to_dict(), "after": cursor}
        following = request.path + "?" + "&".join(f"{key}={args[key]}" for key in sorted(args))
    return {"items": made.gives(many=True).dump(items), "next": following}
