"""Which permission every event handler of a screen has to name: the specification, not the code.

Written by hand from ``docs/permissions.md``. A handler that is missing here fails a test, and so
does one whose declaration says something else. Who adds a handler adds it here first.
"""

from sop_app.system.auth.permissions import Permission

P = Permission
LIST = "change_page_size choose_filter clear_filters find_rows load sort toggle_filter turn_page"
FORM = "keep_mine load save show_conflict take_theirs"

HANDLERS: dict[P, dict[str, str]] = {
    P.ACCOUNT_USE: {
        "AccountState": "load end_session",
        "JobState": "cancel watch",
        "NoticeState": "dismiss_notice",
        "SearchState": "find",
        "SessionState": "enter read_notices",
    },
    P.USERS_MANAGE: {
        "UsersState": f"{LIST} open_new open_person show_form save ask_to_disable show_disable "
        "disable enable sign_out send_link",
    },
    P.SETTINGS_MANAGE: {"SettingsState": "load save"},
    P.DASHBOARD_VIEW: {"HomeState": "load"},
    P.MAIL_VIEW: {
        "MailState": f"{LIST} open_mail resend show_preview",
    },
    P.CUSTOMERS_VIEW: {"CustomersState": LIST, "CustomerState": "load open_tab"},
    P.CUSTOMERS_EDIT: {
        "CustomersState": "ask_delete change_status deactivate delete hand_over open_question "
        "restore select_page select_row",
        "CustomerFormState": FORM,
    },
    P.PRODUCTS_VIEW: {
        "ProductsState": LIST,
        "ProductState": "load",
        "CategoriesState": "load",
    },
    P.PRODUCTS_EDIT: {
        "ProductsState": "ask_delete delete discontinue open_question restore",
        "ProductFormState": FORM,
        "CategoriesState": "ask_delete delete open_edit open_new open_question save show_form",
    },
    P.PRICES_VIEW: {"PricesState": f"{LIST} widen"},
    P.PRICES_EDIT: {
        "PricesState": "ask_delete delete open_question",
        "PriceFormState": "open_edit open_new save show_form suggest_customers suggest_products",
    },
    P.ASSIGNMENTS_VIEW: {
        "AssignmentsState": "choose choose_family find_choices find_subjects load show_view "
        "turn_page",
        "MatrixState": "choose_family find_columns find_rows load turn_columns turn_page",
    },
    P.ASSIGNMENTS_EDIT: {
        "AssignmentsState": "assign_shown end_shown switch",
        "MatrixState": "switch",
    },
    P.SALES_HISTORY_VIEW: {
        "ProductState": "open_tab",
        "SalesHistoryState": f"{LIST} choose_rows open_line",
    },
    P.CYCLES_VIEW: {"CyclesState": "load"},
    P.CYCLES_MANAGE: {
        "CompletenessState": "remind_all remind_one",
        "CycleActsState": "answer ask close_window delete_draft open_window reopen_window",
        "CycleFormState": "answer create edit keep_mine save show_conflict take_theirs",
        "CycleState": "finish_step resume_step",
    },
    P.FORECAST_VIEW: {
        "CompletenessState": "choose_chip",
        "CycleState": "load",
        "ForecastActState": "show_unfinished",
        "ForecastCommentState": "resolve send",
        "ForecastDrawerState": "close toggle",
        "ForecastFilterState": "choose_chip choose_customer choose_family choose_sales_rep clear "
        "find_rows show_unit sort_by toggle_compare",
        "ForecastEditState": "keep_theirs skip",
        "ForecastGridState": "load move_window restart select unfold",
        "ForecastViewState": "recount",
    },
    P.FORECAST_EDIT: {
        "ForecastActState": "ask change_asking copy submit",
        "ForecastEditState": "edit redo undo use_mine",
        "ForecastSpreadState": "ask change_asking spread toggle_holds",
        "ForecastUploadState": "accept choose_lines give_up leave_out load turn_page",
        "RepHomeState": "clear find_customer",
    },
    P.FORECAST_REVIEW: {
        "DecisionState": "answer approve approve_asked ask_about_small_changes ask_about_ticked "
        "return_asked return_rows write_bulk_comment write_comment",
        "ReviewPanelState": "choose_basis choose_customer show_more sort toggle_row toggle_rows",
        "SubmissionsState": "choose_chip load open_rep refresh toggle_all toggle_rep",
    },
    P.IMPORTS_USE: {
        "ImportsState": f"{LIST} ask_delete ask_rename choose_kind delete open_question rename",
        "ImportBatchState": "accept check give_up leave_out load mark_errors stop watch",
        "ImportLinesState": "choose_lines turn_page",
        "ImportMatchingState": "answer choose_field choose_header choose_sheet save_mapping "
        "use_mapping",
    },
    P.REPORTS_VIEW: {
        "ReportsState": f"{LIST} choose_cycle choose_rows make_file open_line",
    },
    P.STATISTICS_VIEW: {
        "ForecastingState": LIST,
        "ForecastingAccuracyState": LIST,
        "ForecastingItemState": "compare load",
        "ForecastingRunsState": "load",
    },
    P.STATISTICS_RUN: {
        "BaselineState": "show_form start_run",
        "ForecastingRunsState": "pin",
    },
}


def specified_handlers() -> dict[str, P]:
    """Unfold the table: ``UsersState.save`` to its permission."""
    return {
        f"{state}.{act}": permission
        for permission, states in HANDLERS.items()
        for state, acts in states.items()
        for act in acts.split()
    }
