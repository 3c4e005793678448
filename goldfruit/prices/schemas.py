"""Published prices on the wire: shapes only. Nobody's name and no single quote is among them."""

from typing import Any

from marshmallow import Schema, fields, validate
from marshmallow.utils import get_value

from goldfruit.prices.rules.publication import standing
from goldfruit.web import formats
from goldfruit.web.fields import Hundredths, PriceYuanPerKg

PAGE_MAX = 500


class LocalTime(fields.AwareDateTime):
    """An instant as RFC 3339 with the offset of Xianyang, +08:00."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else formats.iso_moment(value)


class ValuesQuery(Schema):
    """Which days of a series are wanted."""

    first = fields.Date(data_key="from", metadata={"description": "第一天，含"})
    last = fields.Date(data_key="to", metadata={"description": "最后一天，含"})
    after = fields.Date(metadata={"description": "上一页的最后一天"})
    limit = fields.Integer(load_default=100, validate=validate.Range(1, PAGE_MAX))


class QuotesQuery(Schema):
    """Which board is wanted; without a day, the newest that may be shown."""

    market = fields.String(load_default="xianyang", validate=validate.Length(1, 40))
    day = fields.Date()


class Standing(fields.String):
    """A value's status as it stands: PROV until it was made final, then FINAL."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return standing(value, final=get_value(obj, "final_at") is not None)


class ValueOut(Schema):
    """A published day; ``value_points`` is null where nothing could be published."""

    day = fields.Date()
    value_points = Hundredths(attribute="value_e2", allow_none=True)
    rev = fields.Integer()
    status = Standing()
    level = fields.String()
    reason = fields.String()
    published_at = LocalTime()
    final_at = LocalTime(allow_none=True)
    digest_sm3 = fields.String(attribute="digest")


class PointOut(ValueOut):
    """A published day with what stands beside its value."""

    standard_error_points = fields.String(allow_none=True)
    cells = fields.Integer()
    observations = fields.Integer()


class IndexOut(Schema):
    """An index that is defined, with its newest value if there is one."""

    code = fields.String()
    version = fields.Integer()
    name_zh = fields.String()
    name_en = fields.String()
    market = fields.String()
    currency = fields.String()
    calendar = fields.String()
    is_goldfruit = fields.Boolean()
    latest = fields.Nested(ValueOut, allow_none=True)


class ChangeOut(Schema):
    """A change against an earlier published day."""

    since = fields.Date()
    points = Hundredths()
    percent = fields.String()


class ChangesOut(Schema):
    """Changes against the last published day, a week, a month and a marketing year before."""

    last = fields.Nested(ChangeOut, allow_none=True)
    week = fields.Nested(ChangeOut, allow_none=True)
    month = fields.Nested(ChangeOut, allow_none=True)
    year = fields.Nested(ChangeOut, allow_none=True)


class CellOut(Schema):
    """A cell of the day. Prices are in the index's currency per kilogram, null where withheld."""

    cell = fields.String()
    name = fields.String()
    grade = fields.String()
    share = fields.String()
    price_per_kg = PriceYuanPerKg(attribute="price", allow_none=True)
    low_per_kg = PriceYuanPerKg(attribute="low", allow_none=True)
    high_per_kg = PriceYuanPerKg(attribute="high", allow_none=True)
    contributors = fields.Integer()
    contribution_points = fields.String(attribute="contribution", allow_none=True)
    imputed_by = fields.String()
    withheld = fields.String(attribute="reason")


class DropOut(Schema):
    """An observation that does not count, and the rule that took it out."""

    id = fields.String()
    cell = fields.String()
    rule = fields.String(attribute="reason")


class RunOut(Schema):
    """The run that made a value: what it was calculated from, and when; roles, not names."""

    id = fields.Integer()
    kind = fields.String()
    definition_version = fields.Integer()
    definition_digest_sm3 = fields.String(attribute="definition_digest")
    inputs_digest_sm3 = fields.String(attribute="inputs_digest")
    results_digest_sm3 = fields.String(attribute="results_digest")
    code_version = fields.String()
    frozen_at = LocalTime()
    approved_by_second_person = fields.Boolean()


class DayOut(PointOut):
    """Everything behind a published day."""

    index = fields.String()
    currency = fields.String()
    coverage = fields.Dict(keys=fields.String(), values=fields.String())
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    judgement = fields.Boolean()
    changes = fields.Nested(ChangesOut, allow_none=True)
    cells_behind = fields.List(fields.Nested(CellOut))
    dropped = fields.List(fields.Nested(DropOut))
    run = fields.Nested(RunOut)


class DefinitionOut(Schema):
    """The definition in force, whole, with the digest that names exactly these rules."""

    code = fields.String()
    version = fields.Integer()
    effective_from = fields.Date()
    digest_sm3 = fields.String(attribute="digest")
    document = fields.Dict()


class InputsOut(Schema):
    """A day's frozen rows in their order; rows of cells that are not shown are counted only."""

    run = fields.Integer(attribute="run_id")
    rows = fields.List(fields.String())
    withheld_rows = fields.Integer(attribute="withheld")
    inputs_digest_sm3 = fields.String(attribute="inputs_digest")
    results_digest_sm3 = fields.String(attribute="results_digest")


class QuoteLineOut(Schema):
    """One spec of a board. Prices per kilogram, null below three contributors."""

    cell = fields.String()
    name = fields.String()
    place = fields.String()
    spec = fields.Dict()
    low_per_kg = PriceYuanPerKg(attribute="low", allow_none=True)
    mostly_per_kg = PriceYuanPerKg(attribute="mostly", allow_none=True)
    high_per_kg = PriceYuanPerKg(attribute="high", allow_none=True)
    tone = fields.String()
    contributors = fields.Integer()


class QuoteBoardOut(Schema):
    """A market's board of one day."""

    market = fields.String()
    day = fields.Date(allow_none=True)
    currency = fields.String()
    before = fields.Date(allow_none=True)
    after = fields.Date(allow_none=True)
    recorded_at = LocalTime(allow_none=True)
    lines = fields.List(fields.Nested(QuoteLineOut))
