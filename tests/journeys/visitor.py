"""A visitor at the site's public door: looks at pages, fills in forms, speaks to the API."""

import re
import uuid
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.journeys.forms import Form, forms_of


class Visitor:
    """Somebody with a browser of their own, and a token once they asked for one."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""
        self._keys = iter(lambda: uuid.uuid4().hex, "")

    def opens(self, path: str) -> str:
        """Return the page at ``path``, which must be there."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}\n{answer.text[:800]}"
        assert "/sign-in" in path or answer.request.path != "/sign-in", f"{path}: sign in first"
        return answer.text

    def tries(self, path: str) -> int:
        """Return the status that ``path`` answers with."""
        return self.client.get(path).status_code

    def fills_in(
        self, path: str, button: str = "", *, action: str = "", **values: str
    ) -> TestResponse:
        """Fill in a form of the page at ``path`` and press ``button``; return what comes next.

        The form is the first that asks for all ``values``, has the button and goes to ``action``.
        """
        form = self._form(path, button, action, set(values))
        sent = {**form.values, **values}
        for said, name, value in form.buttons:
            if name and said == button:
                sent[name] = value
        target = form.action or path
        if form.method == "post":
            return self.client.post(target, data=sent, follow_redirects=True)
        return self.client.get(target, query_string=sent, follow_redirects=True)

    def _form(self, path: str, button: str, action: str, asked: set[str]) -> Form:
        page = self.opens(path)
        for form in forms_of(page):
            said = {said for said, _name, _value in form.buttons}
            if form.action.startswith(action) and button in {"", *said} and asked <= form.asked:
                return form
        found = forms_of(page)
        raise AssertionError(f"{path} has no form {button} {action} {asked}; it has {found}")

    def done(self, answer: TestResponse) -> TestResponse:
        """Return ``answer``, which must be a page and not a refusal."""
        assert answer.status_code == 200, f"{answer.status_code}\n{_told(answer.text)}"
        return answer

    def asks(self, path: str) -> Any:
        """Return what the API says at ``path``."""
        answer = self.client.get(f"/api/v1{path}", headers=self._bearer())
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def posts(self, path: str, **body: object) -> TestResponse:
        """Send a command to the API, once."""
        headers = {**self._bearer(), "Idempotency-Key": next(self._keys)}
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def _told(page: str) -> str:
    """Return what a page tells a person who did something wrong."""
    return " ".join(re.findall(r'class="(?:wrong|flash[^"]*|amber)"[^>]*>.*?</', page, re.DOTALL))
