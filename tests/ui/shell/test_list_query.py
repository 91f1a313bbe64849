"""What the address of a list says: written and read back, and nonsense ignored."""

from hypothesis import given
from hypothesis import strategies as st

from sop_app.ui.shell.list_state import PAGE_SIZES, ListQuery

FILTERS = ("region", "status")
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
queries = st.builds(
    ListQuery,
    find=st.one_of(st.just(""), words),
    filters=st.dictionaries(
        st.sampled_from(FILTERS), st.lists(words, min_size=1, max_size=3), max_size=2
    ),
    sort=st.sampled_from(["name", "code"]),
    is_descending=st.booleans(),
    page=st.integers(1, 999_999),
    size=st.sampled_from(PAGE_SIZES),
)


@given(queries)
def test_an_address_says_what_it_was_written_for(query):
    assert ListQuery.parse(query.write("name"), FILTERS, "name") == query


@given(queries)
def test_a_list_that_begins_with_the_largest_says_only_the_other_order(query):
    written = query.write("name", sorts_down=True)
    assert ListQuery.parse(written, FILTERS, "name", sorts_down=True) == query
    assert ("is_descending" in written) == (not query.is_descending) or "find" in written


@given(st.text(max_size=200))
def test_any_address_can_be_read(text):
    found = ListQuery.parse(text, FILTERS, "name")
    assert found.page >= 1
    assert found.size in PAGE_SIZES
    assert set(found.filters) <= set(FILTERS)


def test_what_is_as_always_is_not_written():
    assert ListQuery(sort="name").write("name") == ""
    assert ListQuery(sort="name", page=3, size=50).write("name", with_page=False) == ""


def test_nonsense_is_ignored():
    found = ListQuery.parse(
        "page=0&page_size=7&is_descending=yes&owner=1&region=North", FILTERS, "name"
    )
    assert found == ListQuery(filters={"region": ["North"]}, sort="name")
