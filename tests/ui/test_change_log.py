"""The change log: what is written of an audit entry, and what is left out."""

from datetime import UTC, datetime

from sop_app.ui.components.change_log import NamedChange, change_rows, with_names

AT = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)


def entry(action, before, after):
    return NamedChange(AT, "Elena Marsh", action, before, after)


def written(action, before, after, fields=None):
    [row] = change_rows([entry(action, before, after)], {"done": "Done"}, fields or {}, AT)
    return row


def test_a_change_names_both_values():
    row = written("done", {"region": "North"}, {"region": "South"}, {"region": "Region"})
    assert (row["at"], row["who"], row["what"]) == ("Today 09:30", "Elena Marsh", "Done")
    assert row["changes"] == ["Region: North → South"]


def test_a_creation_leaves_out_what_is_empty():
    row = written("thing_made", {}, {"name": "A", "region": "", "unit_cost": "0", "rep": None})
    assert (row["what"], row["changes"]) == ("Thing made", ["Name: A"])


def test_emptied_values_booleans_and_long_lists():
    assert written("x", {"region": "N"}, {"region": ""})["changes"] == ["Region: N → –"]
    assert written("x", {"is_on": False}, {"is_on": True})["changes"] == ["Is on: No → Yes"]
    line = written("x", {}, {"assigned": [f"P{n}" for n in range(10)]})["changes"][0]
    assert line.endswith("P7 and 2 more")


def test_keys_of_other_records_become_names():
    [named] = with_names(
        [entry("x", {"sales_rep_id": 7}, {"sales_rep_id": 9, "region": "N"})],
        "sales_rep_id",
        {7: "Elena Marsh"},
    )
    assert named.before == {"sales_rep_id": "Elena Marsh"}
    assert named.after == {"sales_rep_id": None, "region": "N"}
