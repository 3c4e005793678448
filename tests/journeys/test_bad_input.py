"""Bad input at the public doors: a clear refusal each, and nothing half-written."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from goldfruit.prices.models import Quote, QuoteImport
from tests.journeys.forms import forms_of
from tests.journeys.market import Market, Person

HEADER = "品名,最低价,平均价,最高价,规格,单位,发布日期\n"
GOOD = "富士,3.0,3.2,3.4,,斤,2013-06-10\n"
SENTENCE = "礼泉 纸袋富士80#以上一二级 冷库"


def png_of_200_megapixels() -> bytes:
    """Return a small file that says it is a picture of 20,000 by 10,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 10_000, 8, 0, 0, 0, 0))
    rows = zlib.compress(bytes(20_001) * 10_000, 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_that_is_no_workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return packed.getvalue()


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(bytes(1_000_000))
    return packed.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a picture of 200 megapixels as CSV": ("quotes.csv", png_of_200_megapixels),
    "a picture of 200 megapixels as a workbook": ("quotes.xlsx", png_of_200_megapixels),
    "a zip that is no workbook": ("quotes.xlsx", zip_that_is_no_workbook),
    "a zip bomb": ("quotes.xlsx", zip_bomb),
    "an empty file": ("quotes.csv", lambda: b""),
    "a header alone": ("quotes.csv", HEADER.encode),
    "a file in Shift JIS": (
        "quotes.csv",
        lambda: "日付,値段,リンゴ\n1,2,ふじ\n".encode("shift_jis"),
    ),
    "a file without the price": ("quotes.csv", "品名,规格,发布日期\n富士,,2013-06-10\n".encode),
    "zeros": ("quotes.csv", lambda: bytes(5_000)),
}


@pytest.fixture
def analyst(market: Market) -> Person:
    return market.staff("严推算", "index_analyst")


def _previews(person: Person, name: str, content: bytes) -> TestResponse:
    form = next(
        form
        for form in forms_of(person.at_site.opens("/quotes/import"))
        if form.action.endswith("/quotes/import")
    )
    sent = {**form.values, "market": "xinfadi", "file": (io.BytesIO(content), name)}
    return person.at_site.client.post(
        "/quotes/import", data=sent, content_type="multipart/form-data"
    )


def _stored(market: Market) -> tuple[int, int]:
    with market.exchange.reading() as work:
        count = sa.select(sa.func.count())
        return (
            work.session.scalar(count.select_from(Quote)) or 0,
            work.session.scalar(count.select_from(QuoteImport)) or 0,
        )


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(
    market: Market, analyst: Person
) -> None:
    analyst.takes_a_token("import_quotes")
    for what, (name, made) in FILES.items():
        content = made()

        page = _previews(analyst, name, content)
        answer = analyst.program.posts(
            "/quote-imports",
            market="xinfadi",
            file_name=name,
            content_base64=base64.b64encode(content).decode(),
        )

        assert page.status_code == 422, f"{what}: {page.status_code}"
        assert 'class="wrong"' in page.text, what
        if content:
            assert answer.status_code == 422, f"{what}: {answer.text}"
            assert answer.get_json()["code"].startswith("quote-"), what
        else:
            assert answer.status_code in (400, 422), what
    assert _stored(market) == (0, 0)


def test_bad_rows_are_named_and_the_good_ones_stored(market: Market, analyst: Person) -> None:
    rows = (
        *("富士,NaN,3.2,3.4,,斤,2013-06-11\n", "富士,-3,3.2,3.4,,斤,2013-06-12\n"),
        *("富士,1e400,1e400,1e400,,斤,2013-06-13\n", "富士,3.0,3.2,3.4,,斤,2013-02-30\n"),
        *(
            "富士,９,９.２,９.４,,斤,2013-06-14\n",
            "<script>alert(1)</script>,3,3.2,3.4,,斤,2013-06-15\n",
        ),
    )
    page = _previews(analyst, "rows.csv", (HEADER + GOOD + "".join(rows)).encode())

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    [refused] = [table for table in page.text.split("<table") if 'id="refused"' in table]
    numbers = [int(cell.partition("<")[0]) for cell in refused.split('<tr><td class="n">')[1:]]
    assert {2, 3, 4, 5} <= set(numbers)
    assert 1 not in numbers
    assert _stored(market) == (0, 0)


def test_fifty_megabytes_are_refused_before_they_are_read(market: Market, analyst: Person) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="huge.csv"\r\n\r\n'
    page = analyst.at_site.client.post(
        "/quotes/import",
        data=head + bytes(50_000_000) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    headers = {"Idempotency-Key": "huge", "Content-Type": "application/json"}
    answer = market.guest.client.post("/api/v1/users", data=b" " * 50_000_000, headers=headers)

    assert page.status_code == 413
    assert "内容过大" in page.text
    assert answer.status_code == 413
    assert answer.get_json()["code"] == "too-large"


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"", b"null", b"[]", b'"text"', b"\xff\xfe", b'{"login": 5}', b"[" * 5_000),
        b'{"login": "13900000000", "name": {"$gt": ""}, "password": "seven red apples"}',
    ],
)
def test_broken_json_is_a_problem_document(market: Market, body: bytes) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = market.guest.client.post("/api/v1/users", data=body, headers=headers)

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] in {"bad-input", "bad-request"}


def test_prices_that_are_no_prices_are_refused_on_the_page_and_by_the_api(market: Market) -> None:
    reporter = market.reporter("王采风").takes_a_token("report_quote")
    before = _stored(market)
    for said in ("NaN", "Infinity", "-3", "1e3", "0", "99999999999999999999", "<b>3</b>", "三块二"):
        prices = dict.fromkeys(("low", "mostly", "high"), said)
        page = reporter.at_site.fills_in(
            "/quotes/new/price?variety=FJ&bagging=ZD&size=80&grade=12&stage=L&origin_code=610425",
            "确认报价",
            unit="kg",
            **prices,
        )
        named = {f"{name}_yuan_per_kg": price for name, price in prices.items()}
        answer = reporter.program.posts("/quotes", text=SENTENCE, **named)
        assert page.status_code == 422, said
        assert 'class="wrong"' in page.text, said
        assert "<b>3</b>" not in page.text
        assert answer.status_code in (400, 422), said
        assert answer.mimetype == "application/problem+json", said
    number = reporter.program.posts(
        "/quotes",
        text=SENTENCE,
        low_yuan_per_kg=3.2,
        mostly_yuan_per_kg=3.2,
        high_yuan_per_kg=float("nan"),
    )
    assert number.status_code == 400
    assert set(number.get_json()["errors"]["json"]) == {
        "low_yuan_per_kg",
        "mostly_yuan_per_kg",
        "high_yuan_per_kg",
    }
    assert _stored(market) == before


def test_full_width_digits_are_read_as_the_digits_they_are(market: Market) -> None:
    reporter = market.reporter("王采风")

    page = reporter.at_site.fills_in(
        "/quotes/new/price?variety=FJ&stage=L&origin_code=610425",
        "确认报价",
        unit="kg",
        low="６.２",
        mostly="６.４",
        high="６.６",
    )

    assert page.status_code in (200, 422)
    if page.status_code == 200:
        assert "报价已提交" in page.text
    else:
        assert 'class="wrong"' in page.text


@pytest.mark.parametrize(
    "path",
    [
        *("/index/GFI-D/2025-13-45", "/index/<script>", "/index/runs/99999999999999999999999"),
        *("/news/0", "/news?page=%00", "/quotes?day=NaN", "/index/GFI-D?before=never"),
        *("/index/%2e%2e%2f%2e%2e/etc", "/static/../config.py", "/choose/unit/<b>"),
        *("/api/v1/index/GFI-D/values?limit=-1", "/api/v1/index/GFI-D/values?from=yesterday"),
        *("/api/v1/index/GFI-D/values?after=%00", "/api/v1/news?after=99999999999999999999"),
        *("/api/v1/facts?after=-1", "/api/v1/quotes?market=%00", "/index/runs/1?after=x"),
        *("/news/99999999999999999999999", "/cash/99999999999999999999", "/sign-in?next=//evil.cn"),
    ],
)
def test_an_address_that_makes_no_sense_is_no_failure(market: Market, path: str) -> None:
    for client in (market.guest.client, market.reviewer.at_site.client):
        answer = client.get(path)

        assert answer.status_code < 500, answer.text[:300]
        assert "<script>" not in answer.text.replace("<script src", "")
