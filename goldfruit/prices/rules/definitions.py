"""Index definition (指数定义): everything that makes an index, as versioned data (§3.4.8a).

A new index of a known kind, in whatever market and currency, is a new document and no code.
``parsed`` is the only way in and refuses whatever it does not know, since people type baskets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goldfruit.kernel.digests import Json, digest
from goldfruit.kernel.errors import RuleBroken
from goldfruit.prices.rules import definition_parts as parts
from goldfruit.prices.rules.blocks import Block, DefinitionNotValid
from goldfruit.prices.rules.cells import GradeRules
from goldfruit.prices.rules.concentration import ConcentrationRules
from goldfruit.prices.rules.confidence import ConfidenceRules
from goldfruit.prices.rules.filters import FilterRules
from goldfruit.prices.rules.observations import Differentials, Kind
from goldfruit.prices.rules.publication import PublicationRules

LOWE = "lowe"
ROLLING_TPD = "rolling-tpd"
ROLLING_GEKS = "rolling-geks"
FORMULAS = (LOWE, ROLLING_TPD, ROLLING_GEKS)
SPLICES = ("movement", "window", "half", "mean")
CELLS_MAX = 24
SHARE_LEAST = Decimal("0.02")
ABSENT = "00"


@dataclass(eq=False)
class WeightsNotWhole(RuleBroken):
    """权重合计不为一: the basket's weights do not add up to exactly one."""

    code = "weights-not-whole"
    title = "权重合计不等于 1"
    detail = "权重合计为 {total}，须正好等于 1。请检查每个品类的权重后重新提交。"

    total: str


@dataclass(eq=False)
class BasketTooLarge(RuleBroken):
    """篮子过大: more cells than a basket may have."""

    code = "basket-too-large"
    title = "篮子品类过多"
    detail = "篮子有 {cells} 个品类，最多 {most} 个。请合并或删去权重最小的品类。"

    cells: int
    most: int


@dataclass(frozen=True, slots=True)
class Cell:
    """品类: one cell of the basket, its weight, groups, and season (``MM-DD`` to ``MM-DD``)."""

    code: str
    name: str
    weight: float
    family: str
    county: str
    base_price: float | None = None
    season: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SubIndex:
    """分类指数: a derived view of the same run, over the cells of a county or a family."""

    code: str
    name_zh: str
    name_en: str
    by: str
    group: str


@dataclass(frozen=True, slots=True)
class Definition:
    """指数定义: one version of one index. ``document`` is what it was read from.

    ``price`` says which figure of an observation counts: its main price, or the middle between
    low and high. ``kinds`` are the observations it accepts.
    """

    code: str
    version: int
    name_zh: str
    name_en: str
    formula: str
    market: str
    currency: str
    unit: str
    calendar: str
    effective_from: date
    cell_keys: tuple[str, ...]
    merge: Mapping[str, Mapping[str, str]]
    kinds: frozenset[Kind]
    price: str
    cells: tuple[Cell, ...]
    base_kind: str
    base_value: float
    base_day: date | None
    window: int
    splice: str
    suspend_after: int
    drop_after: int
    sub_indices: tuple[SubIndex, ...]
    filters: FilterRules
    concentration: ConcentrationRules
    grades: GradeRules
    confidence: ConfidenceRules
    publication: PublicationRules
    differentials: Differentials
    methodology_zh: str
    methodology_en: str
    sources: Mapping[str, str]
    document: Mapping[str, Json]

    @property
    def digest(self) -> str:
        """Return the SM3 of the document in canonical JSON: the name of exactly these rules."""
        return digest(self.document)

    @property
    def basket(self) -> dict[str, Cell]:
        """Return the cells by code, in the order of the codes; empty where cells are open."""
        return {cell.code: cell for cell in self.cells}

    def cell_code(self, attributes: Mapping[str, str]) -> str:
        """Return the cell to which a spec belongs: its cell keys after merging, joined by ``-``.

        An attribute that is not known is written ``00``.
        """
        found = ((key, attributes.get(key) or ABSENT) for key in self.cell_keys)
        return "-".join(self.merge.get(key, {}).get(value, value) for key, value in found)


def parsed(document: Json) -> Definition:
    """Return the definition that ``document`` writes.

    Raises:
        DefinitionNotValid: a key is missing or unknown, or a value is out of its bounds.
        WeightsNotWhole: the weights do not add up to exactly one.
        BasketTooLarge: more than 24 cells.
    """
    with Block(document, "") as top:
        formula = top.text("formula", FORMULAS)
        name, base, method = top.block("name"), top.block("base"), top.block("methodology")
        with name, base, method:
            names = name.text("zh"), name.text("en")
            base_kind = base.text("kind", ("first-day", "prices", "link"))
            base_value = base.real("value", least="0.01")
            base_day = base.day("day") if base.has("day") else None
            base_source = base.text("source")
            texts = method.text("zh"), method.text("en")
        cells, basket_source = _basket(top, formula)
        if formula == LOWE and base_kind == "prices":
            _all_have_base_prices(cells)
        window, splice = _window(top, formula) if formula != LOWE else (0, "")
        suspend_after, drop_after = parts.imputation(top) if formula == LOWE else (0, 0)
        return Definition(
            code=top.text("code"),
            version=top.whole("version", least=1),
            name_zh=names[0],
            name_en=names[1],
            formula=formula,
            market=top.text("market"),
            currency=top.text("currency", ("CNY", "INR", "USD", "EUR")),
            unit=top.text("unit", ("kg",)),
            calendar=top.text("calendar", ("trading-days", "quote-days", "weeks")),
            effective_from=top.day("effective_from"),
            cell_keys=top.texts("cell_keys"),
            merge=parts.merge(top),
            kinds=parts.kinds(top, "kinds"),
            price=top.text("price", ("mostly", "middle")),
            cells=cells,
            base_kind=base_kind,
            base_value=base_value,
            base_day=base_day,
            window=window,
            splice=splice,
            suspend_after=suspend_after,
            drop_after=drop_after,
            sub_indices=_sub_indices(top, cells),
            filters=parts.filters(top),
            concentration=parts.concentration(top),
            grades=parts.grades(top),
            confidence=parts.confidence(top),
            publication=parts.publication(top),
            differentials=parts.differentials(top),
            methodology_zh=texts[0],
            methodology_en=texts[1],
            sources={"base": base_source, "basket": basket_source},
            document=document if isinstance(document, Mapping) else {},
        )


def _basket(top: Block, formula: str) -> tuple[tuple[Cell, ...], str]:
    with top.block("basket") as basket:
        source = basket.text("source")
        rows = list(basket.blocks("cells"))
        if formula == ROLLING_TPD:
            if rows:
                raise DefinitionNotValid(place="basket.cells", wanted="此公式不设篮子，须为空列表")
            return (), source
        if not rows:
            raise DefinitionNotValid(place="basket.cells", wanted="至少要有一个品类")
        if len(rows) > CELLS_MAX:
            raise BasketTooLarge(cells=len(rows), most=CELLS_MAX)
        weights: list[Decimal] = []
        cells = [_cell(row, weights) for row in rows]
    codes = [cell.code for cell in cells]
    for code in codes:
        if codes.count(code) > 1:
            raise DefinitionNotValid(place=f"basket.cells {code}", wanted="品类代码不能重复")
    whole = sum(weights, Decimal(0))
    if whole != 1:
        raise WeightsNotWhole(total=f"{whole.normalize():f}")
    _large_or_needed(cells, weights)
    return tuple(sorted(cells, key=lambda cell: cell.code)), source


def _cell(row: Block, weights: list[Decimal]) -> Cell:
    with row:
        weights.append(row.number("weight", least="0.000001", most="1"))
        season = row.texts("season") if row.has("season") else ()
        if season and not (len(season) == 2 and all(parts.is_month_day(text) for text in season)):
            raise DefinitionNotValid(place=row.at("season"), wanted='须为两个月日，如 "07-20"')
        return Cell(
            code=row.text("code"),
            name=row.text("name"),
            weight=float(weights[-1]),
            family=row.text("family"),
            county=row.text("county"),
            base_price=row.real("base_price", least="0.01") if row.has("base_price") else None,
            season=(season[0], season[1]) if season else None,
        )


def _large_or_needed(cells: list[Cell], weights: list[Decimal]) -> None:
    """A cell enters with 2 % of the basket, or as the only one of its county (§3.4.1)."""
    for cell, weight in zip(cells, weights, strict=True):
        alone = sum(other.county == cell.county for other in cells) == 1
        if weight < SHARE_LEAST and not alone:
            wanted = "权重不足 0.02，且不是该县唯一的品类，不能入篮"
            raise DefinitionNotValid(place=f"basket.cells {cell.code}", wanted=wanted)


def _all_have_base_prices(cells: tuple[Cell, ...]) -> None:
    for cell in cells:
        if cell.base_price is None:
            raise DefinitionNotValid(place=f"basket.cells {cell.code}", wanted="缺少基期价格")


def _window(top: Block, formula: str) -> tuple[int, str]:
    with top.block("window") as window:
        window.text("source")
        choices = ("mean",) if formula == ROLLING_TPD else SPLICES
        return window.whole("length", least=2, most=2_000), window.text("splice", choices)


def _sub_indices(top: Block, cells: tuple[Cell, ...]) -> tuple[SubIndex, ...]:
    answer = []
    for row in top.blocks("sub_indices"):
        with row, row.block("name") as name:
            by, group = row.text("by", ("county", "family")), row.text("group")
            if group not in {cell.county if by == "county" else cell.family for cell in cells}:
                raise DefinitionNotValid(place=row.at("group"), wanted="篮子里没有这一组")
            code = row.text("code")
            answer.append(SubIndex(code, name.text("zh"), name.text("en"), by, group))
    return tuple(answer)
