"""Keep the English catalogue in step with the Chinese strings of pages and code.

``update`` collects the strings into ``translations/en``; ``check`` fails when a string that the
public can read has no English; ``compile`` writes what the running site reads (the site also
does so itself when it starts).
"""

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from goldfruit.web.languages import compile_catalogues  # noqa: E402  # needs the path above

ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
BEHIND_SIGN_IN = (
    *("console/", "desk", "queue", "review", "cash", "approv", "runs", "suspect", "import"),
    *("members/views/", "members/me", "members/role", "members/seat", "members/appl"),
    *("members/token", "members/password", "quotes/new", "report_quote", "staff"),
    *("ledger/", "newsroom/editor", "newsroom/views/desk"),
)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def extracted() -> Catalog:
    """Return every string of pages and code, without translations."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(project="goldfruit", charset="utf-8")
    for place, line, message, comments, context in extract_from_dir(
        str(ROOT), methods, options, KEYWORDS, directory_filter=_ours
    ):
        found.add(message, None, [(place, line)], auto_comments=comments, context=context)
    return found


def english() -> Catalog:
    """Return the English catalogue as committed."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def updated() -> Catalog:
    """Return the English catalogue with today's strings; nothing is guessed, the old leave."""
    catalog = english() if ENGLISH.exists() else Catalog(locale="en", charset="utf-8")
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version = "goldfruit", "1"
    catalog.header_comment, catalog.fuzzy = "# The English of Goldfruit.", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = "goldfruit"
    catalog.creation_date = catalog.revision_date = BEGUN
    return catalog


def written(catalog: Catalog) -> bytes:
    """Return the catalogue as a file that changes only where its strings do."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_output=True, include_lineno=False, omit_header=False)
    return out.getvalue()


def public(message: Message) -> bool:
    """Return whether a guest can read the string: some place of it is not behind the sign-in."""
    return any(
        not any(word in place for word in BEHIND_SIGN_IN) for place, _line in message.locations
    )


def wanting() -> list[str]:
    """Return the public strings without English, and those that the catalogue does not know."""
    catalog = updated()
    return [
        f"{message.id} ({message.locations[0][0]})"
        for message in catalog
        if message.id and public(message) and not _translated(message)
    ]


def _translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(texts) and all(texts)


def _ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", ".venv", ".git", "static", "tests", "var"}


def main() -> int:
    """Do what was asked and return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the English catalogue in step.")
    parser.add_argument("what", choices=["extract", "update", "compile", "check"])
    what = parser.parse_args().what
    if what == "extract":
        sys.stdout.write(written(extracted()).decode())
    elif what == "update":
        ENGLISH.parent.mkdir(parents=True, exist_ok=True)
        ENGLISH.write_bytes(written(updated()))
    elif what == "compile":
        compile_catalogues(ROOT / "translations")
    elif missing := wanting():
        sys.stdout.write("".join(f"no English for: {line}\n" for line in missing))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
