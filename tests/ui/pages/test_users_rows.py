"""What the users page tells about the mails it has sent."""

from sop_app.ui.pages.users.rows import mail_told


def test_an_invitation_is_said_to_be_sent_only_where_a_server_sends_it() -> None:
    detail = "The link in the mail works for 7 days."
    assert mail_told("Invitation", detail, has_server=True) == {
        "title": "Invitation sent",
        "detail": detail,
    }
    assert mail_told("Invitation", detail, has_server=False) == {
        "title": "Invitation kept",
        "detail": "No mail server is set up. Open the mail to hand it over.",
        "action": "Mail",
        "href": "/mail",
    }
