"""Events and their postings (事项与分录), domain.md §4.3: one function an event.

Each returns balanced legs for values of the event and knows nothing else.
Amounts are above zero; a part that is nil (no retention, say) is not posted.
E24, the freeze by a court, moves nothing and has no function.
"""

from goldfruit.kernel.units import Money
from goldfruit.ledger.rules.accounts import (
    BANK,
    FEES,
    SUSPENSE,
    THIRD_PARTIES,
    bond,
    disputed,
    escrow,
    free,
    leaving,
    margin,
    pool,
    retention,
)
from goldfruit.ledger.rules.entries import Legs, transfer


def cash_in(*, member: int, amount: Money) -> Legs:
    """E01 入金: the bank received a member's money."""
    return transfer(amount, debit=BANK, credit=free(member))


def cash_out_applied(*, member: int, amount: Money) -> Legs:
    """E02a 出金申请: the money leaves what can be spent."""
    return transfer(amount, debit=free(member), credit=leaving(member))


def cash_out_confirmed(*, member: int, amount: Money) -> Legs:
    """E02b 出金成功: the bank paid."""
    return transfer(amount, debit=leaving(member), credit=BANK)


def cash_out_failed(*, member: int, amount: Money) -> Legs:
    """E02b 出金失败: the bank did not pay."""
    return transfer(amount, debit=leaving(member), credit=free(member))


def margin_frozen(*, member: int, amount: Money) -> Legs:
    """E03 冻结保证金: a hold is placed."""
    return transfer(amount, debit=free(member), credit=margin(member))


def margin_released(*, member: int, amount: Money) -> Legs:
    """E04 释放保证金: a hold, or a part of it, is released."""
    return transfer(amount, debit=margin(member), credit=free(member))


def fee_charged(*, member: int, amount: Money) -> Legs:
    """E05 手续费."""
    return transfer(amount, debit=free(member), credit=FEES)


def fee_returned(*, member: int, amount: Money) -> Legs:
    """E05r 退手续费: the counterparty defaulted and the contract is void."""
    return transfer(amount, debit=FEES, credit=free(member))


def goods_paid(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E06 付货款: the buyer pays into escrow."""
    return transfer(amount, debit=free(buyer), credit=escrow(buyer, contract))


def margin_applied(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E07 保证金转货款: the buyer's margin becomes payment."""
    return transfer(amount, debit=margin(buyer), credit=escrow(buyer, contract))


def short_weight_refunded(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E08 短重退款."""
    return transfer(amount, debit=escrow(buyer, contract), credit=free(buyer))


def quality_refunded(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E09 质量扣价退款."""
    return transfer(amount, debit=escrow(buyer, contract), credit=free(buyer))


def seller_paid(*, buyer: int, seller: int, contract: int, amount: Money) -> Legs:
    """E10 付卖方: the net amount less the retention, on acceptance."""
    return transfer(amount, debit=escrow(buyer, contract), credit=free(seller))


def retention_kept(*, buyer: int, seller: int, contract: int, amount: Money) -> Legs:
    """E10r 质保留存."""
    return transfer(amount, debit=escrow(buyer, contract), credit=retention(seller))


def retention_released(*, seller: int, amount: Money) -> Legs:
    """E11 释放质保留存."""
    return transfer(amount, debit=retention(seller), credit=free(seller))


def over_delivery_called(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E12 溢交补款: the buyer accepted more and pays it into escrow."""
    return transfer(amount, debit=free(buyer), credit=escrow(buyer, contract))


def penalty_paid_by_buyer(*, buyer: int, seller: int, amount: Money) -> Legs:
    """E13 买方违约金, out of the buyer's margin."""
    return transfer(amount, debit=margin(buyer), credit=free(seller))


def penalty_paid_by_seller(*, buyer: int, seller: int, amount: Money) -> Legs:
    """E14 卖方违约金, out of the seller's margin."""
    return transfer(amount, debit=margin(seller), credit=free(buyer))


def escrow_refunded(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E15 合同解除退款."""
    return transfer(amount, debit=escrow(buyer, contract), credit=free(buyer))


def bond_paid_in(*, member: int, amount: Money) -> Legs:
    """E16 缴品质担保金."""
    return transfer(amount, debit=free(member), credit=bond(member))


def bond_drawn(*, member: int, victim: int, amount: Money) -> Legs:
    """E16 动用品质担保金, for whoever was harmed."""
    return transfer(amount, debit=bond(member), credit=free(victim))


def bond_returned(*, member: int, amount: Money) -> Legs:
    """E16 退品质担保金."""
    return transfer(amount, debit=bond(member), credit=free(member))


def pool_paid_in(*, member: int, group: int, amount: Money) -> Legs:
    """E17 缴联保互助金."""
    return transfer(amount, debit=free(member), credit=pool(group))


def pool_drawn(*, group: int, victim: int, amount: Money) -> Legs:
    """E17 动用联保互助池."""
    return transfer(amount, debit=pool(group), credit=free(victim))


def pool_recovered(*, defaulter: int, group: int, amount: Money) -> Legs:
    """E17 追偿归池: recourse from the one who defaulted."""
    return transfer(amount, debit=free(defaulter), credit=pool(group))


def third_party_fee_charged(*, member: int, amount: Money) -> Legs:
    """E18 代收仓储、检测、物流费."""
    return transfer(amount, debit=free(member), credit=THIRD_PARTIES)


def fees_swept(*, amount: Money) -> Legs:
    """E19 划出手续费 to the operator's own account, at day-end."""
    return transfer(amount, debit=FEES, credit=BANK)


def third_party_paid(*, amount: Money) -> Legs:
    """E20 付第三方."""
    return transfer(amount, debit=THIRD_PARTIES, credit=BANK)


def dispute_held(*, buyer: int, contract: int, amount: Money) -> Legs:
    """E21 争议暂存."""
    return transfer(amount, debit=escrow(buyer, contract), credit=disputed(contract))


def dispute_decided(*, contract: int, winner: int, amount: Money) -> Legs:
    """E21 争议裁决."""
    return transfer(amount, debit=disputed(contract), credit=free(winner))


def interest_received(*, amount: Money) -> Legs:
    """E22 银行结息."""
    return transfer(amount, debit=BANK, credit=SUSPENSE)


def interest_allotted(*, member: int, amount: Money) -> Legs:
    """E22 分配利息."""
    return transfer(amount, debit=SUSPENSE, credit=free(member))


def unknown_received(*, amount: Money) -> Legs:
    """E23 不明来款."""
    return transfer(amount, debit=BANK, credit=SUSPENSE)


def unknown_identified(*, member: int, amount: Money) -> Legs:
    """E23 不明来款认领."""
    return transfer(amount, debit=SUSPENSE, credit=free(member))


def unknown_returned(*, amount: Money) -> Legs:
    """E23 不明来款退回."""
    return transfer(amount, debit=SUSPENSE, credit=BANK)
