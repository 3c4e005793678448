"""The table of events (事项表) of domain.md §4.3: code, title and the function that posts it.

Where §4.3 gives one code several lines, the code here carries the line after a
dot. E24 (司法冻结) is a state of the account and no move.
"""

from collections.abc import Callable
from dataclasses import dataclass

from goldfruit.ledger.rules import moves
from goldfruit.ledger.rules.entries import Legs

REVERSAL = "REV"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """事项: what may be posted; ``legs`` takes the event's values by keyword."""

    title: str
    legs: Callable[..., Legs]


EVENTS: dict[str, LedgerEvent] = {
    "E01": LedgerEvent("入金", moves.cash_in),
    "E02a": LedgerEvent("出金申请", moves.cash_out_applied),
    "E02b.confirmed": LedgerEvent("出金成功", moves.cash_out_confirmed),
    "E02b.failed": LedgerEvent("出金失败", moves.cash_out_failed),
    "E03": LedgerEvent("冻结保证金", moves.margin_frozen),
    "E04": LedgerEvent("释放保证金", moves.margin_released),
    "E05": LedgerEvent("手续费", moves.fee_charged),
    "E05r": LedgerEvent("退手续费", moves.fee_returned),
    "E06": LedgerEvent("付货款", moves.goods_paid),
    "E07": LedgerEvent("保证金转货款", moves.margin_applied),
    "E08": LedgerEvent("短重退款", moves.short_weight_refunded),
    "E09": LedgerEvent("质量扣价退款", moves.quality_refunded),
    "E10": LedgerEvent("付卖方货款", moves.seller_paid),
    "E10r": LedgerEvent("质保留存", moves.retention_kept),
    "E11": LedgerEvent("释放质保留存", moves.retention_released),
    "E12": LedgerEvent("溢交补款", moves.over_delivery_called),
    "E13": LedgerEvent("买方违约金", moves.penalty_paid_by_buyer),
    "E14": LedgerEvent("卖方违约金", moves.penalty_paid_by_seller),
    "E15": LedgerEvent("合同解除退款", moves.escrow_refunded),
    "E16.paid_in": LedgerEvent("缴品质担保金", moves.bond_paid_in),
    "E16.drawn": LedgerEvent("动用品质担保金", moves.bond_drawn),
    "E16.returned": LedgerEvent("退品质担保金", moves.bond_returned),
    "E17.paid_in": LedgerEvent("缴联保互助金", moves.pool_paid_in),
    "E17.drawn": LedgerEvent("动用联保互助池", moves.pool_drawn),
    "E17.recovered": LedgerEvent("追偿归池", moves.pool_recovered),
    "E18": LedgerEvent("代收第三方费用", moves.third_party_fee_charged),
    "E19": LedgerEvent("划出手续费", moves.fees_swept),
    "E20": LedgerEvent("付第三方", moves.third_party_paid),
    "E21.held": LedgerEvent("争议暂存", moves.dispute_held),
    "E21.decided": LedgerEvent("争议裁决", moves.dispute_decided),
    "E22.credited": LedgerEvent("银行结息", moves.interest_received),
    "E22.allotted": LedgerEvent("分配利息", moves.interest_allotted),
    "E23.received": LedgerEvent("不明来款", moves.unknown_received),
    "E23.identified": LedgerEvent("不明来款认领", moves.unknown_identified),
    "E23.returned": LedgerEvent("不明来款退回", moves.unknown_returned),
}
