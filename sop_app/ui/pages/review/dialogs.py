"""The one question before several forecasts are decided."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import return_button, secondary_button
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog, form_dialog
from sop_app.ui.components.forms import Field, text_area

from .decision_state import APPROVE, COMMENT_REQUIRED, RETURN, DecisionState

S: Bound = DecisionState


def decision_dialogs() -> rx.Component:
    """Hold the questions of the review page."""
    comment = Field("bulk_comment", "Comment", S.bulk_error, COMMENT_REQUIRED)
    buttons = rx.flex(
        rx.dialog.close(secondary_button("Keep submitted")),
        return_button("Return", on_click=S.return_asked),
        justify="end",
        gap="8px",
        margin_top="20px",
    )
    return rx.fragment(
        confirm_dialog(
            S.question,
            S.consequence,
            Act("Approve", S.approve_asked, "check"),
            keep="Keep submitted",
            opening=Opening(is_open=S.asked == APPROVE, on_change=S.answer),
        ),
        form_dialog(
            S.question,
            rx.box(
                text_area(comment, value=S.bulk_comment, on_change=S.write_bulk_comment), buttons
            ),
            Opening(is_open=S.asked == RETURN, on_change=S.answer),
            line=S.consequence,
        ),
    )
