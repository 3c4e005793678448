"""Refusals of quote files (报价文件的拒绝): of a whole file, and of a single row."""

from dataclasses import dataclass

from goldfruit.kernel.errors import RuleBroken

BYTES_MAX = 20_000_000
UNPACKED_BYTES_MAX = 100_000_000
ROWS_MAX = 200_000
COLUMNS_MAX = 200
CELL_CHARACTERS_MAX = 200


@dataclass(eq=False)
class QuoteFileUnreadable(RuleBroken):
    """A file that is not what its beginning or its encoding must say."""

    code = "quote-file-unreadable"
    title = "报价文件无法读取"
    detail = "{reason}。请另存为 UTF-8 或 GB18030 编码的 CSV，或 XLSX，再重试。"

    reason: str


@dataclass(eq=False)
class QuoteFileEmpty(RuleBroken):
    """A file without a single row of quotes."""

    code = "quote-file-empty"
    title = "报价文件没有数据"
    detail = "文件中没有报价行。请确认首行为列名、其后至少有一行报价。"


@dataclass(eq=False)
class QuoteFileTooLarge(RuleBroken):
    """A file beyond the limits above."""

    code = "quote-file-too-large"
    title = "报价文件过大"
    detail = "{what}超过上限 {most}。请按日期拆成几个文件再导入。"

    what: str
    most: int


@dataclass(eq=False)
class QuoteColumnsMissing(RuleBroken):
    """A header that lacks what a quote needs."""

    code = "quote-columns-missing"
    title = "报价文件缺少列"
    detail = "首行缺少：{columns}；现有：{found}。请补上列名，例如 品名、平均价、单位、发布日期。"

    columns: str
    found: str


@dataclass(eq=False)
class QuoteColumnsTwice(RuleBroken):
    """A header in which one thing has two columns, so that nobody knows which counts."""

    code = "quote-columns-twice"
    title = "报价文件列名重复"
    detail = "首行中“{column}”出现多次。请只保留一列。"

    column: str


@dataclass(eq=False)
class QuoteRowUneven(RuleBroken):
    """A row with more or fewer cells than the header."""

    code = "quote-row-uneven"
    title = "列数不符"
    detail = "本行有 {cells} 列，首行有 {columns} 列。请检查分隔符和引号。"

    cells: int
    columns: int


@dataclass(eq=False)
class QuoteFieldMissing(RuleBroken):
    """A row without a name, a date, a unit or a price."""

    code = "quote-field-missing"
    title = "缺少内容"
    detail = "{field}为空。请补上后重试。"

    field: str


@dataclass(eq=False)
class QuoteFieldTooLong(RuleBroken):
    """A cell longer than any name is."""

    code = "quote-field-too-long"
    title = "内容过长"
    detail = "{field}超过 {most} 个字符。请检查引号是否配对。"

    field: str
    most: int


@dataclass(eq=False)
class QuoteFieldMarkup(RuleBroken):
    """A name in which a page's markup stands; no market names its fruit so."""

    code = "quote-field-markup"
    title = "含有网页代码"
    detail = "{field}中含有网页代码“{tag}”。请只保留文字后重新导出。"

    field: str
    tag: str


@dataclass(eq=False)
class QuoteDateWrong(RuleBroken):
    """A day that is not in the calendar, or not written as a day."""

    code = "quote-date-wrong"
    title = "日期有误"
    detail = "{field}“{text}”不是有效日期。请写成 2013-06-10。"

    field: str
    text: str


@dataclass(eq=False)
class QuoteUnitUnknown(RuleBroken):
    """A unit that the exchange does not convert."""

    code = "quote-unit-unknown"
    title = "单位无法识别"
    detail = "{field}“{text}”无法识别。可用：斤、公斤、kg、吨。"

    field: str
    text: str


@dataclass(eq=False)
class QuotePricesOutOfOrder(RuleBroken):
    """A low above the average, or an average above the high."""

    code = "quote-prices-out-of-order"
    title = "价格顺序有误"
    detail = "应为最低价 ≤ 平均价 ≤ 最高价，现为 {low}、{mid}、{high}。请检查是否填错列。"

    low: str
    mid: str
    high: str


@dataclass(eq=False)
class QuotePriceTooHigh(RuleBroken):
    """A price beyond any that fruit ever had: a slip of the decimal point or of the unit."""

    code = "quote-price-too-high"
    title = "价格过高"
    detail = "{field}“{text}”折合超过每公斤 {most}。请检查小数点和单位。"

    field: str
    text: str
    most: int
