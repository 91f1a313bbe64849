"""The types of what a screen binds to a component.

A state's variable is a Var at run time, while a type checker takes it for the value it holds. No
narrower type than these fits both.
"""

from typing import Any

import reflex as rx

Bound = Any
Text = rx.Var | str
Content = rx.Component | rx.Var | str
