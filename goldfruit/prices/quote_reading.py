"""Reading quote files (读取报价文件): bytes of a CSV or XLSX file to rows of text.

What a file is, its bytes decide and not its name. All limits stand in
``prices.rules.quote_refusals``.
"""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from io import BytesIO, StringIO

from goldfruit.prices.rules.quote_refusals import (
    BYTES_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    UNPACKED_BYTES_MAX,
    QuoteFileEmpty,
    QuoteFileTooLarge,
    QuoteFileUnreadable,
)

KINDS = (
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"%PDF", "PDF 文件"),
    (b"\xd0\xcf\x11\xe0", "旧版 XLS 文件"),
    (b"\x1f\x8b", "GZIP 压缩文件"),
    (b"Rar!", "RAR 压缩文件"),
    (b"7z\xbc\xaf", "7Z 压缩文件"),
    (b"SQLite format 3", "SQLite 数据库"),
    (b"\xff\xfe", "UTF-16 编码的文本"),
    (b"\xfe\xff", "UTF-16 编码的文本"),
)
_CELL_AT = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
CONTROLS = {chr(code) for code in range(32)} - set("\t\r\n")


def rows_of(content: bytes, filename: str = "") -> Iterator[list[str]]:
    """Yield the rows of a quote file as text cells, the header first.

    Raises:
        QuoteFileUnreadable: neither CSV in UTF-8 or GB18030, nor XLSX.
        QuoteFileTooLarge: more bytes than BYTES_MAX, packed or unpacked.
        QuoteFileEmpty: no bytes, or no sheet.
    """
    if len(content) > BYTES_MAX:
        raise QuoteFileTooLarge(what="文件字节数", most=BYTES_MAX)
    if not content.strip():
        raise QuoteFileEmpty
    if content.startswith(b"PK\x03\x04"):
        return _sheet_rows(content)
    for beginning, kind in KINDS:
        if content.startswith(beginning):
            raise QuoteFileUnreadable(reason=f"文件其实是{kind}")
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise QuoteFileUnreadable(reason="文件名是 XLSX，内容却不是")
    return _text_rows(_decoded(content))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROLS & set(text):
            raise QuoteFileUnreadable(reason="文件含有控制字符，不是文本")
        return text
    raise QuoteFileUnreadable(reason="编码既不是 UTF-8 也不是 GB18030")


def _text_rows(text: str) -> Iterator[list[str]]:
    first_line = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        reason = f"第 {reader.line_num} 行不是有效的 CSV（{error}）"
        raise QuoteFileUnreadable(reason=reason) from error


def _sheet_rows(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first sheet; figures as plain decimals, days as 2013-06-10."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _within_limits(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise QuoteFileUnreadable(reason="压缩结构已损坏，不是有效的 XLSX") from error
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=True)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise QuoteFileUnreadable(reason="表格内容已损坏，不是有效的 XLSX") from error
    return ([_cell_text(cell) for cell in row] for row in rows)


def _within_limits(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that unpacks to too much, or whose far cells span too large a sheet.

    A reader of sheets holds the whole rectangle in memory, so two cells in opposite corners
    would be enough to exhaust it.
    """
    if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_MAX:
        raise QuoteFileTooLarge(what="解压后的字节数", most=UNPACKED_BYTES_MAX)
    if "xl/workbook.xml" not in archive.namelist():
        raise QuoteFileUnreadable(reason="这是压缩文件，不是 XLSX")
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        for column, row in set(_CELL_AT.findall(archive.read(name))):
            if int(row) > ROWS_MAX + 1:
                raise QuoteFileTooLarge(what="行数", most=ROWS_MAX)
            if _column_number(column) > COLUMNS_MAX:
                raise QuoteFileTooLarge(what="列数", most=COLUMNS_MAX)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _cell_text(
    cell: int | float | str | bool | time_of_day | date | datetime | timedelta,
) -> str:
    """Return a sheet's cell as text. A figure is what the sheet shows at 15 digits."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time_of_day(0) else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        number = Decimal(f"{cell:.15g}")
        return f"{number:f}" if number.is_finite() else str(cell)
    return str(cell)
