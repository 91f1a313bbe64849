"""One folder per screen, named as its route."""

import reflex as rx

from sop_app.ui.pages.account.page import account_page
from sop_app.ui.pages.account.state import AccountState
from sop_app.ui.pages.forecast.page import forecast_page
from sop_app.ui.pages.forecast.state import ForecastGridState
from sop_app.ui.pages.forgot_password.page import forgot_password_page
from sop_app.ui.pages.home.page import home_page
from sop_app.ui.pages.reports.page import reports_page
from sop_app.ui.pages.reports.state import ReportsState
from sop_app.ui.pages.reset_password.page import reset_password_page
from sop_app.ui.pages.sign_in.page import sign_in_page
from sop_app.ui.pages.users.page import users_page
from sop_app.ui.pages.users.state import UsersState
from sop_app.ui.shell.session_state import SessionState

ENTER = SessionState.enter


def register_pages(app: rx.App) -> None:
    """Add every screen to the app; those without ``on_load`` work without being signed in."""
    app.add_page(account_page, "/account", title="Account", on_load=[ENTER, AccountState.load])
    app.add_page(forgot_password_page, "/forgot-password", title="Forgot your password")
    app.add_page(home_page, "/", title="Home", on_load=ENTER)
    app.add_page(reset_password_page, "/reset-password", title="Set your password")
    app.add_page(sign_in_page, "/sign-in", title="Sign in")
    app.add_page(
        forecast_page, "/forecast", title="Forecast entry", on_load=[ENTER, ForecastGridState.load]
    )
    app.add_page(reports_page, "/reports", title="Reports", on_load=[ENTER, ReportsState.load])
    app.add_page(users_page, "/users", title="Users", on_load=[ENTER, UsersState.load])
