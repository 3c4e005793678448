"""Codes, identity numbers, masks and passwords."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.kernel.errors import Refusal
from goldfruit.members.rules.masking import (
    masked_account,
    masked_email,
    masked_id,
    masked_name,
    masked_phone,
)
from goldfruit.members.rules.passwords import PasswordWeak, check_password, common_passwords
from goldfruit.members.rules.resident_id import (
    PROVINCES,
    IdNumberWrong,
    TooYoung,
    age_on,
    birth_date,
    id_check_digit,
    require_adult,
    resident_id,
)
from goldfruit.members.rules.uscc import (
    ALPHABET,
    UsccWrong,
    is_cooperative,
    uscc,
    uscc_check_character,
)
from tests.places import SHARED_DATA, needs_shared_data

USCC_VALID = ["91350100M000100Y43", "91512081MA62K0260E", "91330100799655058B"]
ID_VALID = ["11010519491231002X", "440524188001010014"]
BODIES = st.builds(
    lambda a, b, c: a + b + c,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def vectors(name: str) -> Any:
    return json.loads((SHARED_DATA / "ids" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", USCC_VALID)
def test_a_true_code_passes_and_a_small_letter_is_mended(code: str) -> None:
    assert uscc(f" {code.lower()} ") == code


@pytest.mark.parametrize(
    "text",
    [
        "91350100M000100Y4Z",
        "91350100M000100Y44",
        "9135O100M000100Y43",
        "９1350100M000100Y43",
        "91350100M000100Y4",
        "",
        "91350100M000100Y431",
    ],
)
def test_a_false_code_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsccWrong) as refusal:
        uscc(text)

    assert not text or text not in str(refusal.value)


@given(BODIES, st.integers(0, 16), st.integers(1, 30))
@settings(deadline=None, max_examples=200)
def test_one_wrong_character_never_passes(body: str, place: int, shift: int) -> None:
    code = body + uscc_check_character(body)
    assert uscc(code) == code
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]

    with pytest.raises(UsccWrong):
        uscc(code[:place] + wrong + code[place + 1 :])


def test_a_cooperative_is_known_by_its_prefix() -> None:
    body = "93610425MA6X00000"
    assert is_cooperative(body + uscc_check_character(body))
    assert not is_cooperative(USCC_VALID[0])


@needs_shared_data
def test_every_published_code_is_judged_rightly() -> None:
    known = vectors("uscc.json")

    assert [uscc(code) for code in known["valid"]] == known["valid"]
    for code, _ in known["invalid"]:
        with pytest.raises(UsccWrong):
            uscc(code)


@pytest.mark.parametrize("number", ID_VALID)
def test_a_true_identity_number_passes(number: str) -> None:
    assert resident_id(number.lower()) == number


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "11010519491331002X",
        "110105190002290021",
        "00010519491231002X",
        "1101051949123100２X",
        "1101051949123100 2X",
        "110105491231002",
        "-1010519491231002X",
    ],
)
def test_a_false_identity_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(IdNumberWrong) as refusal:
        resident_id(text)

    assert text not in str(refusal.value)
    assert text not in repr(refusal.value.members())


@given(
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)
@settings(deadline=None, max_examples=200)
def test_any_county_and_any_birth_day_passes(
    province: str, county: int, born: date, order: int
) -> None:
    body = f"{province}{county:04d}{born:%Y%m%d}{order:03d}"

    number = resident_id(body + id_check_digit(body))

    assert birth_date(number) == born


@pytest.mark.parametrize("county", ["610425", "610629", "610482", "610481"])
def test_a_grower_born_before_the_county_had_its_code_passes(county: str) -> None:
    body = f"{county}19650307001"

    assert resident_id(body + id_check_digit(body))


@needs_shared_data
def test_published_identity_numbers_are_judged_by_check_digit_date_and_province() -> None:
    known = vectors("resident_id.json")
    county_only = {"110111198012010078", "110201199312010077"}

    for number in known["valid"]:
        assert resident_id(number) == number.upper()
    for number, day in known["birth_date"]:
        assert birth_date(number.upper()).isoformat() == day
    for number in county_only:
        assert resident_id(number)
    for number, _ in known["invalid"]:
        if number not in county_only:
            with pytest.raises(IdNumberWrong):
                resident_id(number)


def test_one_is_of_age_on_the_eighteenth_birthday() -> None:
    body = "61042520081010001"
    number = body + id_check_digit(body)

    assert age_on(number, date(2026, 10, 9)) == 17
    require_adult(number, date(2026, 10, 10))
    with pytest.raises(TooYoung):
        require_adult(number, date(2026, 10, 9))
    with pytest.raises(IdNumberWrong):
        require_adult(number, date(2008, 10, 9))


def test_masks_hide_the_middle() -> None:
    assert masked_id("11010519491231002X") == "110105****002X"
    assert masked_phone("13812341234") == "138****1234"
    assert masked_phone("+8613812341234") == "+86138****1234"
    assert masked_name("张三丰") == "张*"
    assert masked_email("zhangsan@example.com") == "z***@example.com"
    assert masked_account("6222020200112233445") == "****3445"


@given(st.text(max_size=20))
@settings(deadline=None, max_examples=100)
def test_a_mask_never_shows_all_of_what_it_hides(secret: str) -> None:
    for mask in (masked_id, masked_phone, masked_account):
        shown = mask(secret).replace("****", "")
        assert len(shown) <= max(len(secret) - 3, 0)


@pytest.mark.parametrize(
    "password",
    [
        "short7!",
        "x" * 129 + "y",
        "password1",
        "Password123",
        "12345678",
        "87654321",
        "qwertyui",
        "1qaz2wsx",
        "11111111",
        "aaaaaaaaB",
        "woaini1314",
        "Admin888",
        "19900101",
        "5201314520",
        "my13812341234",
    ],
)
def test_a_password_that_would_be_guessed_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak) as refusal:
        check_password(password, own=["13812341234", "li"])

    assert password not in str(refusal.value)


@pytest.mark.parametrize(
    "password", ["苹果在山坡上唱歌呢", "tractor lamp river", "k7$Vq2pzx9", "z" * 64 + "ab9"]
)
def test_a_long_or_odd_password_passes(password: str) -> None:
    check_password(password, own=["13812341234"])


def test_the_list_of_the_commonest_is_long_enough() -> None:
    assert len(common_passwords()) >= 3_000
    assert all(each == each.casefold() for each in common_passwords())


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=200)
def test_no_text_breaks_the_checks(text: str) -> None:
    for check in (uscc, resident_id, check_password):
        with suppress(Refusal):
            check(text)
