from datetime import timedelta

import pytest

from goldfruit.prices.rules.calculation import calculate
from goldfruit.prices.rules.definitions import parsed
from goldfruit.prices.rules.frozen import FrozenInputsDamaged, check, freeze, thaw
from goldfruit.prices.rules.outcomes import Inputs
from tests.prices.rules.observed import DAY, day, document, run, small_definition

DAY_2 = DAY + timedelta(days=1)
FIRST = day(DAY, A=3.36, B=2.60, C=1.71)
SECOND = day(DAY_2, A=3.30, B=2.652)


class TestFrozenInputs:
    def inputs(self) -> Inputs:
        return Inputs((SECOND,), run(small_definition(), FIRST).state)

    def test_a_recomputation_from_the_rows_is_the_same_bit_for_bit(self) -> None:
        definition, inputs = small_definition(), self.inputs()
        frozen = freeze(definition, inputs)

        check(frozen.rows, frozen.digests, frozen.digest)
        assert calculate(definition, thaw(frozen.rows, definition)) == calculate(definition, inputs)
        assert freeze(definition, thaw(frozen.rows, definition)) == frozen

    @pytest.mark.parametrize("place", [0, 1, 2, -1])
    def test_an_altered_row_is_named(self, place: int) -> None:
        frozen = freeze(small_definition(), self.inputs())
        rows = list(frozen.rows)
        rows[place] = rows[place].replace("1", "2", 1) if "1" in rows[place] else rows[place] + " "

        with pytest.raises(FrozenInputsDamaged) as refusal:
            check(rows, frozen.digests, frozen.digest)

        assert refusal.value.row == range(1, len(rows) + 1)[place]

    def test_a_row_taken_away_with_its_digest_breaks_the_chain(self) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged, match="chain"):
            check(frozen.rows[:-1], frozen.digests[:-1], frozen.digest)

    def test_rows_of_another_definition_are_refused(self) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged):
            thaw(frozen.rows, parsed(document()))

    @pytest.mark.parametrize("row", ["[]", "{", '{"row":"cell"}', '{"row":"x","day":"2025-10-09"}'])
    def test_a_row_that_cannot_be_read_is_named(self, row: str) -> None:
        frozen = freeze(small_definition(), self.inputs())

        with pytest.raises(FrozenInputsDamaged) as refusal:
            thaw([*frozen.rows, row], small_definition())

        assert refusal.value.row == len(frozen.rows) + 1

    def test_days_out_of_order_are_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="ascend"):
            Inputs((SECOND, FIRST))
