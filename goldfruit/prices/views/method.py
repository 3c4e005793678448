"""The parameters of an index (方法参数), block by block with their source, for people.

Everything is taken from the definition's own document, so that the page cannot say anything else
than what is calculated. Our own settings are called that, never law.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from goldfruit.kernel.digests import Json
from goldfruit.prices.rules.definitions import Definition
from goldfruit.prices.views import words

TITLES = {
    "base": _l("基期"),
    "window": _l("滚动窗口"),
    "imputation": _l("缺价品类"),
    "confidence": _l("可信度"),
    "filters": _l("过滤规则 R01–R06"),
    "concentration": _l("集中度上限 C01"),
    "grades": _l("品类等级 A–E"),
    "publication": _l("发布与修订"),
    "differentials": _l("规格折算"),
}
NAMES = {
    "base.kind": _l("基期方式"),
    "base.value": _l("基点"),
    "base.day": _l("基期日"),
    "window.length": _l("窗口长度（期）"),
    "window.splice": _l("接续方法"),
    "imputation.suspend_after_days": _l("连续无价多少个交易日后暂停"),
    "imputation.drop_after_days": _l("连续无价多少个交易日后移出"),
    "confidence.least": _l("计入等级最低占比"),
    "confidence.cells_min": _l("发布所需最少品类数"),
    "confidence.automatic": _l("可自动发布的等级"),
    "confidence.unleveled": _l("不分级时的标记"),
    "filters.enabled": _l("启用的规则"),
    "filters.slip_kinds": _l("R01 检查的数据种类"),
    "filters.price_min": _l("R02 最低价（元/公斤或当地货币）"),
    "filters.price_max": _l("R02 最高价（元/公斤或当地货币）"),
    "filters.weight_min_kg": _l("R04 最小数量（公斤）"),
    "filters.spread": _l("R06 离散倍数"),
    "filters.ratio_least": _l("R06 最小允许倍数"),
    "filters.ratio_few": _l("R06 样本少时的允许倍数"),
    "filters.few": _l("R06 样本少于多少"),
    "concentration.seller": _l("单一卖方上限"),
    "concentration.buyer": _l("单一买方上限"),
    "concentration.index": _l("全指数单方上限"),
    "grades.trades": _l("A 级最少成交笔数"),
    "grades.sellers": _l("A 级最少卖方"),
    "grades.buyers": _l("A 级最少买方"),
    "grades.weight_kg": _l("A 级最少成交量（公斤）"),
    "grades.blend_kg": _l("B 级混合参数（公斤）"),
    "grades.firm_each": _l("C 级买卖盘各最少"),
    "grades.firm_firms": _l("C 级最少主体"),
    "grades.reporters": _l("D 级最少报价员"),
    "grades.quote_kinds": _l("D 级采用的数据种类"),
    "grades.quote_average": _l("D 级平均方法"),
    "grades.shown_from": _l("显示价格所需最少提供者"),
    "publication.unattended_change_max": _l("自动发布的最大涨跌幅"),
    "publication.tone.steady": _l("“稳”的涨跌幅以内"),
    "publication.tone.strong": _l("“涨/跌”的涨跌幅起点"),
    "publication.revision.before_final": _l("定稿前修订的最小变动"),
    "publication.revision.after_final": _l("定稿后修订的最小变动"),
    "publication.revision.trading_days": _l("定稿后可修订的交易日数"),
    "differentials.version": _l("折算表版本"),
    "differentials.annual_rate_bp": _l("账期年利率（万分之）"),
    "differentials.amounts.owner_type=merchant": _l("客商货折算（元/吨）"),
    "differentials.amounts.color_type=T": _l("条红折算（元/吨）"),
}
VALUES = {
    "first-day": _l("序列首日"),
    "prices": _l("基期价格"),
    "link": _l("接续旧序列"),
    "mean": _l("平均"),
    "weighted-median": _l("加权中位数"),
    "movement": _l("逐期接续"),
    "half": _l("半窗接续"),
}
_LEFT_OUT = frozenset({"source", "status"})


@dataclass(frozen=True, slots=True)
class Part:
    """参数组: one block of the definition: its title, where it comes from, names and values."""

    title: str
    source: str
    rows: tuple[tuple[str, str], ...]


def parameters(definition: Definition) -> list[Part]:
    """Return every parameter of the definition, in the order of the method."""
    found = [_general(definition)]
    for key, title in TITLES.items():
        block = definition.document.get(key)
        if isinstance(block, Mapping):
            rows = tuple(_rows(key, block))
            found.append(Part(str(title), words.source(str(block.get("source", ""))), rows))
    return found


def _general(definition: Definition) -> Part:
    rows = (
        (_("代码与版本"), f"{definition.code} v{definition.version}"),
        (_("生效日"), definition.effective_from.isoformat()),
        (_("公式"), str(words.FORMULAS[definition.formula])),
        (_("市场"), words.market(definition.market)),
        (_("币种与单位"), f"{definition.currency}/{definition.unit}"),
        (_("发布日历"), str(words.CALENDARS[definition.calendar])),
        (_("采用的数据"), _list(str(words.KINDS[kind]) for kind in sorted(definition.kinds))),
        (_("规则摘要（SM3）"), definition.digest),
    )
    return Part(_("定义"), words.source(definition.sources["basket"]), rows)


def _rows(path: str, block: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key, value in block.items():
        here = f"{path}.{key}"
        if key in _LEFT_OUT:
            continue
        if isinstance(value, Mapping):
            yield from _rows(here, value)
        elif here == "confidence.levels" and isinstance(value, list):
            yield from (_level(row) for row in value if isinstance(row, Mapping))
        else:
            yield str(NAMES.get(here, here)), _value(value)


def _level(row: Mapping[str, Json]) -> tuple[str, str]:
    said = _(
        "%(grades)s 级不少于 %(least)s，E 级不超过 %(most)s",
        grades="".join(str(row["grades"])),
        least=_percent(row["least"]),
        most=_percent(row["imputed_most"]),
    )
    return _("等级 %(code)s", code=str(row["code"])), said


def _percent(value: Json) -> str:
    return f"{float(str(value)):.0%}"


def _value(value: Json) -> str:
    if isinstance(value, list):
        return _list(str(item) for item in value) or _("无")
    return str(VALUES.get(str(value), value))


def _list(items: Iterator[str]) -> str:
    return _("、").join(items)
