"""Names that could be taken for another name, or that hide something, do not get in."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldfruit.members.rules.names import NameWrong, clean_name, look_alike_key

INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2069\ufeff\u00ad\x00\x07\x7f\ue000"
)
FOREIGN = "аеорсухАВЕКМНОРСТХіјѕαοΑΒΕΗΙΚΜΝΟΡΤΧロニエカタトハᎪᏴꓐꓑ"


@pytest.mark.parametrize("sign", list(INVISIBLE))
def test_an_invisible_sign_is_refused(sign: str) -> None:
    with pytest.raises(NameWrong):
        clean_name(f"红果{sign}商贸")


@pytest.mark.parametrize("sign", list(FOREIGN))
def test_a_letter_of_another_script_is_refused(sign: str) -> None:
    with pytest.raises(NameWrong):
        clean_name(f"{sign}pple 红果")


@pytest.mark.parametrize("text", ["", "   ", "红" * 61, "红果\n商贸<b>", "红果/商贸", "红果“商贸”"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(NameWrong):
        clean_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  李　满仓 ", "李 满仓"),
        ("Ｒｅｄ果（咸阳）", "Red果(咸阳)"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("⼈民果业", "人民果业"),
    ],
)
def test_a_name_gets_one_spelling(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("红果商贸", "红果 商贸"),
        ("未来果业", "末来果业"),
        ("土门果业", "士门果业"),
        ("Apple1", "AppleI"),
        ("Gold0", "GoldO"),
        ("modern", "modem"),
        ("日升果业", "曰升果业"),
    ],
)
def test_names_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert look_alike_key(clean_name(one)) == look_alike_key(clean_name(other))


def test_names_that_differ_have_different_keys() -> None:
    assert look_alike_key("咸阳红果商贸") != look_alike_key("咸阳金果商贸")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_a_clean_name_is_clean_and_stays_as_it_is(text: str) -> None:
    try:
        name = clean_name(text)
    except NameWrong:
        return
    assert clean_name(name) == name
    assert not any(unicodedata.category(sign)[0] == "C" for sign in name)
    assert not set(name) & set('<>"')
