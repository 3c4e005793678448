import importlib
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from goldfruit.prices.quote_reading import rows_of
from goldfruit.prices.rules.quote_files import read_quotes
from goldfruit.prices.rules.quote_refusals import (
    BYTES_MAX,
    QuoteFileEmpty,
    QuoteFileTooLarge,
    QuoteFileUnreadable,
)

xlsxwriter = importlib.import_module("xlsxwriter")

HEADER = ["品名", "最低价", "平均价", "最高价", "规格", "单位", "发布日期"]
ROW = ["嘎啦（光果）", "2.4", "2.45", "2.5", "普通", "斤", "2013-06-10"]
TEXT = ",".join(HEADER) + "\r\n" + ",".join(ROW) + "\r\n"


def workbook(*rows: list[object], far: tuple[int, int] | None = None) -> bytes:
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        if far:
            sheet.write(*far, "x")
    return held.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_csv_in_the_encodings_of_the_markets(encoding: str) -> None:
    assert list(rows_of(TEXT.encode(encoding))) == [HEADER, ROW]


def test_reads_tabs_and_quoted_commas() -> None:
    assert list(rows_of(TEXT.replace(",", "\t").encode())) == [HEADER, ROW]
    assert list(rows_of(b'a,b\n"x,y",z\n')) == [["a", "b"], ["x,y", "z"]]


def test_reads_a_workbook_with_figures_and_days() -> None:
    content = workbook(
        [*HEADER],
        ["嘎啦", 2.4, 2.45, 2.5, "普通", "斤", "2013-06-10"],
        ["嘎啦", 2, 3, 4, "普通", "斤", "2013/6/11"],
    )

    quotes = read_quotes(rows_of(content, "quotes.xlsx")).quotes

    assert [str(quote.mid) for quote in quotes] == ["4.900", "6.000"]
    assert [quote.day for quote in quotes] == [date(2013, 6, 10), date(2013, 6, 11)]


def test_reads_days_that_a_workbook_holds_as_days() -> None:
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 6, datetime(2013, 6, 10), style)  # noqa: DTZ001 – sheets have no zone

    [quote] = read_quotes(rows_of(held.getvalue())).quotes

    assert quote.day == date(2013, 6, 10)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "quotes.csv", "PNG"),
        (b"\xff\xd8\xff\xe0" + b"0" * 50, "quotes.csv", "JPEG"),
        (b"%PDF-1.7", "quotes.csv", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "quotes.xlsx", "XLS"),
        (TEXT.encode("utf-16"), "quotes.csv", "UTF-16"),
        (TEXT.encode(), "quotes.xlsx", "XLSX"),
        (b"PK\x03\x04" + b"0" * 50, "quotes.xlsx", "XLSX"),
        (b"\x81\xff\xff\xff", "quotes.csv", "GB18030"),
        (b"a,b\n1,\x00\n", "quotes.csv", "控制字符"),
        (b'a,b\n"1,2\n', "quotes.csv", "CSV"),
    ],
)
def test_refuses_a_file_that_is_not_what_it_says(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(QuoteFileUnreadable) as refusal:
        list(rows_of(content, name))

    assert reason in str(refusal.value)


def test_refuses_a_zip_that_is_no_workbook() -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("quotes.csv", TEXT)

    with pytest.raises(QuoteFileUnreadable):
        rows_of(held.getvalue(), "quotes.xlsx")


def test_refuses_a_damaged_workbook() -> None:
    content = bytearray(workbook([*HEADER], [*ROW]))
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(bytes(content))) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:40])

    with pytest.raises(QuoteFileUnreadable):
        rows_of(held.getvalue(), "quotes.xlsx")


@pytest.mark.parametrize("far", [(1_000_000, 0), (0, 16_000)])
def test_refuses_a_sheet_spanned_by_a_far_cell(far: tuple[int, int]) -> None:
    with pytest.raises(QuoteFileTooLarge):
        rows_of(workbook([*HEADER], far=far))


def test_refuses_a_workbook_that_unpacks_to_too_much() -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 101_000_000)

    with pytest.raises(QuoteFileTooLarge):
        rows_of(held.getvalue())


def test_refuses_a_file_beyond_the_limit() -> None:
    with pytest.raises(QuoteFileTooLarge):
        rows_of(b"0" * (BYTES_MAX + 1))


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_refuses_an_empty_file(content: bytes) -> None:
    with pytest.raises(QuoteFileEmpty):
        rows_of(content)
