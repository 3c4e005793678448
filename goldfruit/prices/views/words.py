"""Words of the price pages: codes in, words in the reader's language out.

Chinese words that come from data (varieties, counties, status words of a definition) are looked
up in the catalogue when shown; ``words_of_data.py`` names them, so that they have English.
"""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from goldfruit.kernel.fruit import origins
from goldfruit.kernel.fruit.words import words
from goldfruit.prices.models import IndexValue
from goldfruit.prices.queries import boards
from goldfruit.prices.rules import publication
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.rules.publication import ToneRules, tone
from goldfruit.web import languages
from goldfruit.web.formats import Language

KINDS = {
    "T": _l("本平台成交"),
    "O": _l("卖盘"),
    "B": _l("买盘"),
    "S": _l("报价员报价"),
    "X": _l("市场公开报价"),
}
GRADES = {
    "A": _l("成交充分"),
    "B": _l("有成交"),
    "C": _l("买卖盘"),
    "D": _l("只有报价"),
    "E": _l("推算"),
}
REASONS = {
    "too-little-data": _l("报价不足，达不到发布门槛"),
    "no-observations": _l("当日没有可用的报价或成交"),
    "not-started": _l("指数尚未起算"),
    "too-few-cells": _l("有报价的品类少于最低数"),
    "not-linked": _l("与已发布的日子没有共同品类，无法接续"),
}
DROPS = {
    "R00": _l("不合格的观测"),
    "R01": _l("疑似斤与公斤混淆"),
    "R02": _l("超出价格范围"),
    "R03": _l("关联方或对倒"),
    "R04": _l("数量太小"),
    "R05": _l("重复"),
    "R06": _l("离群"),
}
HIDDEN = {
    boards.THIN: _l("不足三家，不公开"),
    boards.SILENT: _l("不足三家报价"),
    boards.SUSPENDED: _l("连续不足三家，暂停"),
}
IMPUTED = {
    "family": _l("按同规格涨跌推算"),
    "county": _l("按同产地涨跌推算"),
    "basket": _l("按整个篮子涨跌推算"),
    "last": _l("沿用上一日"),
}
RUN_KINDS = {"DAILY": _l("每日计算"), "BACKFILL": _l("历史回算"), "CORRECTION": _l("更正")}
MARKETS = {
    "xianyang": _l("咸阳产地"),
    "xinfadi": _l("北京新发地市场"),
    "kashmir": _l("克什米尔市场"),
}
FORMULAS = {
    "lowe": _l("固定权重（Lowe）"),
    "rolling-tpd": _l("滚动时间–品类虚拟变量"),
    "rolling-geks": _l("滚动 GEKS–Törnqvist"),
}
CALENDARS = {
    "trading-days": _l("每个交易日"),
    "quote-days": _l("有报价的日子"),
    "weeks": _l("每周"),
}
_SECTION = re.compile(r"(?:domain |§)(\d+(?:\.\d+)+[a-z]?)")


def in_english() -> bool:
    """Return whether the reader reads English."""
    return languages.language() is Language.EN


def index_name(definition: Definition, code: str) -> str:
    """Return the name of an index, or of a sub-index of it."""
    for sub in definition.sub_indices:
        if sub.code == code:
            return sub.name_en if in_english() else sub.name_zh
    return definition.name_en if in_english() else definition.name_zh


def group_name(definition: Definition, group: str) -> str:
    """Return what a family or a county of the basket is called, e.g. 纸袋80#以上."""
    for sub in definition.sub_indices:
        if sub.group == group:
            return (
                sub.name_en.removesuffix(" index")
                if in_english()
                else sub.name_zh.removesuffix("指数").removesuffix("产地")
            )
    return _(origins.name_of(group) or group)


def methodology(definition: Definition) -> list[str]:
    """Return the method in paragraphs; our own settings are said to be ours."""
    text = definition.methodology_en if in_english() else definition.methodology_zh
    return [part.replace(" [D]", _("（平台设定）")) for part in text.split("\n\n")]


def source(text: str) -> str:
    """Return where a parameter comes from: ours, unverified, or as it is written."""
    found = _SECTION.search(text)
    where = _("方法说明 %(section)s 节", section=found[1]) if found else ""
    if "[D]" in text:
        word = _("平台设定")
    elif "[K" in text:
        word = _("尚待核实")
    elif text.startswith("none"):
        return _("不折算，按原报价")
    else:
        return text
    return f"{word} · {where}" if where else word


def status(definition: Definition, code: str) -> str:
    """Return a status or a level in the words of the definition."""
    if code == "N":
        return _("不分级")
    said = definition.publication.status_words.get(code)
    return _(said) if said else code


def standing(value: IndexValue) -> str:
    """Return the status code of a value as it stands: provisional until it was made final."""
    return publication.standing(value.status, final=value.final_at is not None)


def spec(attributes: Mapping[str, str]) -> str:
    """Return a spec from the attributes of a cell, e.g. 富士 纸袋 80#以上; origin left out."""
    known = words()
    grade = known.grade_in_cell(attributes["grade"]) if "grade" in attributes else None
    said = (
        _name("variety", attributes),
        _name("bagging", attributes),
        size(attributes.get("size")),
        _(grade.name) if grade else None,
        _name("color_type", attributes),
    )
    return " ".join(word for word in said if word)


def size(code: str | None) -> str | None:
    """Return a size band, e.g. 80#以上 or 70–85#."""
    if not code:
        return None
    least, most = code[:2], code[2:]
    if not most:
        return _("%(least)s#以上", least=least)
    return f"{least}–{most}#" if least != "00" else _("%(most)s#以下", most=most)


def cell(definition: Definition, line: boards.CellLine) -> str:
    """Return what a cell is called: its spec, with its county where it has one."""
    if line.family:
        return f"{group_name(definition, line.county)} {group_name(definition, line.family)}"
    place = line.attributes.get("place", "")
    said = " ".join(part for part in (place, spec(line.attributes)) if part)
    return said or line.name or line.cell


def spec_of_code(definition: Definition, code: str) -> str:
    """Return what a cell outside the basket is called, from its code alone."""
    said = boards.attributes(definition, code)
    return " ".join(part for part in (origin(said.get("origin")), spec(said)) if part) or code


def origin(code: str | None) -> str:
    """Return the name of an origin, e.g. 礼泉县; empty for none."""
    name = origins.name_of(code) if code else None
    return _(name) if name else ""


def market(code: str) -> str:
    """Return the name of a market."""
    return str(MARKETS.get(code, code))


def why(reason: str) -> str:
    """Return why a day has no value, or the reason that somebody wrote."""
    return str(REASONS.get(reason, reason))


def tone_word(ratio: float, rules: ToneRules) -> str:
    """Return 涨, 偏强, 稳, 偏弱 or 跌 for a change."""
    return _(tone(ratio, rules))


def _name(attribute: str, attributes: Mapping[str, str]) -> str | None:
    code = attributes.get(attribute)
    name = words().name(attribute, code) if code else None
    return _(name) if name else code
