"""The newsroom on the wire: shapes only. Who wrote something is told by pen name alone."""

from marshmallow import Schema, fields, validate

from goldfruit.newsroom.rules.states import Kind
from goldfruit.newsroom.rules.text import (
    BODY_MAX,
    LINE_MAX,
    REASON_MAX,
    TAGS_MAX,
    TITLE_MAX,
    Category,
)

CURSOR = r"^[0-9]{1,17}-[0-9]{1,18}$"


def _line(most: int, *, required: bool = False) -> fields.String:
    return fields.String(required=required, validate=validate.Length(max=most))


def _tags() -> fields.List[str]:
    return fields.List(_line(20), validate=validate.Length(max=TAGS_MAX), load_default=list)


class ArticleTextIn(Schema):
    """What a revision says."""

    category = fields.Enum(Category, by_value=True, required=True)
    title = _line(TITLE_MAX, required=True)
    body = _line(BODY_MAX, required=True)
    pen_name = _line(LINE_MAX, required=True)
    source = fields.String(load_default="", validate=validate.Length(max=LINE_MAX))
    license = fields.String(load_default="", validate=validate.Length(max=LINE_MAX))
    origins = _tags()
    varieties = _tags()
    price_sensitive = fields.Boolean(load_default=False)


class ArticleIn(ArticleTextIn):
    """A new article; reports are not begun by hand."""

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))


class ArticleRevisionIn(ArticleTextIn):
    """A draft's next revision; ``seen`` is the revision that the writer had in hand."""

    seen = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class ArticleCorrectionIn(ArticleRevisionIn):
    """A correction with the reason that readers see."""

    reason = _line(REASON_MAX, required=True)


class ArticleSeenIn(Schema):
    """The revision that the person looked at."""

    seen = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))


class ArticleReturnIn(ArticleSeenIn):
    """Why something goes back to its writer."""

    reason = _line(REASON_MAX, required=True)


class ArticleWithdrawalIn(Schema):
    """Why an article is withdrawn; readers see it."""

    reason = _line(REASON_MAX, required=True)


class NewsAsked(Schema):
    """Which part of the list is asked for."""

    category = fields.Enum(Category, by_value=True, load_default=None)
    after = fields.String(load_default=None, validate=validate.Regexp(CURSOR))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class ArticleEditionOut(Schema):
    """A revision that was made public."""

    revision = fields.Integer()
    state = fields.String()
    reason = fields.String()
    published_at = fields.AwareDateTime()
    title = fields.String()
    body_markdown = fields.String()
    body_html = fields.String()
    pen_name = fields.String()


class NewsOut(Schema):
    """An article in a list."""

    id = fields.Integer()
    kind = fields.String()
    category = fields.String()
    title = fields.String()
    summary = fields.String()
    pen_name = fields.String()
    source = fields.String()
    license = fields.String()
    origins = fields.List(fields.String())
    varieties = fields.List(fields.String())
    price_sensitive = fields.Boolean()
    state = fields.String()
    revision = fields.Integer()
    index_code = fields.String(allow_none=True)
    report_day = fields.Date(allow_none=True)
    published_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class ArticleStoryOut(NewsOut):
    """An article with all its public revisions; a withdrawn one keeps only the reason."""

    withdrawn_reason = fields.String(allow_none=True)
    revisions = fields.List(fields.Nested(ArticleEditionOut))


class ArticleStandingOut(Schema):
    """Where an article stands after a command of an editor."""

    id = fields.Integer()
    state = fields.String()
    newest_revision = fields.Integer()
    shown_revision = fields.Integer(allow_none=True)
    price_sensitive = fields.Boolean()
