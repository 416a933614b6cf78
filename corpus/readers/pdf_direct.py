"""PDFium's functions for what is asked thousands of times a page."""

import ctypes
from typing import Any

from numpy.typing import NDArray

ADDRESS = ctypes.c_void_p


def direct(function: Any, *arguments: Any, gives: Any = ctypes.c_int) -> Any:
    """PDFium's function, with addresses as plain numbers: a quarter of what a call with typed pointers costs.

    It keeps Python's lock, which costs as much to give up and take again as such a function needs.
    """
    return ctypes.PYFUNCTYPE(gives, *arguments)(ctypes.cast(function, ADDRESS).value or 0)


def rows(table: NDArray[Any]) -> range:
    """The addresses of a table's rows, for such a function to write to."""
    first, step = table.ctypes.data, table.nbytes // max(len(table), 1)
    return range(first, first + table.nbytes, max(step, 1))


def address(item: Any) -> int:
    """Where a page, text or object of PDFium stands, as such a function takes it."""
    return ctypes.cast(item, ADDRESS).value or 0
