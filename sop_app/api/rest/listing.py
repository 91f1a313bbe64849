"""What every list route takes: the page, its size and its order."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import AfterValidator, Field

from sop_app.kernel.paging import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, PageRequest


def _refuse_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character that no text has")
    return text


PlainText = Annotated[str, AfterValidator(_refuse_nul)]
RecordId = Annotated[int, Field(gt=0, le=2**31 - 1)]
Search = Annotated[PlainText, Query(max_length=200)]
Choices = Annotated[tuple[PlainText, ...], Query(max_length=50)]
Ids = Annotated[tuple[int, ...], Query(max_length=200)]


def _page_request(
    sort: Annotated[str, Query(max_length=40)] = "",
    is_descending: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=LARGEST_PAGE_SIZE)] = DEFAULT_PAGE_SIZE,
) -> PageRequest:
    return PageRequest(sort, is_descending, page, page_size)


Listed = Annotated[PageRequest, Depends(_page_request)]
