"""Problem pages: every refusal's ``type`` leads to an explanation."""

from pathlib import Path

import pytest
from flask import Flask

from goldfruit.web.problem_pages import PAGES, blueprint, rendered


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_every_explanation_can_be_rendered(page: Path) -> None:
    text = rendered(page.read_text(encoding="utf-8"))

    assert "<p>" in text
    assert "<script" not in text


@pytest.mark.parametrize("code", ["nothing-of-the-kind", "..%2f..%2fconfig", "README", "UPPER"])
def test_what_is_no_code_is_not_found(code: str) -> None:
    app = Flask("problems")
    app.register_blueprint(blueprint)

    assert app.test_client().get(f"/problems/{code}").status_code == 404
