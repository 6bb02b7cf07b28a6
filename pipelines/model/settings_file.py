"""Settings in TOML files, validated by a pydantic model; errors are reported with their place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, ValidationError


class Settings(BaseModel):
    """A table of a settings file: every name is declared, values are of the type that is declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


S = TypeVar("S", bound=Settings)
T = TypeVar("T")
Whole = Annotated[int, Strict()]
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), Strict()]
"""A TOML list."""


class SettingsError(ValueError):
    """A settings file cannot be read or understood; one line with file, place and remedy."""


def read_settings(path: Path, model: type[S]) -> S:
    """The settings in a TOML file. Raises SettingsError for what cannot be read or is not as the model says."""
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as problem:
        raise SettingsError(f"{path}: cannot be read: {problem.strerror or problem}") from problem
    except ValidationError as problem:
        raise SettingsError(f"{path}: {_words(problem)}") from problem
    except ValueError as problem:
        raise SettingsError(f"{path}: not TOML: {problem}") from problem


def _words(problem: ValidationError) -> str:
    """Everything that is wrong, each with its place, such as ``watch 1, languages``."""
    return "; ".join(
        f"{_place(error['loc'])}: {_MESSAGES.get(error['type'], error['msg'].removeprefix('Value error, ').removeprefix('Input '))}"
        for error in problem.errors(include_url=False, include_context=False)
    )


_MESSAGES = {
    "extra_forbidden": "no such setting; look for a misprint",
    "missing": "missing",
    "tuple_type": "must be a list, such as [...]",
    "model_type": "must be a table, such as [name]",
}


def _place(parts: tuple[int | str, ...]) -> str:
    """Names and numbers of a place in the file; entries of a list are counted from 1."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "the file"
