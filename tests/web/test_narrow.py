"""Tables on a narrow screen: a cell is told by the word of its own column."""

from markupsafe import Markup

from goldfruit.web.formats import Language, actor_text
from goldfruit.web.narrow import labelled

HEAD = (
    '<thead><tr><th scope="col">日期</th><th scope="col" class="n">低 <span>元</span></th>'
    '<th scope="col" data-aside>编制</th></tr></thead>'
)


class TestLabelled:
    def test_every_cell_carries_the_word_of_its_column(self) -> None:
        row = '<tbody><tr><th scope="row">5日</th><td class="n">3</td><td>甲</td></tr></tbody>'
        told = labelled(HEAD + row)
        assert '<th scope="row">5日' in told  # it heads the row, so it needs no word
        assert '<td class="n" data-label="低 元">3' in told

    def test_a_column_that_stands_aside_takes_its_cells_along(self) -> None:
        row = '<tbody><tr><th scope="row">5日</th><td>3</td><td>甲</td></tr></tbody>'
        assert '<td data-label="编制" data-aside>甲' in labelled(HEAD + row)
        assert labelled(HEAD + row).count("data-aside") == 2

    def test_a_table_that_keeps_its_columns_gets_no_words(self) -> None:
        row = '<tbody><tr><th scope="row">5日</th><td>3</td><td>甲</td></tr></tbody>'
        assert labelled(HEAD + row, words=False).endswith(
            "<td>3</td><td data-aside>甲</td></tr></tbody>"
        )

    def test_a_cell_over_two_columns_moves_the_next_one_on(self) -> None:
        row = '<tbody><tr><td colspan="2">不发布</td><td>甲</td></tr></tbody>'
        assert '<td data-label="编制" data-aside>甲' in labelled(HEAD + row)

    def test_a_quote_in_a_head_cannot_leave_the_attribute(self) -> None:
        head = '<thead><tr><th scope="col">&#34; onclick=&#34;x</th></tr></thead>'
        told = labelled(head + "<tbody><tr><td>1</td></tr></tbody>")
        assert "&#34; onclick=&#34;x" in told.partition("</thead>")[2]
        assert '" onclick="' not in told

    def test_a_table_without_heads_stays_as_it_is(self) -> None:
        bare = Markup("<tbody><tr><td>1</td></tr></tbody>")
        assert labelled(bare) == bare


class TestActor:
    def test_a_code_of_an_actor_is_said_in_words(self) -> None:
        assert actor_text("system") == "系统"
        assert actor_text("user:33") == "用户 33"
        assert actor_text("guest", Language.EN) == "Guest"

    def test_an_unknown_actor_keeps_its_name(self) -> None:
        assert actor_text("keeper") == "keeper"
