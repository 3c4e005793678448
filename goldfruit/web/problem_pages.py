"""Problem pages (问题说明页): where the ``type`` of a problem document leads."""

import re

import mistune
import nh3
from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from config import ROOT

blueprint = Blueprint("problem_pages", __name__)
PAGES = ROOT / "docs" / "problems"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@blueprint.get("/problems/<code>")
def show_problem(code: str) -> ResponseReturnValue:
    """Show what a refusal means and what to do about it."""
    page = PAGES / f"{code}.md"
    if not _CODE.fullmatch(code) or not page.is_file():
        abort(404)
    title, _, text = page.read_text(encoding="utf-8").partition("\n")
    return render_template(
        "pages/problem.html", title=title.lstrip("# ").replace("`", ""), text=rendered(text)
    )


def rendered(text: str) -> Markup:
    """Return our own Markdown as HTML that may stand on a page."""
    html = mistune.html(text)
    return Markup(nh3.clean(html if isinstance(html, str) else ""))  # noqa: S704 (cleaned)
