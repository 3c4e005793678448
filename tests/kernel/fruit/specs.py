"""Random specs, as wide as the tables allow."""

from hypothesis import strategies as st

from goldfruit.kernel.fruit import Spec, origins
from goldfruit.kernel.fruit.words import words

BANDS = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(40, 99), st.none()),
    st.tuples(st.none(), st.integers(40, 130)),
    st.tuples(st.integers(40, 80), st.integers(81, 130)),
)
PLACES = sorted({division.code for division in origins.names().values()})


def _codes(attribute: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from([t.code for t in dict(words().tables())[attribute]])


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Return a spec with a variety; without one a reader takes the rest to speak of 富士."""
    least, most = draw(BANDS)
    grade = draw(st.none() | st.sampled_from(words().grades))
    season = draw(st.none() | st.integers(10, 39))
    return Spec(
        variety=draw(_codes("variety").filter(bool)),
        bagging=draw(_codes("bagging")),
        size_min_mm=least,
        size_max_mm=most,
        grade_scheme=grade.scheme if grade else None,
        grade=grade.code if grade else None,
        color_type=draw(_codes("color_type")),
        owner_type=draw(_codes("owner_type")),
        stage=draw(_codes("stage")),
        origin_code=draw(st.none() | st.sampled_from(PLACES)),
        season=f"20{season}/{season + 1}" if season else None,
        packing=draw(_codes("packing")),
    )
