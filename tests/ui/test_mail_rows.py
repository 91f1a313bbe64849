"""What the mail page says about a mail."""

from dataclasses import replace
from datetime import timedelta

from sop_app.system.notifications.schemas import MailKind, MailPreview, MailRow, MailStatus
from sop_app.ui.pages.mail.rows import outcome_of, preview_of, table_row
from tests.people import NOW

MAIL = MailRow(
    id=7,
    kind=MailKind.INVITATION,
    to_name="Elena Marsh",
    to_email="elena@example.test",
    subject="Welcome",
    status=MailStatus.QUEUED,
    created_at=NOW,
    due_at=NOW + timedelta(minutes=5),
    sent_at=None,
    attempts=1,
    last_error="",
)


def test_the_outcome_is_one_sentence() -> None:
    assert outcome_of(MAIL, NOW) == "Goes out within seconds"
    waiting = replace(MAIL, last_error="451 Greylisted")
    assert outcome_of(waiting, NOW) == "451 Greylisted; tried again Today 09:35"
    assert outcome_of(replace(MAIL, status=MailStatus.SENT, sent_at=NOW), NOW) == "Sent Today 09:30"
    assert outcome_of(replace(waiting, status=MailStatus.FAILED), NOW) == "451 Greylisted"
    assert table_row(replace(waiting, status=MailStatus.FAILED), NOW)["outcome_tone"] == "bad"


def test_text_is_shown_as_text() -> None:
    preview = preview_of(MailPreview(MAIL, "<script>alert(1)</script>", "<p>", True), NOW)
    assert "<script>" not in preview["text"]
    assert "&lt;script&gt;" in preview["text"]
    assert preview["may_resend"]
    spent = MailPreview(replace(MAIL, status=MailStatus.SENT), "", "", True)
    assert not preview_of(spent, NOW)["may_resend"]
