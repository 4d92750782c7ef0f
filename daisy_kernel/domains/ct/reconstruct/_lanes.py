"""Sixteen slices in one vector register: the type and the operations that the hot loops are written in.

``load(array, i)`` reads the sixteen float32 from element i of an array's memory, ``store`` writes them;
``+``, ``-``, ``*`` work on all sixteen at once, ``float * lanes`` on all with one number. A complex value is
a pair of lanes (re, im). LLVM lowers the vector to whatever the machine has: one AVX-512 register, two of
AVX2, four of SSE or NEON. Written out, because numba's own vectorizer guards each short loop with checks
for overlapping arrays that cost more than the loop.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, register_model

LANES = 16

Lanes: TypeAlias = Any  # what an annotation may say: sixteen float32

_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_UNDEFINED = ir.Constant(_VECTOR, ir.Undefined)
_FLAGS = ("contract", "nsz")  # a multiply and an add may become one instruction; NaN and inf stay as they are


class _LanesType(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name="float32x16")


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


_lanes = _LanesType()


def _element(context: Any, builder: Any, signature: Any, args: Any, at: int) -> Any:
    """Pointer to element ``args[at + 1]`` of the memory of array ``args[at]``, whatever its strides."""
    array = context.make_array(signature.args[at])(context, builder, args[at])
    offset = context.cast(builder, args[at + 1], signature.args[at + 1], types.intp)
    return builder.gep(array.data, [offset])


def _read(builder: Any, pointer: Any) -> Any:
    vector = builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()))
    vector.align = 4
    return vector


def _write(builder: Any, pointer: Any, vector: Any) -> None:
    builder.store(vector, builder.bitcast(pointer, _VECTOR.as_pointer())).align = 4


def _mask(indices: list[int]) -> ir.Constant:
    return ir.Constant(ir.VectorType(ir.IntType(32), len(indices)), indices)


@intrinsic
def load(typing: Any, array: Any, i: Any) -> Any:
    """Sixteen float32 from element i."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _read(builder, _element(context, builder, signature, args, 0))

    return _lanes(array, i), code


@intrinsic
def store(typing: Any, array: Any, i: Any, value: Any) -> Any:
    """Write sixteen float32 at element i."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _write(builder, _element(context, builder, signature, args, 0), args[2])
        return context.get_dummy_value()

    return types.none(array, i, value), code


@intrinsic
def prefetch(typing: Any, array: Any, i: Any) -> Any:
    """Ask for the cache line of element i, which a later ``load`` will need."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.bitcast(_element(context, builder, signature, args, 0), ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(function, [pointer, word(0), word(3), word(1)])  # a read, to all caches, of data
        return context.get_dummy_value()

    return types.none(array, i), code


@intrinsic
def zero(typing: Any) -> Any:
    """Sixteen zeros."""
    return _lanes(), lambda context, builder, signature, args: ir.Constant(_VECTOR, None)


@intrinsic
def usable(typing: Any, value: Any, limit: Any) -> Any:
    """True where all sixteen are finite and below ``limit`` in magnitude."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        below = builder.fcmp_ordered("<", args[0], _spread(builder, args[1]))
        above = builder.fcmp_ordered(">", args[0], _spread(builder, builder.fneg(args[1])))
        inside = builder.and_(below, above)
        bits = builder.bitcast(inside, ir.IntType(LANES))
        return builder.icmp_unsigned("==", bits, ir.Constant(ir.IntType(LANES), -1))

    return types.boolean(value, types.float32), code


@intrinsic
def transpose(typing: Any, source: Any, i: Any, step: Any, target: Any, j: Any, stride: Any) -> Any:
    """Sixteen vectors at ``source[i + k * step]`` become, transposed, those at ``target[j + k * stride]``."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        read = _element(context, builder, signature, args, 0)
        write = _element(context, builder, signature, args, 3)
        step, stride = (context.cast(builder, args[k], signature.args[k], types.intp) for k in (2, 5))
        count = [ir.Constant(ir.IntType(64), k) for k in range(LANES)]
        rows = [_read(builder, builder.gep(read, [builder.mul(step, k)])) for k in count]
        for row, k in zip(_transposed(builder, rows), count, strict=True):
            _write(builder, builder.gep(write, [builder.mul(stride, k)]), row)
        return context.get_dummy_value()

    return types.none(source, i, step, target, j, stride), code


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Swap the off-diagonal blocks of 8 x 8, 4 x 4, 2 x 2 and 1 x 1."""
    for width in (8, 4, 2, 1):
        keep = [lane if not lane & width else lane - width + LANES for lane in range(LANES)]
        swap = [lane + width if not lane & width else lane + LANES for lane in range(LANES)]
        for k in (k for k in range(LANES) if not k & width):
            low, high = rows[k], rows[k + width]
            rows[k] = builder.shuffle_vector(low, high, _mask(keep))
            rows[k + width] = builder.shuffle_vector(low, high, _mask(swap))
    return rows


def _spread(builder: Any, scalar: Any) -> Any:
    first = builder.insert_element(_UNDEFINED, scalar, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, _UNDEFINED, _mask([0] * LANES))


def _binary(instruction: str) -> tuple[Any, Any]:
    """Intrinsics of one arithmetic instruction: lanes with lanes, and a number with lanes."""

    @intrinsic
    def with_lanes(typing: Any, x: Any, y: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return getattr(builder, instruction)(*args, flags=_FLAGS)

        return _lanes(x, y), code

    @intrinsic
    def with_number(typing: Any, x: Any, y: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            scalar = context.cast(builder, args[0], signature.args[0], types.float32)
            return getattr(builder, instruction)(_spread(builder, scalar), args[1], flags=_FLAGS)

        return _lanes(x, y), code

    return with_lanes, with_number


_ADD, _SUB, _MUL = (_binary(instruction) for instruction in ("fadd", "fsub", "fmul"))


def _register(function: Any, forms: tuple[Any, Any]) -> None:
    with_lanes, with_number = forms

    @overload(function, strict=False)  # numba would have annotations on both levels
    def operate(x: Any, y: Any) -> Callable[..., Any] | None:
        if not isinstance(y, _LanesType):
            return None
        if isinstance(x, _LanesType):
            return lambda x, y: with_lanes(x, y)
        return lambda x, y: with_number(x, y)


for _function, _forms in ((operator.add, _ADD), (operator.sub, _SUB), (operator.mul, _MUL)):
    _register(_function, _forms)
