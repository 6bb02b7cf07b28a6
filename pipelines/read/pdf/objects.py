"""The library's questions about objects of a page, asked by address.

A page holds hundreds of text objects; a pointer made for each of them would cost more than the answer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium


def _by_address(asked: Callable[..., Any], answer: Any, *given: Any) -> Callable[..., Any]:
    """A function of the library that takes and gives addresses as plain numbers."""
    return ctypes.CFUNCTYPE(answer, *given)(ctypes.cast(asked, ctypes.c_void_p).value or 0)


_ADDRESS, _NUMBER = ctypes.c_void_p, ctypes.c_int
_COLOUR = [ctypes.POINTER(ctypes.c_uint)] * 4

object_of_sign = _by_address(pdfium.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _NUMBER)
object_of_page = _by_address(pdfium.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _NUMBER)
object_of_form = _by_address(pdfium.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
kind_of = _by_address(pdfium.FPDFPageObj_GetType, _NUMBER, _ADDRESS)
font_of = _by_address(pdfium.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
render_mode = _by_address(pdfium.FPDFTextObj_GetTextRenderMode, _NUMBER, _ADDRESS)
fill_colour = _by_address(pdfium.FPDFPageObj_GetFillColor, _NUMBER, _ADDRESS, *_COLOUR)
stroke_colour = _by_address(pdfium.FPDFPageObj_GetStrokeColor, _NUMBER, _ADDRESS, *_COLOUR)
clip_of = _by_address(pdfium.FPDFPageObj_GetClipPath, _ADDRESS, _ADDRESS)
count_of_clips = _by_address(pdfium.FPDFClipPath_CountPaths, _NUMBER, _ADDRESS)


def as_object(address: int) -> Any:
    """The library's own pointer to an object."""
    return ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)


def as_clip(address: int) -> Any:
    """The library's own pointer to what an object is cut off by."""
    return ctypes.cast(address, pdfium.FPDF_CLIPPATH)
