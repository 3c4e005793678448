"""Languages (语言): every page has a Chinese address and, under ``/en/``, an English one.

``EnglishAddresses`` sits in front of the application. It takes ``/en`` off the path and adds
it to SCRIPT_NAME, so that routes know nothing of languages and ``url_for`` stays inside the
language by itself. Without the prefix, the cookie decides, then Accept-Language, then Chinese.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request
from flask_babel import Babel

from goldfruit.web.formats import Language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parent.parent.parent
TRANSLATIONS = ROOT / "translations"
LANGUAGE_COOKIE = "language"
PREFIX = "/en"
LOCALES = {Language.ZH: "zh_Hans_CN", Language.EN: "en"}
TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}

_BY_ADDRESS = "goldfruit.language"

log = structlog.get_logger()


class EnglishAddresses:
    """英文地址: serves ``/en/…`` as ``…`` in English."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
            environ["PATH_INFO"] = path[len(PREFIX) :] or "/"
            environ[_BY_ADDRESS] = Language.EN
        return self._inner(environ, start_response)


def language() -> Language:
    """Return the language of this request: address, then cookie, then browser, then Chinese."""
    chosen: Language | None = g.get("language")
    if chosen is None:
        chosen = g.language = _chosen()
    return chosen


def has_english_address() -> bool:
    """Return whether the reader came in under ``/en``."""
    return _BY_ADDRESS in request.environ


def address_in(wanted: Language) -> str:
    """Return the address of this very page in the ``wanted`` language, query included."""
    path = request.full_path if request.query_string else request.path
    return f"{_bare_root()}{PREFIX if wanted == Language.EN else ''}{path}"


def bare(path: str) -> str:
    """Return ``path`` without the prefix of the English addresses."""
    root = request.script_root
    return f"{_bare_root()}{path[len(root) :]}" if path.startswith(f"{root}/") else path


def set_up(app: Flask) -> None:
    """Give ``app`` its translations and its English addresses."""
    compile_catalogues()
    app.wsgi_app = EnglishAddresses(app.wsgi_app)  # type: ignore[method-assign]
    Babel().init_app(
        app,
        default_locale=LOCALES[Language.ZH],
        default_translation_directories=str(TRANSLATIONS),
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[language()],
    )


def compile_catalogues(folder: Path = TRANSLATIONS) -> None:
    """Compile each catalogue whose source is newer; a folder that cannot be written is told."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            compile_catalogue(source, compiled)
        except OSError:
            log.warning("catalogue-not-compiled", file=str(compiled))


def compile_catalogue(source: Path, compiled: Path) -> None:
    """Write the compiled catalogue in one step, so that two processes may do it at once."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    handle, name = tempfile.mkstemp(dir=compiled.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            write_mo(out, catalogue)
        Path(name).replace(compiled)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _chosen() -> Language:
    if has_english_address():
        return Language.EN
    with contextlib.suppress(ValueError):
        return Language(request.cookies.get(LANGUAGE_COOKIE, ""))
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-TW", "en"], "zh")
    return Language.EN if best == "en" else Language.ZH


def _bare_root() -> str:
    return (
        request.script_root.removesuffix(PREFIX) if has_english_address() else request.script_root
    )
