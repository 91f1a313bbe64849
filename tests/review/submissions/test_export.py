"""The status of a cycle as a file."""

from sop_app.review.submissions import service
from sop_app.review.submissions.export import status_columns, status_rows
from sop_app.system.spreadsheets.export import csv_lines


async def test_the_file_has_a_line_per_visible_rep(plan):
    _, found = await plan.run("tomas", service.list_progress_of_cycle, plan.cycle.id)
    rows = status_rows(found, plan.cycle.time_zone)
    lines = [line.rstrip() async for line in csv_lines(status_columns("SEK"), rows)]
    assert lines[0].startswith("Sales rep,Status,Rows,Complete,Mandatory months filled")
    assert ",Forecast SEK," in lines[0]
    elena, priya = lines[1:]
    assert elena.startswith("Elena Marsh,not started,6,0,4,72,6,0,0,0,34817.50,0.0553,")
    assert priya.startswith("Priya Raman,not started,")
