"""Rendering (排版): Markdown in, harmless HTML out.

Three walls: Markdown lets no HTML through, an allow-list of tags cleans what comes out, and the
content policy of the site lets no script of a page run. Links go to http, https or this site and
carry ``nofollow noopener``; pictures are left out, their words stay.
"""

from functools import cache

import mistune
import nh3
from markupsafe import Markup, escape
from mistune.renderers.html import HTMLRenderer

TAGS = frozenset(
    {
        *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "a"),
        *("ul", "ol", "li", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
    }
)
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_FRAME = (
    '<div class="table-frame" role="region" aria-label="{label}" tabindex="0">'
    '<table class="grid grid-dense">'
)


class _Renderer(HTMLRenderer):
    """mistune's HTML without pictures; headings begin below the page's own."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{text}</em>" if text else ""

    def heading(self, text: str, level: int, **_attrs: object) -> str:
        tag = f"h{min(max(level, 2), 4)}"
        return f"<{tag}>{text}</{tag}>\n"


def as_html(markdown: str, *, table_label: str = "表格") -> Markup:
    """Return ``markdown`` as HTML that is safe inside a page.

    Args:
        table_label: what a screen reader calls a table, which scrolls in itself on a phone.
    """
    clean = nh3.clean(
        str(_parser()(markdown)),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        allowed_classes={"td": {"n"}, "th": {"n"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener",
        strip_comments=True,
    )
    framed = clean.replace("<table>", _FRAME.format(label=escape(table_label)))
    return Markup(framed.replace("</table>", "</table></div>"))  # noqa: S704 (cleaned above)


def as_words(markdown: str, most: int = 120) -> str:
    """Return the first words of ``markdown`` without any mark, at most ``most`` characters."""
    prose = [line for line in markdown.split("\n") if not line.lstrip().startswith(("|", "#"))]
    bare = nh3.clean(str(_parser()("\n".join(prose))), tags=set())
    words = " ".join(Markup(bare).unescape().split())  # noqa: S704 (unescaped to plain text)
    return words if len(words) <= most else words[: most - 1] + "…"


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(
        renderer=_Renderer(escape=True), plugins=["table", _aligned_cells]
    )


def _aligned_cells(md: mistune.Markdown) -> None:
    """Let figures stand at the right by a class; the content policy refuses inline styles."""

    def cell(_renderer: object, text: str, align: str | None = None, head: bool = False) -> str:
        tag = 'th scope="col"' if head else "td"
        shown = ' class="n"' if align == "right" else ""
        return f"<{tag}{shown}>{text}</{tag[:2]}>\n"

    if isinstance(md.renderer, HTMLRenderer):
        md.renderer.register("table_cell", cell)
