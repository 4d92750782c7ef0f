"""What an algorithm declares: parameters, ports, cuts. Read from its annotations, by everyone."""

from __future__ import annotations

import difflib
import inspect
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from daisy_kernel.errors import GraphError, ParameterError

LATER: Final = object()
"""Stands for the value of a parameter that another step will give."""

OUTPUT = "output"
"""Name of the port of an algorithm that returns one thing."""


@dataclass(frozen=True)
class Dims:
    """Dims of a data object, as metadata of its annotation.

    ``Projections = Annotated[DataArray, Dims("angle", "row", "column")]``
    """

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True)
class Role:
    """Marks a path parameter as something that the algorithm reads or writes."""

    name: str


@dataclass(frozen=True)
class Slabs:
    """Along which dims an algorithm may be cut, and at multiples of how many elements."""

    dims: tuple[str, ...]
    block: int

    def __init__(self, *dims: str, block: int = 1) -> None:
        object.__setattr__(self, "dims", dims)
        object.__setattr__(self, "block", block)


@dataclass(frozen=True)
class Port:
    """One input or output: its name, type, dims (None: not an array) and whether it must be linked."""

    name: str
    type: Any
    dims: tuple[str, ...] | None
    required: bool = True

    def accepts(self, other: Port) -> bool:
        """Whether what `other` gives fits here: arrays by dims, other values by type."""
        if self.dims is not None:
            return self.dims == other.dims
        if other.dims is not None:
            return self.type in (Any, other.type)
        return Any in (self.type, other.type) or _same_type(other.type, self.type)

    def __str__(self) -> str:
        return f"({', '.join(self.dims)})" if self.dims is not None else type_name(self.type)


@dataclass(frozen=True)
class Declaration:
    """All that is known of an algorithm without making one."""

    parameters: type[BaseModel]
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]

    def roles(self, role: str) -> list[str]:
        """Names of the parameters that carry this `Role`."""
        fields = self.parameters.model_fields.items()
        return [name for name, field in fields if _has_role(field, role)]

    def target(self, name: str) -> Port:
        """The input, or the parameter taken as an input, of this name."""
        if name in self.inputs:
            return self.inputs[name]
        if name in self.parameters.model_fields:
            return Port(name, self.parameters.model_fields[name].annotation, None, required=False)
        raise GraphError(
            f"there is no input or parameter {name!r}",
            remedy=suggest(name, [*self.inputs, *self.parameters.model_fields]),
        )


def Parameter(  # noqa: N802 - stands where a class attribute's value stands, as pydantic's Field does
    default: Any = ...,
    *,
    unit: str | None = None,
    help: str = "",  # noqa: A002 - the word of argparse, click and typer
    group: str | None = None,
    when: Mapping[str, Sequence[Any]] | None = None,
    **limits: Any,
) -> Any:
    """Declare a parameter: default (none: must be given), unit, help, limits (gt, ge, lt, le, ...).

    group: what it is shown under. when: values of other parameters with which alone it means something, as
    ``when={"stripes": ["sorting"]}``; otherwise a form hides it.
    """
    told = {"unit": unit, "group": group, "when": when and {name: list(values) for name, values in when.items()}}
    extra: Any = {name: value for name, value in told.items() if value} or None
    return Field(default, description=help, json_schema_extra=extra, validate_default=True, **limits)


def declare(cls: type) -> Declaration:
    """Read an algorithm class: annotated attributes, `execute`'s arguments and its return."""
    execute = inspect.unwrap(cls.execute)  # type: ignore[attr-defined]
    hints = typing.get_type_hints(execute, include_extras=True)
    arguments = inspect.signature(execute).parameters
    inputs = {
        name: _port(name, hints.get(name, Any), required=argument.default is argument.empty)
        for name, argument in arguments.items()
        if name != "self" and argument.kind not in (argument.VAR_KEYWORD, argument.VAR_POSITIONAL)
    }
    return Declaration(_parameters(cls), inputs, _outputs(hints.get("return", type(None))))


def validate(owner: str, model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Check values against declared parameters; defaults are filled in, `LATER` becomes None.

    Raises `ParameterError` that names the value, what is allowed and the closest name.
    """
    for name in values:
        if name not in model.model_fields:
            raise ParameterError(f"{owner} has no parameter {name!r}", remedy=suggest(name, model.model_fields))
    later = [name for name, value in values.items() if value is LATER]
    known = {name: value for name, value in values.items() if value is not LATER}
    try:
        checked = (_without(model, later) if later else model).model_validate(known)
    except ValidationError as error:
        sentence, remedy = _sentence(owner, model, known, error.errors(include_url=False)[0])
        raise ParameterError(sentence, remedy=remedy) from None
    return {name: getattr(checked, name, None) for name in model.model_fields}


def suggest(name: str, allowed: Iterable[str]) -> str:
    """The closest match and the allowed names, as the remedy of an error."""
    names = sorted(allowed)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}allowed: {', '.join(names) or 'none'}"


def type_name(annotation: Any) -> str:
    """A type as a person writes it: ``float``, ``"sorting" | "none"``, ``Path or none``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return type_name(arguments[0])
    if origin is typing.Literal:
        return " | ".join(str(value) for value in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join("none" if part is type(None) else type_name(part) for part in arguments)
    if origin is not None:
        inner = ", ".join("..." if part is Ellipsis else type_name(part) for part in arguments)
        return f"{origin.__name__}[{inner}]"
    fields = getattr(annotation, "_fields", None)  # of a NamedTuple, which is written first:last:step
    return ":".join(fields) if fields else getattr(annotation, "__name__", str(annotation))


def _without(model: type[BaseModel], names: Iterable[str]) -> type[BaseModel]:
    fields: dict[str, Any] = {k: (f.annotation, f) for k, f in model.model_fields.items() if k not in names}
    return create_model(model.__name__, __config__=model.model_config, **fields)


def _parameters(cls: type) -> type[BaseModel]:
    hints = typing.get_type_hints(cls, include_extras=True)
    fields: dict[str, Any] = {}
    for name, hint in hints.items():
        declared = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), ...)
        if name.startswith("_") or get_origin(hint) is typing.ClassVar:
            continue
        if any(callable(vars(base).get(name)) for base in cls.__mro__[1:]):
            raise TypeError(f"{cls.__name__}.{name} is a parameter, but its base has a method of that name")
        fields[name] = (hint, declared)
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)
    return create_model(cls.__name__, __config__=config, **fields)


def _outputs(returned: Any) -> dict[str, Port]:
    if returned is type(None):
        return {}
    if isinstance(returned, type) and issubclass(returned, tuple) and hasattr(returned, "_fields"):
        hints = typing.get_type_hints(returned, include_extras=True)
        return {name: _port(name, hints[name]) for name in returned._fields}
    return {OUTPUT: _port(OUTPUT, returned)}


def _port(name: str, annotation: Any, *, required: bool = True) -> Port:
    plain = _without_none(annotation)
    if get_origin(plain) is typing.Annotated:
        base, *metadata = get_args(plain)
        dims = next((item.names for item in metadata if isinstance(item, Dims)), None)
        return Port(name, base, dims, required)
    return Port(name, plain, None, required)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (typing.Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        if len(parts) == 1:
            return parts[0]
    return annotation


def _same_type(given: Any, wanted: Any) -> bool:
    alternatives = _alternatives(wanted)
    return all(part in alternatives or (part is int and float in alternatives) for part in _alternatives(given))


def _alternatives(annotation: Any) -> set[Any]:
    if get_origin(annotation) is typing.Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (typing.Union, types.UnionType):
        return set().union(*(_alternatives(part) for part in get_args(annotation)))
    return {annotation}


def _has_role(field: FieldInfo, role: str) -> bool:
    marks = [*field.metadata, *_nested_metadata(field.annotation)]
    return any(isinstance(mark, Role) and mark.name == role for mark in marks)


def _nested_metadata(annotation: Any) -> list[Any]:
    """Metadata inside ``Annotated[Path, Role("input")] | None``, which pydantic leaves in the union."""
    found: list[Any] = []
    for part in get_args(annotation):
        if get_origin(part) is typing.Annotated:
            found += get_args(part)[1:]
    return found


def problems(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each value, as one sentence by parameter; empty where all is right."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        found: dict[str, str] = {}
        for each in error.errors(include_url=False):
            sentence, remedy = _sentence("", model, values, each)
            found.setdefault(str(each["loc"][0]) if each["loc"] else "", f"{sentence}: {remedy}".strip())
        return found
    return {}


def _sentence(owner: str, model: type[BaseModel], values: Mapping[str, Any], first: Any) -> tuple[str, str]:
    name = str(first["loc"][0]) if first["loc"] else "parameters"
    field = model.model_fields.get(name)
    help_text = f" ({field.description})" if field is not None and field.description else ""
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return f"{owner} needs {name}" if owner else f"{name} is needed", f"give {name}=...{help_text}"
    value = values.get(name, first["input"])  # of a pair that is wrong in one number the pair
    reason = "a value is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
    allowed = type_name(field.annotation) if field is not None else "see daisy show"
    subject = f"{owner}: {name}" if owner else name
    return f"{subject}={value!r} is refused: {reason}", f"allowed: {allowed}{help_text}"
