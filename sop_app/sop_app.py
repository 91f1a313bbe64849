"""Composition root of the web: builds the app, mounts the API, registers the pages."""

import reflex as rx


def index() -> rx.Component:
    return rx.heading("S&OP", as_="h1", size="6")


app = rx.App()
app.add_page(index, route="/")
