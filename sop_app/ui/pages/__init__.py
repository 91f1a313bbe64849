"""One folder per screen, named as its route."""

import reflex as rx

from sop_app.ui.pages.account.page import account_page
from sop_app.ui.pages.account.state import AccountState
from sop_app.ui.pages.assignments.matrix_state import MatrixState
from sop_app.ui.pages.assignments.page import assignments_page
from sop_app.ui.pages.assignments.state import AssignmentsState
from sop_app.ui.pages.categories.page import categories_page
from sop_app.ui.pages.categories.state import CategoriesState
from sop_app.ui.pages.customer.page import customer_page
from sop_app.ui.pages.customer.state import CustomerState
from sop_app.ui.pages.customer_form.page import customer_form_page
from sop_app.ui.pages.customer_form.state import CustomerFormState
from sop_app.ui.pages.customers.page import customers_page
from sop_app.ui.pages.customers.state import CustomersState
from sop_app.ui.pages.cycle.page import cycle_page
from sop_app.ui.pages.cycle.state import CycleState
from sop_app.ui.pages.cycles.page import cycles_page
from sop_app.ui.pages.cycles.state import CyclesState
from sop_app.ui.pages.forecast.page import forecast_page
from sop_app.ui.pages.forecast.state import ForecastGridState
from sop_app.ui.pages.forecast_upload.page import forecast_upload_page
from sop_app.ui.pages.forecast_upload.state import ForecastUploadState
from sop_app.ui.pages.forecasting.page import forecasting_page
from sop_app.ui.pages.forecasting.state import ForecastingState
from sop_app.ui.pages.forecasting_accuracy.page import forecasting_accuracy_page
from sop_app.ui.pages.forecasting_accuracy.state import ForecastingAccuracyState
from sop_app.ui.pages.forecasting_item.page import forecasting_item_page
from sop_app.ui.pages.forecasting_item.state import ForecastingItemState
from sop_app.ui.pages.forecasting_runs.page import forecasting_runs_page
from sop_app.ui.pages.forecasting_runs.state import ForecastingRunsState
from sop_app.ui.pages.forgot_password.page import forgot_password_page
from sop_app.ui.pages.home.page import home_page
from sop_app.ui.pages.home.state import HomeState
from sop_app.ui.pages.import_batch.page import import_batch_page
from sop_app.ui.pages.import_batch.state import ImportBatchState
from sop_app.ui.pages.imports.page import imports_page
from sop_app.ui.pages.imports.state import ImportsState
from sop_app.ui.pages.mail.page import mail_page
from sop_app.ui.pages.mail.state import MailState
from sop_app.ui.pages.not_found.page import not_found_page
from sop_app.ui.pages.prices.page import prices_page
from sop_app.ui.pages.prices.state import PricesState
from sop_app.ui.pages.product.page import product_page
from sop_app.ui.pages.product.state import ProductState
from sop_app.ui.pages.product_form.page import product_form_page
from sop_app.ui.pages.product_form.state import ProductFormState
from sop_app.ui.pages.products.page import products_page
from sop_app.ui.pages.products.state import ProductsState
from sop_app.ui.pages.reports.page import reports_page
from sop_app.ui.pages.reports.state import ReportsState
from sop_app.ui.pages.reset_password.page import reset_password_page
from sop_app.ui.pages.review.page import review_page
from sop_app.ui.pages.review.submissions_state import SubmissionsState
from sop_app.ui.pages.sales_history.page import sales_history_page
from sop_app.ui.pages.sales_history.state import SalesHistoryState
from sop_app.ui.pages.settings.page import settings_page
from sop_app.ui.pages.settings.state import SettingsState
from sop_app.ui.pages.sign_in.page import sign_in_page
from sop_app.ui.pages.users.page import users_page
from sop_app.ui.pages.users.state import UsersState
from sop_app.ui.shell.session_state import SessionState

ENTER = SessionState.enter


def register_pages(app: rx.App) -> None:
    """Add every screen to the app; those without ``on_load`` work without being signed in."""
    app.add_page(account_page, "/account", title="Account", on_load=[ENTER, AccountState.load])
    app.add_page(forgot_password_page, "/forgot-password", title="Forgot your password")
    app.add_page(cycle_page, "/cycle", title="Cycle", on_load=[ENTER, CycleState.load])
    app.add_page(cycles_page, "/cycles", title="Cycles", on_load=[ENTER, CyclesState.load])
    app.add_page(home_page, "/", title="Home", on_load=[ENTER, HomeState.load])
    app.add_page(mail_page, "/mail", title="Mail", on_load=[ENTER, MailState.load])
    app.add_page(review_page, "/review", title="Review", on_load=[ENTER, SubmissionsState.load])
    app.add_page(not_found_page, "404", title="Not found")
    app.add_page(reset_password_page, "/reset-password", title="Set your password")
    app.add_page(
        sales_history_page,
        "/sales-history",
        title="Sales history",
        on_load=[ENTER, SalesHistoryState.load],
    )
    app.add_page(sign_in_page, "/sign-in", title="Sign in")
    app.add_page(
        forecast_page, "/forecast", title="Forecast entry", on_load=[ENTER, ForecastGridState.load]
    )
    app.add_page(
        forecast_upload_page,
        "/forecast/upload",
        title="Import forecast",
        on_load=[ENTER, ForecastUploadState.load],
    )
    app.add_page(reports_page, "/reports", title="Reports", on_load=[ENTER, ReportsState.load])
    app.add_page(settings_page, "/settings", title="Settings", on_load=[ENTER, SettingsState.load])
    app.add_page(users_page, "/users", title="Users", on_load=[ENTER, UsersState.load])
    _register_forecasting(app)
    _register_master_data(app)


def _register_forecasting(app: rx.App) -> None:
    for page, below, title, load in (
        (forecasting_page, "", "Forecasting", ForecastingState.load),
        (forecasting_item_page, "/item", "Forecast of an item", ForecastingItemState.load),
        (forecasting_accuracy_page, "/accuracy", "Accuracy", ForecastingAccuracyState.load),
        (forecasting_runs_page, "/runs", "Forecast runs", ForecastingRunsState.load),
    ):
        app.add_page(page, f"/forecasting{below}", title=title, on_load=[ENTER, load])


def _register_master_data(app: rx.App) -> None:
    for page, route, title, load in (
        (customers_page, "/customers", "Customers", CustomersState.load),
        (customer_form_page, "/customers/new", "New customer", CustomerFormState.load),
        (customer_page, "/customers/[customer_id]", "Customer", CustomerState.load),
        (
            customer_form_page,
            "/customers/[customer_id]/edit",
            "Edit customer",
            CustomerFormState.load,
        ),
        (products_page, "/products", "Products", ProductsState.load),
        (product_form_page, "/products/new", "New product", ProductFormState.load),
        (product_page, "/products/[product_id]", "Product", ProductState.load),
        (
            product_form_page,
            "/products/[product_id]/edit",
            "Edit product",
            ProductFormState.load,
        ),
        (categories_page, "/categories", "Categories", CategoriesState.load),
        (prices_page, "/prices", "Prices", PricesState.load),
        (imports_page, "/imports", "Imports", ImportsState.load),
        (import_batch_page, "/imports/[batch_id]", "Import", ImportBatchState.load),
    ):
        app.add_page(page, route, title=title, on_load=[ENTER, load])
    app.add_page(
        assignments_page,
        "/assignments",
        title="Assignments",
        on_load=[ENTER, AssignmentsState.load, MatrixState.load],
    )
