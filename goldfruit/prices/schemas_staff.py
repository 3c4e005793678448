"""Quotes, runs and definitions of those who work on the index, on the wire: shapes only."""

from typing import Any

from marshmallow import Schema, fields, validate

from goldfruit.prices.rules.publication import Cause, RunState
from goldfruit.web.fields import PriceYuanPerKg

TOLD: dict[str, Any] = {
    "required": "此项必填",
    "null": "此项必填",
    "invalid": "请检查此项的填写",
    "validator_failed": "请检查此项的填写",
}
FILE_CHARACTERS_MAX = 7_500_000


def line(most: int, *, required: bool = True) -> fields.String:
    """Return a field for text of up to ``most`` characters; not blank where it is required."""
    checks: list[Any] = [validate.Length(max=most, error="请检查此项的长度")]
    if required:
        checks.insert(0, validate.Regexp(r"(?s).*\S", error="此项必填"))
        return fields.String(required=True, validate=checks, error_messages=TOLD)
    return fields.String(load_default="", validate=checks, error_messages=TOLD)


def one_of(choices: Any) -> fields.String:
    """Return a field for one word of ``choices``."""
    known = validate.OneOf([str(each) for each in choices], error="请从列表中选择")
    return fields.String(required=True, validate=known, error_messages=TOLD)


def a_day() -> fields.Date:
    """Return a field for a day as 2025-10-09."""
    return fields.Date(required=True, format="%Y-%m-%d", error_messages=TOLD)


def market_code() -> fields.String:
    """Return a field for a market's code."""
    known = validate.Regexp(r"[a-z][a-z0-9-]{1,38}\Z", error="市场代码由小写字母、数字和连字符组成")
    return fields.String(required=True, validate=known, error_messages=TOLD)


class SpecFields(Schema):
    """What fruit a quote is about, by the codes of the spec; empty is what was not said."""

    variety = line(4, required=False)
    bagging = line(4, required=False)
    size = line(9, required=False)
    grade = line(4, required=False)
    color_type = line(4, required=False)
    owner_type = line(12, required=False)
    stage = line(4, required=False)
    origin_code = line(6, required=False)


class QuoteFormIn(SpecFields):
    """A quote as a reporter types it: figures as text in the unit that was chosen."""

    low = line(40, required=False)
    mostly = line(40)
    high = line(40, required=False)
    unit = one_of(["jin", "kg"])
    note = line(200, required=False)
    sure = line(10, required=False)


class QuoteIn(SpecFields):
    """A quote as a program sends it: the spec by fields, or in trade language in ``text``."""

    text = line(200, required=False)
    low = PriceYuanPerKg(required=True, data_key="low_yuan_per_kg")
    mostly = PriceYuanPerKg(required=True, data_key="mostly_yuan_per_kg")
    high = PriceYuanPerKg(required=True, data_key="high_yuan_per_kg")
    note = line(200, required=False)


class QuoteOut(Schema):
    """A quote as its reporter and the analysts see it; who reported it is not among the fields."""

    id = fields.Integer()
    kind = fields.String()
    market = fields.String()
    day = fields.Date()
    spec_code = fields.String()
    name = fields.String()
    low = PriceYuanPerKg(data_key="low_yuan_per_kg")
    mostly = PriceYuanPerKg(data_key="mostly_yuan_per_kg")
    high = PriceYuanPerKg(data_key="high_yuan_per_kg")
    unit_read = fields.String()
    state = fields.String()
    code = fields.String()
    reason = fields.String()
    recorded_at = fields.AwareDateTime()


class ReasonIn(Schema):
    """Why something is taken back or sent back."""

    reason = line(200)


class JudgementIn(ReasonIn):
    """What becomes of a suspect, and why; the reason is shown publicly."""

    verdict = one_of(["confirm", "drop"])


class FileIn(Schema):
    """A market's quote file as CSV or XLSX, its bytes in base64."""

    market = market_code()
    file_name = line(120)
    content_base64 = line(FILE_CHARACTERS_MAX)


class ImportOut(Schema):
    """What became of a file: rows = read + refused + duplicates; suspects are among the read."""

    id = fields.Integer()
    market = fields.String()
    file_name = fields.String()
    file_digest = fields.String()
    rows = fields.Integer()
    read = fields.Integer()
    refused = fields.Integer()
    duplicates = fields.Integer()
    suspects = fields.Integer()
    stored = fields.Integer()
    imported_at = fields.AwareDateTime()


class PageQuery(Schema):
    """Which part of a list."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**62))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RunIn(Schema):
    """Which days to calculate: a day is a range from itself to itself."""

    index_code = line(40)
    first = a_day()
    last = a_day()


class RunOut(Schema):
    """A run as it stands; ``inputs_digest`` is the SM3 of its frozen inputs."""

    id = fields.Integer()
    index_code = fields.String()
    definition_version = fields.Integer()
    kind = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    state = fields.String(validate=validate.OneOf([state.value for state in RunState]))
    inputs = fields.Integer()
    inputs_digest = fields.String()
    results_digest = fields.String(allow_none=True)
    code_version = fields.String()
    reason = fields.String()
    frozen_at = fields.AwareDateTime()
    calculated_at = fields.AwareDateTime(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)


class CorrectionIn(Schema):
    """Which published day was wrong, what kind of error it was, and what happened."""

    index_code = line(40)
    day = a_day()
    cause = one_of([cause.value for cause in Cause])
    reason = line(200)


class DefinitionIn(Schema):
    """A whole definition, as the documents of the methodology write it."""

    document = fields.Dict(keys=fields.String(), required=True, error_messages=TOLD)
    note = line(400, required=False)


class DecisionIn(Schema):
    """Whether a proposed definition holds from its day on."""

    approve = fields.Boolean(required=True, error_messages=TOLD)
    note = line(400, required=False)


class ProposalOut(Schema):
    """A proposed version of a definition, decided or not."""

    code = fields.String()
    version = fields.Integer()
    digest = fields.String()
    effective_from = fields.Date()
    state = fields.String()
    note = fields.String()
    proposed_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)
