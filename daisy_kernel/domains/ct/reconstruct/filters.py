"""Filters of filtered backprojection, as frequency responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import ParameterError

_Window: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_BUTTERWORTH_ORDER = 4

# Windows by name, over frequency / cutoff. The first three end at the cutoff.
_WINDOWS: Final[dict[str, _Window]] = {
    "ramp": lambda f: np.where(f <= 1, 1.0, 0.0),
    "shepp-logan": lambda f: np.where(f <= 1, np.sinc(f / 2), 0.0),
    "hann": lambda f: np.where(f <= 1, 0.5 + 0.5 * np.cos(np.pi * f), 0.0),
    "butterworth": lambda f: 1 / np.sqrt(1 + f ** (2 * _BUTTERWORTH_ORDER)),
}

FILTERS: Final = tuple(_WINDOWS)


def filter_response(name: str, length: int, cutoff: float = 1.0) -> NDArray[np.float32]:
    r"""Return the response at the ``length // 2 + 1`` frequencies of a real transform, float32, per pixel.

    The ramp is the transform of its band-limited kernel, h(0) = 1/4, h(n) = -1/(πn)² for odd n, else 0
    (Ramachandran and Lakshminarayanan, PNAS 68 (1971) 2236; Kak and Slaney, Principles of Computerized
    Tomographic Imaging (1988), eq. 3.61), so that the mean is right where a sampled \|f\| would lose it. A
    transform of at least twice the detector makes the convolution a linear one. The others are the ramp times
    a window of u = frequency / (``cutoff`` x Nyquist): ``shepp-logan`` sinc(u/2) (Shepp and Logan, IEEE Trans.
    Nucl. Sci. 21 (1974) 21), ``hann`` (1 + cos πu)/2 (Blackman and Tukey, 1958), ``butterworth``
    (1 + u^8)^(-1/2), order 4 (Butterworth, Exp. Wireless 7 (1930) 536). All but Butterworth end at the cutoff.

    Raises ParameterError for an unknown name or a cutoff outside (0, 1].

    >>> filter_response("ramp", 2048)[[0, 512, 1024]].round(3)
    array([0.  , 0.25, 0.5 ], dtype=float32)
    """
    if name not in _WINDOWS:
        raise ParameterError(f"there is no filter '{name}'", remedy=f"choose one of {', '.join(FILTERS)}")
    if not 0 < cutoff <= 1:
        raise ParameterError(
            f"the filter's cutoff is {cutoff:g}", remedy="give a share of the Nyquist frequency in (0, 1]"
        )
    lag = np.fft.fftfreq(length, 1 / length)
    kernel = np.zeros(length)
    kernel[0] = 0.25
    odd = lag % 2 == 1
    kernel[odd] = -1 / (np.pi * lag[odd]) ** 2
    ramp = np.asarray(np.fft.rfft(kernel).real, np.float64)
    window = _WINDOWS[name](np.asarray(2 * np.fft.rfftfreq(length) / cutoff, np.float64))
    return np.asarray(np.multiply(ramp, window), np.float32)
