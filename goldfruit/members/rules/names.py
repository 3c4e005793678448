"""Names (名称): what may stand in a name, so that none is taken for another (reliability T27)."""

import re
import unicodedata
from dataclasses import dataclass

from goldfruit.kernel.errors import RuleBroken

LENGTH_MAX = 60
HAN_LOOK_ALIKES = (
    "未末", "日曰", "己已巳", "土士", "戊戌戍", "人入", "千干", "刀刁", "大太犬", "天夭", "今令",
    "田由甲申", "折拆", "候侯", "洒酒", "拔拨", "王玉", "贝见", "免兔", "茶荼", "晴睛", "楊杨",
)  # fmt: skip

_ALLOWED = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003134fA-Za-z0-9 ()·.&'\-]+")
_DOTS = str.maketrans(dict.fromkeys("・•‧∙⋅", "·") | {"’": "'", "–": "-", "—": "-"})
_FOLDED = str.maketrans(
    {other: group[0] for group in HAN_LOOK_ALIKES for other in group[1:]}
    | {"0": "o", "1": "l", "i": "l", "5": "s", "8": "b", "2": "z"}
)


@dataclass(eq=False)
class NameWrong(RuleBroken):
    """A name with characters that could hide or imitate something."""

    code = "name-wrong"
    title = "名称不符合要求"
    detail = "{reason}。名称可用汉字、英文字母、数字、空格和 ( ) · . & - ，最多 60 个字符。"

    reason: str


def clean_name(text: str) -> str:
    """Return ``text`` in one spelling: NFKC, single spaces, the usual middle dot.

    Raises:
        NameWrong: empty, longer than 60 characters, or with a character outside Han, ASCII
            letters, digits and a few marks: invisible and direction-changing ones, letters of
            other scripts that look like ours, signs that imitate Han.
    """
    if any(unicodedata.category(sign) in {"Cf", "Cc", "Co", "Cs", "Cn"} for sign in text):
        raise NameWrong(reason="名称含有看不见的控制字符")
    name = " ".join(unicodedata.normalize("NFKC", text).translate(_DOTS).split())
    if not name:
        raise NameWrong(reason="名称不能为空")
    if len(name) > LENGTH_MAX:
        raise NameWrong(reason="名称过长")
    if not _ALLOWED.fullmatch(name):
        raise NameWrong(reason="名称含有不允许的字符")
    return name


def look_alike_key(name: str) -> str:
    """Return what a clean ``name`` looks like: names with the same key are taken for each other."""
    letters = re.sub(r"[ ()·.&'\-]", "", name.lower())
    return letters.translate(_FOLDED).replace("rn", "m").replace("vv", "w")
