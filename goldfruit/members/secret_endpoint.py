"""Operations with secrets (保密接口): passwords, tokens and identity numbers in body or answer.

An operation keeps the digest of what was asked and its answer, so that a key
gives the same answer again. Here the digest is keyed and the answer sealed, so
that the table betrays neither a password to guesses nor a token to a reader.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema

from goldfruit.infra.idempotency import Answer, claim, remember
from goldfruit.infra.work import Work
from goldfruit.kernel.errors import Clash, Refusal, RuleBroken
from goldfruit.members.crypto import Keyring
from goldfruit.members.doors import keys
from goldfruit.web import guard
from goldfruit.web.endpoint import KEY_MAX, OPEN, Api, Endpoint, KeyMissing, parser
from goldfruit.web.exchange import perform
from goldfruit.web.limits import by_address
from goldfruit.web.problems import problem

Command = Callable[[Work], Any]


def secret_endpoint(
    api: Api,
    rule: str,
    *,
    takes: type[Schema],
    gives: type[Schema],
    act: str,
    refuses: Sequence[type[Refusal]] = (),
) -> Callable[[Callable[..., Command]], Callable[..., Command]]:
    """Make a POST operation of ``function(**input)`` that returns the command to perform.

    The function itself runs before the unit of work: slow hashes belong there.
    """

    def wrap(prepare: Callable[..., Command]) -> Callable[..., Command]:
        made = Endpoint(
            name=prepare.__name__,
            rule=rule,
            method="POST",
            takes=takes,
            gives=gives,
            many=False,
            status=201,
            act=act,
            refuses=tuple(refuses),
            summary=(prepare.__doc__ or "").strip().split("\n")[0],
        )
        api.endpoints.append(made)

        def view(**path: Any) -> Response:
            """Answer one request of the operation."""
            if act != OPEN:
                guard.demand(act)
            key = request.headers.get("Idempotency-Key", "")
            if not 1 <= len(key) <= KEY_MAX:
                raise KeyMissing
            given = parser.parse(takes(), request, location="json")
            ring, body = keys(), request.get_data(as_text=True)
            asked = ring.lookup("asked", f"{request.path}\n{body}")
            command = prepare(**path, **given)
            answer = perform(
                lambda work: _once(work, ring, made, key=key, asked=asked, command=command)
            )
            kind = "application/json" if answer.status < 400 else "application/problem+json"
            response = Response(answer.body, status=answer.status, content_type=kind)
            response.headers["Cache-Control"] = "no-store"
            return response

        view.__name__ = view.__qualname__ = prepare.__name__
        limited = by_address("60 per minute")(view)
        api.blueprint.add_url_rule(rule, prepare.__name__, limited, methods=["POST"])
        return prepare

    return wrap


def _once(
    work: Work, ring: Keyring, made: Endpoint, *, key: str, asked: str, command: Command
) -> Answer:
    place = f"idempotency_keys/{work.actor.key}/{made.name}/{key}"
    before = claim(work, endpoint=made.name, key=key, asked=asked)
    if before is not None:
        return Answer(before.status, ring.open(before.body, place=place))
    announced = len(work.announced)
    try:
        with work.session.begin_nested():
            found = made.gives().dump(command(work)) if made.gives else None
            answer = Answer(made.status, json.dumps(found, ensure_ascii=False))
    except (RuleBroken, Clash) as refusal:
        del work.announced[announced:]
        answer = Answer(refusal.status, json.dumps(problem(refusal), ensure_ascii=False))
    sealed = Answer(answer.status, ring.seal(answer.body, place=place))
    remember(work, endpoint=made.name, key=key, answer=sealed)
    return answer
