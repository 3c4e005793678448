"""The blocks of a definition that hold a rule's parameters; each has a ``source`` of its own."""

import re
from collections.abc import Mapping

from goldfruit.prices.rules.blocks import Block, DefinitionNotValid
from goldfruit.prices.rules.cells import GradeRules
from goldfruit.prices.rules.concentration import ConcentrationRules
from goldfruit.prices.rules.confidence import GRADES, ConfidenceRules, Level
from goldfruit.prices.rules.filters import FilterRules, Reason
from goldfruit.prices.rules.observations import Differentials, Kind
from goldfruit.prices.rules.publication import PublicationRules, RevisionRules, ToneRules

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


def is_month_day(text: str) -> bool:
    """Return whether ``text`` is a day of the year as ``MM-DD``."""
    return _MONTH_DAY.fullmatch(text) is not None


def kinds(top: Block, key: str) -> frozenset[Kind]:
    """Return the kinds of observation that the index accepts."""
    found = top.texts(key)
    for text in found:
        if text not in set(Kind):
            raise DefinitionNotValid(place=top.at(key), wanted="种类须为 T、O、B、S、X")
    return frozenset(Kind(text) for text in found)


def merge(top: Block) -> Mapping[str, Mapping[str, str]]:
    """Return which values of a cell key count as one, e.g. size 85 as 80; ``{}`` for none."""
    answer: dict[str, dict[str, str]] = {}
    with top.block("merge") as table:
        for key in table.names():
            with table.block(key) as values:
                answer[key] = {value: values.text(value) for value in values.names()}
    return answer


def imputation(top: Block) -> tuple[int, int]:
    """Return after how many trading days at E a cell is suspended, and named for dropping."""
    with top.block("imputation") as block:
        block.text("source")
        suspend = block.whole("suspend_after_days", least=1)
        return suspend, block.whole("drop_after_days", least=suspend)


def filters(top: Block) -> FilterRules:
    """Return which of R01 to R06 apply, and their thresholds (§3.4.2)."""
    with top.block("filters") as block:
        enabled = block.texts("enabled")
        for text in enabled:
            if text not in set(Reason):
                raise DefinitionNotValid(place=block.at("enabled"), wanted="须为 R01 至 R06")
        return FilterRules(
            enabled=frozenset(Reason(text) for text in enabled),
            slip_kinds=kinds(block, "slip_kinds"),
            price_min=block.real("price_min"),
            price_max=block.real("price_max"),
            grams_min=1_000 * block.whole("weight_min_kg"),
            spread=block.real("spread"),
            ratio_least=block.real("ratio_least", least="1.000001"),
            ratio_few=block.real("ratio_few", least="1.000001"),
            few=block.whole("few", least=1),
            source=block.text("source"),
        )


def concentration(top: Block) -> ConcentrationRules:
    """Return the caps of C01 (§3.4.2)."""
    with top.block("concentration") as block:
        seller, buyer = block.real("seller", "0.01", "1"), block.real("buyer", "0.01", "1")
        index = block.real("index", "0.01", "1")
        return ConcentrationRules(seller, buyer, index, block.text("source"))


def grades(top: Block) -> GradeRules:
    """Return what each grade of a cell needs (§3.4.3)."""
    with top.block("grades") as block:
        return GradeRules(
            trades=block.whole("trades", least=1),
            sellers=block.whole("sellers", least=1),
            buyers=block.whole("buyers", least=1),
            grams=1_000 * block.whole("weight_kg", least=1),
            blend_grams=1_000 * block.whole("blend_kg", least=1),
            firm_each=block.whole("firm_each", least=1),
            firm_firms=block.whole("firm_firms", least=1),
            reporters=block.whole("reporters", least=1),
            quote_kinds=kinds(block, "quote_kinds"),
            quote_average=block.text("quote_average", ("weighted-median", "mean")),
            shown_from=block.whole("shown_from", least=1),
            source=block.text("source"),
        )


def confidence(top: Block) -> ConfidenceRules:
    """Return the confidence levels, best first, and which may go out unattended (§3.4.7)."""
    with top.block("confidence") as block:
        levels = tuple(_level(row) for row in block.blocks("levels"))
        automatic = block.texts("automatic")
        for code in automatic:
            if code not in {level.code for level in levels}:
                raise DefinitionNotValid(place=block.at("automatic"), wanted="没有这个等级")
        least = block.whole("cells_min", least=1)
        unleveled = block.text("unleveled") if block.has("unleveled") else "N"
        return ConfidenceRules(levels, least, automatic, unleveled, block.text("source"))


def _level(row: Block) -> Level:
    with row:
        counted = row.text("grades")
        if not set(counted) <= set(GRADES[:4]):
            raise DefinitionNotValid(place=row.at("grades"), wanted="只能由 A、B、C、D 组成")
        least, most = row.real("least", "0", "1"), row.real("imputed_most", "0", "1")
        return Level(row.text("code"), counted, least, most)


def publication(top: Block) -> PublicationRules:
    """Return the limits of publication and revision, and the status words (§3.4.8)."""
    with top.block("publication") as block, block.block("tone") as tone:
        words = tone.real("steady", most="1"), tone.real("strong", most="1")
        with block.block("revision") as revision, block.block("status") as status:
            limits = RevisionRules(
                revision.real("before_final", most="1"),
                revision.real("after_final", most="1"),
                revision.whole("trading_days"),
            )
            status_words = {key: status.text(key) for key in status.names()}
        return PublicationRules(
            unattended_change_max=block.real("unattended_change_max", most="1"),
            tone=ToneRules(*words),
            revision=limits,
            status_words=status_words,
            source=block.text("source"),
        )


def differentials(top: Block) -> Differentials:
    """Return the table that brings prices to reference terms (§3.4.1)."""
    with top.block("differentials") as block, block.block("amounts") as amounts:
        table = {key: amounts.whole(key, least=-(10**6), most=10**6) for key in amounts.names()}
        version, source = block.text("version"), block.text("source")
        return Differentials(version, source, table, block.whole("annual_rate_bp", most=10_000))
