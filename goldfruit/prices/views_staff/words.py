"""Words for states, kinds and reasons (用词), translated when shown."""

from flask_babel import lazy_gettext as _l

from goldfruit.kernel.fruit.origins import name_of
from goldfruit.kernel.fruit.words import words
from goldfruit.members.rules.application import counties

QUOTE_STATES = {
    "ACCEPTED": (_l("已采用"), "ok"),
    "SUSPECT": (_l("待核实"), "warn"),
    "DROPPED": (_l("已剔除"), "bad"),
    "WITHDRAWN": (_l("已撤回"), "plain"),
    "SUPERSEDED": (_l("已被新报价替代"), "plain"),
}
RUN_STATES = {
    "collecting": (_l("采集中"), "wait"),
    "frozen": (_l("已冻结，计算中"), "wait"),
    "calculated": (_l("已计算，待复核"), "wait"),
    "review": (_l("待审批"), "wait"),
    "held": (_l("暂缓发布"), "warn"),
    "approved": (_l("已批准，待发布"), "wait"),
    "published": (_l("已发布"), "ok"),
    "final": (_l("已定稿"), "ok"),
    "corrected": (_l("已更正"), "ok"),
    "discarded": (_l("已作废"), "bad"),
}
RUN_KINDS = {"DAILY": _l("日常"), "BACKFILL": _l("补算"), "CORRECTION": _l("更正")}
CAUSES = {
    "wrong-input": _l("录入错误"),
    "wrong-code": _l("程序或归类错误"),
    "wrong-weight": _l("权重错误"),
    "cancelled": _l("成交或报价已取消"),
    "bank-failure": _l("付款失败"),
    "late-data": _l("迟到的数据（不改历史）"),
    "methodology": _l("方法变更（不改历史）"),
}
ANSWERS = {
    "restate": _l("发布新值（修订）"),
    "disclose": _l("只作披露，不改数值"),
    "nothing": _l("不改"),
}
REASONS = {
    "R00": _l("不合采用条件"),
    "R01": _l("疑似斤、公斤填错"),
    "R02": _l("超出合理范围"),
    "R03": _l("关联交易"),
    "R04": _l("数量不足"),
    "R05": _l("重复"),
    "R06": _l("离群值"),
}
ALARMS = {
    "far-from-last": _l("与上次的值相差过大"),
    "index-concentration": _l("来源过于集中"),
    "drop-at-relink": _l("久无报价，换链时删去"),
}
PROPOSAL_STATES = {
    "PROPOSED": (_l("待审批"), "wait"),
    "APPROVED": (_l("已批准"), "ok"),
    "REJECTED": (_l("已退回"), "bad"),
}
SIZES = ("65-", "70-", "75-", "80-", "85-", "90-", "65-70", "70-75", "75-80", "80-85")


def spec_choices() -> dict[str, list[tuple[str, str]]]:
    """Return what each attribute of a spec may be, as (code, word) in the order of the trade."""
    known = words()
    found = {key: [(term.code, term.name) for term in terms] for key, terms in known.tables()}
    found["grade"] = [(term.cell, term.name) for term in known.grades if term.scheme == "trade"]
    found["grade"] = found["grade"] or [(term.cell, term.name) for term in known.grades]
    found["size"] = [(size, size_word(size)) for size in SIZES]
    found["origin_code"] = [(each.code, each.name) for each in counties()]
    return found


def size_word(size: str) -> str:
    """Return a size band as traders say it, e.g. ``80#以上``."""
    least, _, most = size.partition("-")
    return f"{least}#以上" if not most else f"{least}-{most}#" if least else f"{most}#以下"


def origin_word(code: str) -> str:
    """Return the name of an origin, or its code where it has none."""
    return name_of(code) or code
