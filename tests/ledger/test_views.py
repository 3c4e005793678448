"""The ledger's pages, as clerks and members use them."""

import pytest
from flask import Flask

from goldfruit.infra.work import Exchange
from goldfruit.ledger import queries
from goldfruit.ledger import services as ledger
from tests.ledger.people import (
    AUDITOR,
    BUYER,
    BUYER_USER,
    CHECKER,
    CLERK,
    hold,
    pay_in,
    settle_in,
    yuan,
)
from tests.ledger.web import browser, hidden, make_app


@pytest.fixture
def app(exchange: Exchange) -> Flask:
    settle_in(exchange)
    return make_app(exchange)


def test_two_people_bring_a_slip_into_the_books(app: Flask, exchange: Exchange) -> None:
    clerk, checker = browser(app, exchange, CLERK), browser(app, exchange, CHECKER)
    slip = {"kind": "in", "member": "1", "amount_yuan": "130000.00", "serial": "b-0001", "memo": ""}

    form = hidden(clerk.get("/cash/new").text)
    summary = clerk.post("/cash/new", data={**form, **slip})
    sure = hidden(summary.text)
    twice = [clerk.post("/cash/new", data=sure).status_code for _ in range(2)]
    own = clerk.get("/cash/1").text
    page = checker.get("/cash/1").text
    done = checker.post("/cash/1/confirm", data=hidden(page), follow_redirects=True)

    assert "¥130,000.00" in summary.text
    assert twice == [303, 303]
    assert "须由另一人复核" in own
    assert "复核无误，记账入金 ¥130,000.00" in page
    assert "已复核并记账" in done.text
    with exchange.reading() as work:
        assert queries.money_of(work.session, BUYER).free == yuan("130000.00")
        assert len(queries.movements_page(work.session)) == 1


def test_what_is_wrong_is_told_beside_the_field(app: Flask, exchange: Exchange) -> None:
    pay_in(exchange, BUYER, "10.00", "IN-1")
    clerk = browser(app, exchange, CLERK)
    form = hidden(clerk.get("/cash/new").text)

    said = {
        name: clerk.post("/cash/new", data={**form, **slip})
        for name, slip in {
            "此项必填": {"kind": "in", "member": "1", "amount_yuan": "", "serial": "X-1234"},
            "没有这个会员": {"kind": "in", "member": "99", "amount_yuan": "1", "serial": "X-1234"},
            "银行流水号已登记": {
                "kind": "in",
                "member": "1",
                "amount_yuan": "1",
                "serial": "IN-1",
                "sure": "1",
            },
            "余额不足": {
                "kind": "out",
                "member": "1",
                "amount_yuan": "11",
                "serial": "X-1234",
                "sure": "1",
            },
        }.items()
    }

    for name, answer in said.items():
        assert answer.status_code == 422
        assert name in answer.text


def test_a_member_sees_why_money_is_held_and_asks_for_the_rest(
    app: Flask, exchange: Exchange
) -> None:
    pay_in(exchange, BUYER, "100.00", "IN-1")
    with exchange.begin() as work:
        hold(work, BUYER, "40.00", "h")
    member = browser(app, exchange, BUYER_USER)

    page = member.get("/money").text
    form = hidden(member.get("/money/out").text)
    over = member.post("/money/out", data={**form, "amount_yuan": "60.01"})
    sure = member.post("/money/out", data={**form, "amount_yuan": "60.00"})
    done = member.post("/money/out", data=hidden(sure.text), follow_redirects=True)

    for words in ("¥60.00", "合同履约保证金", "10月12日", "冻结保证金", "2102:1"):
        assert words in page
    assert over.status_code == 422
    assert "确认出金 ¥60.00" in sure.text
    assert "出金申请已提交" in done.text
    with exchange.reading() as work:
        assert queries.money_of(work.session, BUYER).leaving == yuan("60.00")


def test_the_books_show_every_figure_down_to_its_legs(app: Flask, exchange: Exchange) -> None:
    pay_in(exchange, BUYER, "100.00", "IN-1")
    with exchange.begin(CLERK) as work:
        ledger.close_day(work, day=queries.posting_day(work.session, work.now))
    auditor = browser(app, exchange, AUDITOR)

    books = auditor.get("/ledger").text
    assert "相等" in books
    assert "不相等" not in books
    assert "2101:1" in auditor.get("/ledger/codes/2101").text
    assert "¥100.00" in auditor.get("/ledger/accounts/2101:1").text
    assert auditor.get("/ledger/accounts/9999").status_code == 404
    assert auditor.get("/cash").status_code == 200
    assert auditor.get("/cash/history").status_code == 200
    assert auditor.get("/cash/new").status_code == 403


def test_a_member_does_not_come_to_the_clerks_desk(app: Flask, exchange: Exchange) -> None:
    member = browser(app, exchange, BUYER_USER)

    for path in ("/cash", "/cash/history", "/cash/new", "/cash/1", "/ledger"):
        assert member.get(path).status_code == 403
