"""The types of what a screen binds to a component.

A state's variable is a Var at run time, while a type checker takes it for the value it holds. No
narrower type than these fits both.
"""

from typing import Any

import reflex as rx
from reflex.vars.base import var_operation, var_operation_return

Bound = Any
Text = rx.Var | str
Content = rx.Component | rx.Var | str


@var_operation
def grouped(count: rx.Var[int]) -> Any:
    """Write a bound count with its thousands apart: 2,443."""
    return var_operation_return(js_expression=f"({count}).toLocaleString('en-US')", var_type=str)
