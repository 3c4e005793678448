"""What a reporter, an analyst and a guest may not do, and what nobody may read."""

import re
from collections import deque
from urllib.parse import urldefrag, urlsplit

import pytest

from tests.journeys.forms import links_of
from tests.journeys.market import PASSWORD, Market, Person
from tests.journeys.visitor import Visitor

DAY = "2025-10-09"
PAGES_MAX = 200
PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dX](?!\d)")
EMAIL = re.compile(r"[\w.]+@[\w-]+\.\w+")
SAID_AS_EXAMPLE = {"13800138000"}


@pytest.fixture
def analyst(market: Market) -> Person:
    """An analyst, while three reporters have quoted and a run waits for approval."""
    found = market.staff("严推算", "index_analyst")
    for name, county in (("王采风", "礼泉"), ("李问价", "淳化"), ("赵走访", "旬邑")):
        market.reporter(name, county).takes_a_token("report_quote").quotes_every_county()
    found.presses("/index/runs", "冻结并计算", index_code="GFI-D", first=DAY, last=DAY)
    found.presses("/index/runs/1", "复核无误，提交审批")
    return found


def test_nobody_approves_what_is_not_theirs_to_approve(market: Market, analyst: Person) -> None:
    reporter = market.reporter("钱多问")

    assert "批准" not in _buttons(analyst.at_site.opens("/index/runs/1"))
    for person in (reporter, analyst):
        assert person.at_site.tries("/index/approvals") == 403
        for step in ("approve", "publish"):
            assert _forces(person, f"/index/runs/1/{step}") == 403
    assert _forces(reporter, "/index/runs/1/review") == 403
    for act in ("approve_index", "publish_index"):
        assert _asks_for_a_token(analyst, act) == "not-permitted"
    program = analyst.takes_a_token("run_index").program
    assert program.posts("/index-runs/1/approvals").status_code == 403
    assert market.guest.asks("/index/GFI-D/values")["items"] == []


def test_who_would_be_analyst_and_approver_is_refused(market: Market, analyst: Person) -> None:
    operator = market.operator.at_site

    answer = operator.fills_in("/members/roles", login=analyst.login, role="index_approver")

    assert answer.status_code == 422
    assert "角色不能兼任" in answer.text


def test_an_operator_cannot_confirm_the_role_that_he_proposed(market: Market) -> None:
    newcomer = market.newcomer("周新来").signs_up()
    operator = market.operator

    asked = operator.at_site.fills_in("/members/roles", login=newcomer.login, role="editor")

    assert "确认" not in _buttons(asked.text)
    [grant] = {int(n) for n in re.findall(r"/members/roles/(\d+)/withdraw", asked.text)} - {1, 2}
    assert _forces(operator, f"/members/roles/{grant}/confirm") == 403
    assert newcomer.at_site.tries("/news/desk") == 403


def test_a_guest_sees_no_personal_data(market: Market, analyst: Person) -> None:
    approver, editor = market.staff("尚定夺", "index_approver"), market.staff("文执笔", "editor")
    approver.presses("/index/runs/1", "批准")
    approver.presses("/index/runs/1", "发布 1 天")
    [article] = {
        each for each in links_of(editor.at_site.opens("/news/desk")) if each[-1].isdigit()
    }
    editor.presses(article, "发布第 1 稿")

    read = dict(_crawled(Visitor(market.app)))

    assert {"/", "/index/GFI-D", f"/index/GFI-D/{DAY}", "/quotes", "/news", "/feed.xml"} <= set(
        read
    )
    assert any(path.startswith("/en/") for path in read)
    assert f"/index/GFI-D/{DAY}/inputs" in read
    for path, text in read.items():
        told = {secret for secret in market.secret_data if secret in text}
        assert not told, path
        assert not set(PHONE.findall(text)) - SAID_AS_EXAMPLE, path
        assert not ID_NUMBER.findall(text), path
        assert not EMAIL.findall(text), path


def _crawled(guest: Visitor) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    seen, waiting = (
        {"/", "/en/"},
        deque(["/", "/en/", "/sign-in", "/sign-up", "/feed.xml", "/metrics"]),
    )
    waiting.extend(("/api/v1/openapi.json", "/api/v1/index", "/api/v1/quotes", "/api/v1/news"))
    waiting.extend((f"/api/v1/index/GFI-D/values/{DAY}", "/api/v1/index/GFI-D/values"))
    waiting.extend((f"/api/v1/index/GFI-D/values/{DAY}/inputs", "/api/v1/facts?limit=200"))
    while waiting and len(found) < PAGES_MAX:
        path = waiting.popleft()
        answer = guest.client.get(path)
        if answer.status_code >= 300:
            continue
        found.append((path, answer.text))
        if answer.mimetype != "text/html":
            continue
        for link in links_of(answer.text):
            where = urldefrag(link).url
            inside = not urlsplit(where).netloc and where.startswith("/")
            if inside and where not in seen and "/choose/" not in where:
                seen.add(where)
                waiting.append(where)
    return found


def _buttons(page: str) -> set[str]:
    return set(re.findall(r"<button[^>]*>([^<]*)", page))


def _forces(person: Person, path: str) -> int:
    """Send a form that no page offered, with the person's own forgery token; return the status."""
    page = person.at_site.opens("/me")
    [token, *_] = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    return person.at_site.client.post(path, data={"csrf_token": token, "_key": path}).status_code


def _asks_for_a_token(person: Person, scope: str) -> str:
    answer = person.program.posts(
        "/tokens",
        login=person.login,
        password=PASSWORD,
        name="more than mine",
        scopes=[scope],
        days=1,
    )
    return str(answer.get_json()["code"])
