"""Sections of a form: the parameters of a workflow, and of each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from widgets_apps import forms


@dataclass(frozen=True)
class Section:
    """The form of a workflow (its name is empty) or of one step of it.

    A field is called after its parameter, with the step before it: ``smooth.sigma``. fixed: values that the workflow
    gives. linked: parameters that other steps give. defaults: values that a graph gives, which may be changed.
    """

    name: str
    algorithm: str
    help: str
    model: type[BaseModel]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def key(self, parameter: str) -> str:
        """The name of a parameter's field."""
        return f"{self.name}.{parameter}" if self.name else parameter

    def describe(self) -> dict[str, Any]:
        """What a page is told."""
        return {"name": self.name, "algorithm": self.algorithm, "help": self.help, "fields": self.fields()}

    def fields(self) -> list[dict[str, Any]]:
        """The fields that a person can fill in, as `forms.form` describes them."""
        found = []
        for each in forms.form(self.model)["fields"]:
            when = self._when(each.get("when", {}))
            if self.is_open(each["name"]) and when is not None:
                default = self.defaults.get(each["name"], each["default"])
                found.append({**each, "name": self.key(each["name"]), "default": default, "when": when})
        return found

    def role(self, role: str) -> str | None:
        """The field of the first parameter that names what is read (input) or written (output)."""
        return next((each["name"] for each in self.fields() if each.get("role") == role), None)

    def is_open(self, parameter: str) -> bool:
        """Whether it is a person who gives this parameter."""
        known = parameter in self.model.model_fields
        return known and parameter not in self.fixed and parameter not in self.linked

    def values(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What of the parameters of a page belongs here, typed; what a hidden field holds is left out."""
        own = self._own(parameters)
        given = forms.given(self.model, {**self.defaults, **self.fixed, **own})
        return {name: value for name, value in given.items() if name in own}

    def problems(self, parameters: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong, as one sentence by field."""
        found = forms.check(self.model, {**self.defaults, **self.fixed, **self._own(parameters)})
        return {self.key(name): sentence for name, sentence in found.items() if name not in self.linked}

    def _own(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        owned = [(key.rpartition("."), value) for key, value in parameters.items()]
        return {
            name: value
            for (step, _, name), value in owned
            if step == self.name and name not in self.fixed and name not in self.linked
        }

    def _when(self, when: Mapping[str, list[Any]]) -> dict[str, list[Any]] | None:
        """The conditions of a field that a person decides; None where the workflow decides against it."""
        left = {}
        for name, allowed in when.items():
            if name in self.fixed and self.fixed[name] not in allowed:
                return None
            if self.is_open(name):
                left[self.key(name)] = allowed
        return left
