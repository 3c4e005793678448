"""What a reader of the English pages is told when something is wrong is English."""

import re
from collections.abc import Callable

import pytest

from goldfruit.members.logins import LoginWrong
from goldfruit.members.rules.application import ITEM_TITLES
from goldfruit.members.rules.membership import KIND_TITLES, STATE_TITLES
from goldfruit.members.rules.names import NameWrong
from goldfruit.members.rules.passwords import PasswordWeak
from goldfruit.members.rules.roles import ROLE_TITLES
from goldfruit.members.rules.signin import SignInTooSoon
from goldfruit.members.services.accounts import LoginTaken
from goldfruit.members.services.sessions import SignInRefused
from goldfruit.members.views import words
from tests.members.conftest import Browser

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_word_of_the_tables_is_listed_for_translation() -> None:
    listed = {str(word) for word in (*words.TABLES, *words.REFUSALS)}
    tables = (ITEM_TITLES, KIND_TITLES, STATE_TITLES, ROLE_TITLES)
    refusals = (NameWrong, PasswordWeak, SignInTooSoon, LoginWrong, LoginTaken, SignInRefused)

    assert {title for table in tables for title in table.values()} <= listed
    assert {text for each in refusals for text in (each.title, each.detail)} <= listed


@pytest.mark.parametrize("password", ["short", "12345678", "白云 拖拉机 苹果树"])
def test_the_english_sign_up_refuses_in_english(
    browser: Callable[[], Browser], password: str
) -> None:
    page = browser().send("/en/sign-up", {"login": "12", "name": "", "password": password})

    main = page.get_data(as_text=True).split("<main")[1].split("</main>")[0]
    assert page.status_code == 422
    assert "field-wrong" in main
    assert not HAN.search(main)
