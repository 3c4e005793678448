"""Forms as a person meets them: what a page shows, filled in and sent back with its hidden keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, what it carries already, what its buttons are called."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._choosing = ""
        self._button: tuple[str, str] | None = None
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._inside(self._open, tag, given)

    def _inside(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag in {"input", "textarea", "select"} and name:
            form.asked.add(name)
        if tag == "input" and name:
            chosen = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if chosen and given.get("type") != "file":
                form.values[name] = given.get("value", "on")
        elif tag == "textarea":
            form.values.setdefault(name, "")
        elif tag == "select":
            self._choosing = name
        elif tag == "option" and self._choosing and "selected" in given:
            form.values[self._choosing] = given.get("value", "")
        elif tag == "button":
            self._button, self._said = (name, given.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None and self._open is not None:
            self._open.buttons.append((self._said.strip(), *self._button))
            self._button = None
        elif tag == "form":
            self._open = None


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def links_of(page: str) -> Iterator[str]:
    """Yield where a page leads."""
    reader = _Reader()
    reader.feed(page)
    yield from reader.links
