"""Tables on a narrow screen (窄屏表格): every cell learns the word at the head of its column.

On a phone the rows of such a table stand one below the other, each figure behind its word, so
nothing hides at the side. The style sheet does it; the markup only carries the words.
"""

import re

from markupsafe import Markup

_HEAD = re.compile(r'<th scope="col"([^>]*)>(.*?)</th>', re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh]\b([^>]*)>")
_SPAN = re.compile(r'colspan="(\d+)"')


def labelled(table: str, *, words: bool = True) -> Markup:
    """Return thead and tbody with ``data-aside`` in columns whose head has it, and with
    ``words`` with ``data-label`` in every ``td``.

    A table without heads of columns comes back unchanged.
    """
    heads, end, body = str(table).partition("</thead>")
    columns = [(_plain(words), "data-aside" in given) for given, words in _HEAD.findall(heads)]
    if not end or not columns:
        return Markup(table)  # noqa: S704 - a template wrote it
    body = _ROW.sub(lambda row: _row(row[0], columns, words=words), body)
    return Markup(heads + end + body)  # noqa: S704 - a template wrote it


def _plain(words: str) -> str:
    return Markup(words).striptags()  # noqa: S704 - a template wrote it


def _row(row: str, columns: list[tuple[str, bool]], *, words: bool) -> str:
    at = 0

    def cell(found: re.Match[str]) -> str:
        nonlocal at
        told, aside = columns[min(at, len(columns) - 1)]
        span = _SPAN.search(found[1])
        at += int(span[1]) if span else 1
        labels = words and found[0].startswith("<td")
        label = Markup(' data-label="{}"').format(told) if labels else ""
        return f"{found[0][:-1]}{label}{' data-aside' if aside else ''}>"

    return _CELL.sub(cell, row)
