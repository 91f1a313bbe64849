"""Turn a kind and its facts into a mail's words, with Jinja templates.

Every kind has two templates, ``<kind>.txt`` (which also holds the subject) and ``<kind>.html``. A
fact that a template names and the caller forgot is an error here, never an empty gap in a mail.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from sop_app.system.config import get_config

from .schemas import MailKind, RenderedMail

SUBJECT_LIMIT = 200


def render_mail(kind: MailKind, context: Mapping[str, Any]) -> RenderedMail:
    """Write a mail.

    Args:
        kind: Which templates to use.
        context: The facts they name (``docs/mail.md`` lists them). ``path``, if given, is the page
            the mail leads to; the templates receive it as ``url``.

    Raises:
        jinja2.UndefinedError: A fact is missing; a programming error.
    """
    facts = {**context, "public_url": get_config().public_url}
    facts["url"] = f"{get_config().public_url}{context.get('path', '/')}"
    text_template = _environment().get_template(f"{kind}.txt")
    html_template = _environment().get_template(f"{kind}.html")
    subject = _one_line(_render_block(text_template, "subject", facts))
    facts["subject"] = subject
    return RenderedMail(
        subject, text_template.render(facts).strip() + "\n", html_template.render(facts)
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render_block(template: Template, name: str, facts: dict[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(facts)))


def _one_line(text: str) -> str:
    """Keep line breaks out of a header: a name from a file may hold one."""
    return " ".join(text.split())[:SUBJECT_LIMIT]
