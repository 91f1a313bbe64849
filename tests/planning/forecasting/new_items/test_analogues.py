"""Which items are alike, and how much."""

import pytest

from sop_app.planning.forecasting.new_items.analogues import (
    Analogue,
    ItemProfile,
    SimilarityWeights,
    find_analogues,
    measure_similarity,
)

NEW = ItemProfile("N", ("food", "drinks", "tea"), "green", "kg", 10.0)


@pytest.mark.parametrize(
    ("other", "similarity"),
    [
        (ItemProfile("A", ("food", "drinks", "tea"), "green", "kg", 10.0), 1.0),
        # Two of three categories: 0.4 x 2/3 less.
        (ItemProfile("A", ("food", "drinks", "mate"), "green", "kg", 10.0), 1 - 0.4 / 3),
        (ItemProfile("A", ("food", "tea", "drinks"), "green", "kg", 10.0), 1 - 0.8 / 3),
        (ItemProfile("A", ("food", "drinks"), "green", "kg", 10.0), 1 - 0.4 / 3),
        (ItemProfile("A", ("food", "drinks", "tea"), "black", "kg", 10.0), 0.7),
        (ItemProfile("A", ("food", "drinks", "tea"), "green", "l", 10.0), 0.9),
        # Double or half the price is another price band; the square root of 2 is half way.
        (ItemProfile("A", ("food", "drinks", "tea"), "green", "kg", 20.0), 0.8),
        (ItemProfile("A", ("food", "drinks", "tea"), "green", "kg", 1.0), 0.8),
        (ItemProfile("A", ("food", "drinks", "tea"), "green", "kg", 10 * 2**0.5), 0.9),
        # What is not known does not count: family 0.3 of 0.3 + 0.1.
        (ItemProfile("A", family="green", unit="l"), 0.75),
        (ItemProfile("A"), 0.0),
    ],
)
def test_attributes_count_by_their_weights(other, similarity):
    assert measure_similarity(NEW, other) == pytest.approx(similarity, abs=1e-6)
    assert measure_similarity(other, NEW) == measure_similarity(NEW, other)


def test_weights_can_be_chosen():
    only_unit = SimilarityWeights(category=0, family=0, price=0, unit=2)
    other = ItemProfile("A", ("cars",), "red", "kg", 9_000)
    assert measure_similarity(NEW, other, only_unit) == 1


def test_the_most_similar_come_first_and_no_item_is_like_itself():
    others = [
        ItemProfile("far", ("cars",), "red", "pc", 10),
        ItemProfile("B", ("food", "drinks", "tea"), "green", "kg", 10),
        ItemProfile("A", ("food", "drinks", "tea"), "green", "kg", 10),
        ItemProfile("C", ("food", "drinks", "tea"), "black", "kg", 10),
        NEW,
    ]
    found = find_analogues(NEW, others)
    assert found == (Analogue("A", 1.0), Analogue("B", 1.0), Analogue("C", 0.7))
    assert find_analogues(NEW, others, most=1) == (Analogue("A", 1.0),)
    assert find_analogues(NEW, others, least=0.2)[-1] == Analogue("far", 0.2)
    assert find_analogues(NEW, []) == ()
