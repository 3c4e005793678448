"""The editor's form: what stands in it, and how words become the rules' text and back."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from goldfruit.kernel.errors import Refusal
from goldfruit.newsroom.models import Article
from goldfruit.newsroom.rules.text import Category, Text, TextWrong
from goldfruit.newsroom.views.frame import tag_code, tags


@dataclass(slots=True)
class Draft:
    """What stands in the editor's form, right or wrong, and what is wrong with it."""

    values: dict[str, str]
    wrong: dict[str, str] = field(default_factory=dict)
    refusal: str = ""

    @property
    def seen(self) -> int | None:
        """Return the revision that the form was filled from."""
        text = self.values.get("seen", "")
        return int(text) if text.isdecimal() and len(text) < 9 else None

    def text(self) -> Text:
        """Return what the form says.

        Raises:
            TextWrong: no such category, or a word that is no tag.
        """
        category = self.values.get("category", "")
        if category not in set(Category):
            raise TextWrong(field="category", what="栏目", problem="没有选择")
        return Text(
            category=Category(category),
            title=self.values.get("title", ""),
            body=self.values.get("body", ""),
            pen_name=self.values.get("pen_name", ""),
            source=self.values.get("source", ""),
            license=self.values.get("license", ""),
            price_sensitive="price_sensitive" in self.values,
            **tags_of(self.values.get("tags", "")),
        )

    @property
    def reason(self) -> str:
        """Return the reason that was given, in whichever of the page's forms."""
        return self.values.get("reason", "") or self.values.get("why", "")

    def tell(self, refusal: Refusal) -> None:
        """Keep what was refused beside the field it is about."""
        name = str(getattr(refusal, "field", ""))
        name = "tags" if name in {"origins", "varieties"} else name
        if name:
            self.wrong[name] = refusal.explanation()
        else:
            self.refusal = str(refusal)


def given(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the form's values; line ends as the rules keep them."""
    return {name: value.replace("\r\n", "\n") for name, value in form.items()}


def values_of(article: Article, said: Text) -> dict[str, str]:
    """Return what ``said`` looks like in the form of ``article``."""
    values = {
        "kind": article.kind,
        "category": said.category.value,
        "title": said.title,
        "body": said.body,
        "pen_name": said.pen_name,
        "source": said.source,
        "license": said.license,
        "tags": " ".join(tags(said)),
        "seen": str(article.newest_revision),
    }
    return values | ({"price_sensitive": "1"} if article.price_sensitive else {})


def tags_of(text: str) -> dict[str, tuple[str, ...]]:
    """Return the origins and varieties that an editor typed, in words or codes.

    Raises:
        TextWrong: a word that is no tag.
    """
    found: dict[str, list[str]] = {"origins": [], "varieties": []}
    for word in text.replace("，", " ").replace(",", " ").replace("、", " ").split():
        known = tag_code(word)
        if known is None:
            raise TextWrong(field="origins", what="标签", problem=f"没有“{word[:20]}”这个标签")
        found[known[0]].append(known[1])
    return {name: tuple(sorted(set(codes))) for name, codes in found.items()}
