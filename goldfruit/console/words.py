"""Words for facts (用词): what happened, as an auditor says it; translated when shown."""

from flask_babel import lazy_gettext as _l

FACTS = {
    "article-published": _l("稿件发布"),
    "basket-consultation-due": _l("篮子开始征求意见"),
    "calendar-loaded": _l("载入交易日历"),
    "cash-movement-decided": _l("出入金复核"),
    "cash-movement-prepared": _l("出入金登记"),
    "definition-proposed": _l("提出指数定义"),
    "entry-posted": _l("分录记账"),
    "hold-ended": _l("解除冻结"),
    "hold-placed": _l("冻结资金"),
    "identity-shown": _l("查看实名资料"),
    "index-calculated": _l("指数计算"),
    "index-corrected": _l("指数更正"),
    "index-defined": _l("指数定义生效"),
    "index-finalised": _l("指数定稿"),
    "index-published": _l("指数发布"),
    "inputs-frozen": _l("冻结指数输入"),
    "job-done": _l("定时任务完成"),
    "ledger-day-closed": _l("账务日结账"),
    "ledger-day-opened": _l("账务日开账"),
    "member-applied": _l("申请入会"),
    "member-reviewed": _l("入会审核"),
    "observation-judged": _l("判定观测"),
    "password-changed": _l("更改密码"),
    "quote-reported": _l("报价"),
    "quotes-imported": _l("导入报价"),
    "report-drafted": _l("日报起草"),
    "reporters-scored": _l("报价员评分"),
    "role-granted": _l("角色生效"),
    "role-proposed": _l("提出授权"),
    "role-withdrawn": _l("收回角色"),
    "run-moved": _l("批次流转"),
    "signed-in": _l("登录"),
    "token-created": _l("新建令牌"),
    "token-revoked": _l("撤销令牌"),
    "user-seated": _l("加入单位"),
    "user-signed-up": _l("注册"),
    "user-unseated": _l("移出单位"),
}


def fact(name: str) -> str:
    """Return what a fact is called; a kind without a word keeps its name."""
    return str(FACTS.get(name, name))
