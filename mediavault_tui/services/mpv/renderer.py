"""libmpv's software renderer: the current picture, scaled to any size, in a numpy array.

python-mpv knows the render context but not the parameters of the software renderer, so their array is
filled by hand. Numbers and types: libmpv/render.h, `MPV_RENDER_PARAM_SW_SIZE` and following.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediavault_tui.services.mpv import loading

_END, _BLOCK, _SIZE, _FORMAT, _STRIDE, _POINTER = 0, 12, 17, 18, 19, 20
_ALIGNMENT = 64
"""Rows and buffers at multiples of this keep libmpv on its fast path (render.h, SW_POINTER)."""


class Renderer:
    """The render context of one libmpv instance. `draw` must always be called from the same thread."""

    def __init__(self, mpv: Any, on_new_picture: Callable[[], None]) -> None:
        self._library = loading.load()
        self._context = self._library.MpvRenderContext(mpv, "sw")
        self._context.update_cb = on_new_picture

    def has_news(self) -> bool:
        """Whether there is another picture than the last one drawn."""
        return bool(self._context.update())

    def draw(self, width: int, height: int) -> NDArray[np.uint8]:
        """The current picture, fitted into width × height: shape (height, width, 4), RGB and an unused byte.

        A fresh array each time, so that it may be kept and shared between threads.
        """
        stride = -(-width * 4 // _ALIGNMENT) * _ALIGNMENT
        memory = np.zeros(stride * height + _ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % _ALIGNMENT
        rows = memory[start : start + stride * height].reshape(height, stride)
        self._render(width, height, stride, rows.ctypes.data)
        return rows[:, : width * 4].reshape(height, width, 4)

    def _render(self, width: int, height: int, stride: int, address: int) -> None:
        size, step = (ctypes.c_int * 2)(width, height), ctypes.c_size_t(stride)
        pixels, block = ctypes.c_char_p(b"rgb0"), ctypes.c_int(0)
        void = ctypes.c_void_p
        values = (
            (_SIZE, ctypes.cast(size, void)),
            (_FORMAT, ctypes.cast(pixels, void)),
            (_STRIDE, ctypes.cast(ctypes.pointer(step), void)),
            (_POINTER, void(address)),
            (_BLOCK, ctypes.cast(ctypes.pointer(block), void)),
            (_END, void()),
        )
        parameters = (self._library.MpvRenderParam * len(values))()
        for parameter, (kind, data) in zip(parameters, values, strict=True):
            parameter.type_id, parameter.data = kind, data
        self._library.backend.mpv_render_context_render(self._context.handle, parameters)

    def close(self) -> None:
        """Give the context back. Must happen before libmpv itself ends.

        The callback is not taken back first: python-mpv would drop the function that libmpv may just be calling.
        """
        self._context.free()
