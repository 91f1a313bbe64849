"""Reflex settings. Everything an installation may change comes from the environment."""

import os

import reflex as rx

PORT = int(os.environ.get("PORT", "3000"))

config = rx.Config(
    app_name="sop_app",
    frontend_port=PORT,
    backend_port=PORT,
    backend_host=os.environ.get("HOST", "127.0.0.1"),
    api_url=f"http://localhost:{PORT}",
    cors_allowed_origins=[os.environ.get("PUBLIC_URL", f"http://localhost:{PORT}")],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode="memory",
    default_color_mode="system",
    plugins=[
        rx.plugins.RadixThemesPlugin(
            theme=rx.theme(
                accent_color="indigo",
                gray_color="slate",
                radius="medium",
                scaling="100%",
                panel_background="solid",
                appearance="inherit",
            )
        )
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
