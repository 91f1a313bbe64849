"""The home page: a sales rep's own forecast, or the cycle as a whole."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.messages import page_message, skeleton_table
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .overview import overview
from .rep import rep_home
from .rep_state import RepHomeState
from .state import OVERVIEW, REP, HomeState

S: Bound = HomeState


def home_page() -> rx.Component:
    """Show what waits for the signed-in person."""
    returned = rx.cond(
        (S.kind == REP) & (RepHomeState.returned != ""),
        page_message("returned", RepHomeState.returned, RepHomeState.returned_detail),
    )
    body = rx.match(
        S.kind,
        (REP, rep_home(returned)),
        (OVERVIEW, overview()),
        flush_card(skeleton_table()),
    )
    return page_template(rx.fragment(body), route="/", crumbs=[Crumb("Home")])
