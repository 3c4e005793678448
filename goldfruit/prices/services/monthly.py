"""The index's month (指数月度工作): reporters' scores, differentials, and the year's consultation."""

from datetime import datetime

from goldfruit.infra.work import Work


def begin(work: Work, as_of: datetime) -> str:
    """Score the reporters of the month that ended and estimate differentials; say what came out."""
    return ""


def basket_notice(work: Work, as_of: datetime) -> str:
    """Say that weights and basket of the next season are open to comments."""
    return ""
