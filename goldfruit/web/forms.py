"""Forms (表单): an HTML form is a command like any other, and happens once per form shown."""

import json
import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, request

from goldfruit.infra.idempotency import Answer, claim, remember
from goldfruit.infra.work import Work
from goldfruit.kernel.digests import digest_of_text
from goldfruit.web.exchange import perform

T = TypeVar("T", int, str, None)

KEY_FIELD = "_key"


def register(app: Flask) -> None:
    """Give templates ``form_key()``, the hidden key that every form carries."""
    app.jinja_env.globals["form_key"] = lambda: secrets.token_urlsafe(16)


def submit(name: str, command: Callable[[Work], T]) -> T:
    """Run ``command`` once for the form that was sent; a second sending gets the first answer.

    ``command`` returns an id, a short text or None: what the view needs to go on. A form
    without a key is taken as sent once.

    Raises:
        Refusal: what the command refused; nothing was written, and the form may be sent again.
    """
    key = request.form.get(KEY_FIELD, "")[:200]
    if not key:
        return perform(command)
    asked = digest_of_text(
        request.path + "\n" + json.dumps(sorted(request.form.items(multi=True)), ensure_ascii=False)
    )

    def once(work: Work) -> str:
        answer = claim(work, endpoint=f"form:{name}", key=key, asked=asked)
        if answer is None:
            result = command(work)  # type: ignore[func-returns-value]
            answer = Answer(200, json.dumps(result))
            remember(work, endpoint=f"form:{name}", key=key, answer=answer)
        return answer.body

    told: T = json.loads(perform(once))
    return told
