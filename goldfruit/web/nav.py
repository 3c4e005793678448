"""Navigation (导航): the five tabs of the phone, and the rail of the desk by role.

Two tables say it all. An entry whose page does not exist yet is left out of the rail; a tab is
always there and then leads to a page that says when it opens. Labels are translated when shown.
"""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

EVERYBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """导航项: one way into a page.

    ``roles`` names who sees it, nobody in particular when empty; ``icon`` is a symbol of
    ``static/icons.svg``; ``soon`` names the page that stands in until the real one exists.
    """

    label: str
    path: str
    icon: str = ""
    roles: frozenset[str] = EVERYBODY
    soon: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """导航分组: entries of the rail under one word."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A way into a page as it is shown: translated, addressed, marked when one is there."""

    label: str
    url: str
    icon: str
    here: bool


TABS = (
    Entry(_l("行情"), "/", "trend"),
    Entry(_l("货源"), "/listings", "apple", soon="listings"),
    Entry(_l("发布"), "/publish", "plus", soon="publish"),
    Entry(_l("交易"), "/deals", "deal", soon="deals"),
    Entry(_l("我的"), "/me", "person", soon="me"),
)


def _for(*roles: str) -> frozenset[str]:
    return frozenset(roles)


RAIL = (
    Section(
        _l("行情"),
        (
            Entry(_l("行情首页"), "/", "trend"),
            Entry(_l("价格指数"), "/index", "chart"),
            Entry(_l("报价行情"), "/quotes", "list"),
            Entry(_l("资讯日报"), "/news", "paper"),
        ),
    ),
    Section(
        _l("交易"),
        (
            Entry(_l("货源"), "/listings", "apple", soon="listings"),
            Entry(_l("我的交易"), "/deals", "deal", soon="deals"),
        ),
    ),
    Section(
        _l("工作台"),
        (
            Entry(_l("我要报价"), "/quotes/new", "pen", _for("quote_reporter")),
            Entry(_l("导入报价"), "/quotes/import", "inbox", _for("index_analyst")),
            Entry(_l("可疑报价"), "/quotes/suspects", "alert", _for("index_analyst")),
            Entry(_l("指数运行"), "/index/runs", "calc", _for("index_analyst", "index_approver")),
            Entry(_l("指数审批"), "/index/approvals", "check", _for("index_approver")),
            Entry(_l("稿件编辑"), "/news/desk", "paper", _for("editor")),
            Entry(_l("入会审核"), "/members/review", "person", _for("reviewer")),
            Entry(_l("角色授权"), "/members/roles", "person", _for("operator", "reviewer")),
            Entry(_l("我的资金"), "/money", "coin", _for("grower", "wholesaler", "agent")),
            Entry(_l("出入金"), "/cash", "coin", _for("settlement_clerk", "operator", "auditor")),
            Entry(_l("试算平衡"), "/ledger", "calc", _for("settlement_clerk", "auditor")),
            Entry(_l("定时任务"), "/console/jobs", "calc", _for("operator")),
            Entry(_l("交易日历"), "/console/calendar", "list", _for("operator")),
            Entry(_l("审计"), "/audit", "check", _for("auditor")),
        ),
    ),
    Section(
        _l("关于"),
        (
            Entry(_l("规则与公示"), "/rules", "scroll"),
            Entry(_l("核验"), "/verify", "check"),
            Entry(_l("数据接口"), "/api/docs", "plug"),
        ),
    ),
)


def tabs(here: str) -> list[Link]:
    """Return the five tabs; ``here`` is the path of the page being shown."""
    return [_link(entry, here, TABS) for entry in TABS]


def rail(here: str, roles: Collection[str]) -> list[tuple[str, list[Link]]]:
    """Return the rail's sections for somebody with these roles, empty ones left out."""
    everything = [entry for section in RAIL for entry in section.entries]
    shown = [
        (str(section.label), [e for e in section.entries if _seen(e, roles)]) for section in RAIL
    ]
    return [
        (label, [_link(entry, here, everything) for entry in entries])
        for label, entries in shown
        if entries
    ]


def exists(app: Flask, path: str, method: str = "GET") -> bool:
    """Return whether the application answers at ``path``; remembered, since routes are fixed."""
    known: dict[tuple[str, str], bool] = app.extensions.setdefault("paths", {})
    if (path, method) not in known:
        known[path, method] = _answers(app, path, method)
    return known[path, method]


def _answers(app: Flask, path: str, method: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path, method=method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _seen(entry: Entry, roles: Collection[str]) -> bool:
    if entry.roles and entry.roles.isdisjoint(roles):
        return False
    return bool(entry.soon) or exists(current_app, entry.path)


def _link(entry: Entry, here: str, among: Collection[Entry]) -> Link:
    if entry.soon and not exists(current_app, entry.path):
        url = url_for("pages.soon", what=entry.soon)
    else:
        url = f"{request.script_root}{entry.path}"
    return Link(str(entry.label), url, entry.icon, entry is _nearest(here, among))


def _nearest(here: str, among: Collection[Entry]) -> Entry | None:
    over = [entry for entry in among if here == entry.path or here.startswith(f"{entry.path}/")]
    standing_in = [entry for entry in among if entry.soon and here == f"/soon/{entry.soon}"]
    return max(over, key=lambda entry: len(entry.path), default=None) or next(
        iter(standing_in), None
    )
