"""Differences (差异): what a correction took out and put in, piece by piece."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]

SIGNS_COMPARED_MAX = 400
"""A changed stretch up to this length is compared sign by sign, a longer one stands as a whole."""

_SENTENCE = re.compile(r"[^。！？；\n|]*[。！？；\n|]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """片段: text that stayed, went, or is new."""

    kind: Kind
    text: str


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces that lead from ``before`` to ``after``.

    The same and gone pieces together read as ``before``, the same and new ones as ``after``.
    """
    old, new = _sentences(before), _sentences(after)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, old, new)
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, put = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if what == "replace" and max(len(gone), len(put)) <= SIGNS_COMPARED_MAX:
            found.extend(_by_signs(gone, put))
        elif what == "equal":
            found.append(Piece("same", gone))
        else:
            found.extend(_gone_and_new(gone, put))
    return _joined(found)


def _sentences(text: str) -> list[str]:
    return [piece for piece in _SENTENCE.findall(text) if piece]


def _by_signs(gone: str, put: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, gone, put, autojunk=False)
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if what == "equal":
            yield Piece("same", gone[old_from:old_to])
        else:
            yield from _gone_and_new(gone[old_from:old_to], put[new_from:new_to])


def _gone_and_new(gone: str, put: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if put:
        yield Piece("new", put)


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
