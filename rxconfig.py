"""Reflex settings. Everything an installation may change comes from the environment."""

import os
from pathlib import Path

import reflex as rx

from sop_app.ui.shell.theme import radix_theme

PORT = int(os.environ.get("PORT", "3000"))


class SameOriginPlugin(rx.plugins.Plugin):
    """Let the built front end talk to whatever host and port served it."""

    def post_build(self, *, static_dir: Path, **_context: object) -> None:
        """Replace the addresses baked in at build time by the page's own origin."""
        [environment] = (static_dir / "assets").glob("reflex-env-*.js")
        text = environment.read_text()
        socket = '(location.protocol==="https:"?"wss://":"ws://")+location.host+'
        for quote in ('"', "`", "'"):
            text = text.replace(f"{quote}ws://localhost:{PORT}", f"{socket}{quote}")
            text = text.replace(f"{quote}http://localhost:{PORT}", f"location.origin+{quote}")
        environment.write_text(text)


def allowed_origins() -> list[str]:
    """Name the addresses whose pages may open the socket: ours, under both names of this machine."""
    public_url = os.environ.get("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
    return sorted({public_url, public_url.replace("//localhost", "//127.0.0.1")})


config = rx.Config(
    app_name="sop_app",
    frontend_port=PORT,
    backend_port=PORT,
    backend_host=os.environ.get("HOST", "127.0.0.1"),
    api_url=f"http://localhost:{PORT}",
    cors_allowed_origins=allowed_origins(),
    trusted_proxy_hops=int(os.environ.get("SOP_TRUSTED_PROXIES", "0")),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode="memory",
    default_color_mode="system",
    plugins=[
        rx.plugins.RadixThemesPlugin(theme=radix_theme()),
        SameOriginPlugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
