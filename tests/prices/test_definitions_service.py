"""Definitions: proposed by one, approved by another, never for days that are published."""

import copy
from datetime import date
from typing import Any

import pytest

from goldfruit.infra.work import Exchange
from goldfruit.prices.definitions import seed_documents
from goldfruit.prices.models import IndexDefinition
from goldfruit.prices.queries import definitions
from goldfruit.prices.rules.basket_forms import cells_of, differences, rows_of, summed
from goldfruit.prices.rules.definitions import WeightsNotWhole
from goldfruit.prices.services import definitions as defining
from tests.prices.staff import (
    ANALYST,
    APPROVER,
    SECOND,
    publish,
    quote_the_basket,
    run,
    settle_in,
)

DAY = date(2025, 10, 9)


@pytest.fixture(autouse=True)
def people(exchange: Exchange) -> None:
    settle_in(exchange)


def changed(**more: Any) -> Any:
    document: Any = copy.deepcopy(
        next(each for each in seed_documents() if each["code"] == "GFI-D")
    )
    first, second = document["basket"]["cells"][:2]
    first["weight"], second["weight"] = "0.0900", "0.0600"
    return {**document, "effective_from": "2025-12-01", **more}


def propose(exchange: Exchange, document: Any) -> IndexDefinition:
    with exchange.begin(ANALYST) as work:
        return defining.propose_definition(work, document=document, note="按上季成交")


class TestProposals:
    def test_an_approved_version_holds_from_its_day(self, exchange: Exchange) -> None:
        made = propose(exchange, changed())
        with exchange.begin(APPROVER) as work:
            defining.decide_definition(
                work, code="GFI-D", version=made.version, approve=True, note="同意"
            )

        with exchange.reading() as work:
            before = definitions.in_force(work.session, "GFI-D", date(2025, 11, 30))
            after = definitions.in_force(work.session, "GFI-D", date(2025, 12, 1))
        assert before.version < after.version == made.version
        assert after.digest == made.digest

    def test_the_proposer_does_not_approve(self, exchange: Exchange) -> None:
        made = propose(exchange, changed())
        with pytest.raises(defining.ProposerApproves), exchange.begin(ANALYST) as work:
            defining.decide_definition(work, code="GFI-D", version=made.version, approve=True)

    def test_a_rejected_one_never_holds_and_is_decided_once(self, exchange: Exchange) -> None:
        made = propose(exchange, changed())
        with exchange.begin(APPROVER) as work:
            defining.decide_definition(
                work, code="GFI-D", version=made.version, approve=False, note="来源不明"
            )
        with pytest.raises(defining.NoSuchProposal), exchange.begin(SECOND) as work:
            defining.decide_definition(work, code="GFI-D", version=made.version, approve=True)

        with exchange.reading() as work:
            found = definitions.in_force(work.session, "GFI-D", date(2026, 1, 1))
        assert found.version < made.version

    def test_there_is_one_proposal_at_a_time(self, exchange: Exchange) -> None:
        propose(exchange, changed())
        with pytest.raises(defining.ProposalPending):
            propose(exchange, changed())

    def test_a_published_day_is_not_changed(self, exchange: Exchange) -> None:
        quote_the_basket(exchange, DAY)
        publish(exchange, run(exchange, "GFI-D", DAY))

        with pytest.raises(defining.DefinitionTooLate):
            propose(exchange, changed(effective_from="2025-10-09"))

    def test_weights_add_up_to_one_exactly(self, exchange: Exchange) -> None:
        document = changed()
        document["basket"]["cells"][0]["weight"] = "0.0900001"
        with pytest.raises(WeightsNotWhole) as refusal:
            propose(exchange, document)
        assert refusal.value.total == "1.0000001"


class TestTheTable:
    def test_a_basket_survives_the_table(self) -> None:
        for document in seed_documents():
            cells = document["basket"]["cells"]  # type: ignore[index,call-overload]
            assert cells_of(rows_of(document)) == cells

    def test_says_the_sum_and_what_is_missing(self) -> None:
        rows = [{"weight": "0.25"}, {"weight": "0.5"}, {"weight": "abc"}]

        added = summed(rows)

        assert (added.total, added.missing, added.wrong, added.whole) == (
            "0.75",
            "0.25",
            (3,),
            False,
        )

    def test_tells_what_came_went_and_changed(self) -> None:
        blank = dict.fromkeys(
            ("code", "name", "weight", "family", "county", "base_price", "season"), ""
        )
        old = [{**blank, "code": "A", "weight": "0.50"}, {**blank, "code": "B", "weight": "0.5"}]
        new = [{**blank, "code": "A", "weight": "0.5"}, {**blank, "code": "C", "weight": "0.5"}]

        assert [each.code for each in differences(old, new)] == ["B", "C"]
