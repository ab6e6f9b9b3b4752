"""Reads settings from a TOML file, the environment and flags, and says where each came from."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from stopline.config import Settings
from stopline.config_checks import contradictions
from stopline.config_docs import (
    ENVIRONMENT_PREFIX,
    TABLES,
    SettingDoc,
    describe_settings,
)

CONFIG_VARIABLE = "STOPLINE_CONFIG"
CONFIG_FILE_NAME = "stopline.toml"
# A settings file is a page of text; more is a wrong path, and is not read into memory.
MAX_FILE_BYTES = 1 << 20


class SettingsError(Exception):
    """A setting can not be used. The message names the key, where it came from, the remedy."""

    def __init__(self, key: str, source: str, remedy: str) -> None:
        super().__init__(f"setting {key} (from {source}): {remedy}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the source of each value, and names in the environment nobody knows."""

    settings: Settings
    sources: Mapping[str, str]
    unknown_variables: tuple[str, ...]


def load_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str], config: Path | None = None
) -> Loaded:
    """Join the three layers. `flags` holds only what was given.

    Raises SettingsError for the first value that can not be used.
    """
    docs = {doc.name: doc for doc in describe_settings()}
    values: dict[str, Any] = {}
    sources = dict.fromkeys(docs, "default")
    variables, unknown = _environment_layer(environment, docs)
    path, must_exist = _config_path(config, environment, flags, variables, docs)
    file_layer = _file_layer(path, must_exist, docs)
    values["carriers"] = _carriers(*file_layer.pop("carriers", ({}, "")))
    values["routes"] = _routes(*file_layer.pop("routes", ((), "")), values["carriers"])
    layers = (file_layer, variables, _flag_layer(flags, docs))
    for layer in layers:
        for name, (value, source) in layer.items():
            values[name] = _convert(docs[name], value, source)
            sources[name] = source
    settings = Settings(**values)
    for key, remedy in contradictions(settings):
        raise SettingsError(key, sources[key], remedy)
    return Loaded(settings, sources, tuple(unknown))


Layer = dict[str, tuple[Any, str]]


def _environment_layer(
    environment: Mapping[str, str], docs: Mapping[str, SettingDoc]
) -> tuple[Layer, list[str]]:
    """Unknown names are no error: an orchestrator adds its own (STOPLINE_SERVICE_HOST)."""
    by_variable = {doc.variable: doc.name for doc in docs.values()}
    layer: Layer = {}
    unknown = []
    for variable, value in environment.items():
        if variable in by_variable:
            layer[by_variable[variable]] = (value, variable)
        elif variable.startswith(ENVIRONMENT_PREFIX) and variable != CONFIG_VARIABLE:
            unknown.append(variable)
    return layer, unknown


def _flag_layer(flags: Mapping[str, Any], docs: Mapping[str, SettingDoc]) -> Layer:
    return {name: (value, docs[name].flag) for name, value in flags.items()}


def _config_path(
    config: Path | None,
    environment: Mapping[str, str],
    flags: Mapping[str, Any],
    variables: Layer,
    docs: Mapping[str, SettingDoc],
) -> tuple[Path, bool]:
    """Which file to read, and whether it was asked for by name."""
    if config is not None:
        return config, True
    if environment.get(CONFIG_VARIABLE):
        return Path(environment[CONFIG_VARIABLE]), True
    stated = flags.get("data") or variables.get("data", (docs["data"].default, ""))[0]
    return Path(stated) / CONFIG_FILE_NAME, False


def _file_layer(path: Path, must_exist: bool, docs: Mapping[str, SettingDoc]) -> Layer:
    if not must_exist and not path.exists():
        return {}
    table = _read_toml(path)
    for name in table:
        if name not in docs and name not in TABLES:
            raise SettingsError(name, str(path), _unknown_remedy(name, docs))
    return {name: (value, str(path)) for name, value in table.items()}


def _carriers(tables: Any, source: str) -> dict[str, Any]:
    """The tables of carriers, tried out so that a wrong one stops the start with its key."""
    if not isinstance(tables, dict):
        raise SettingsError("carriers", source, "give a table for each: [carriers.NAME]")
    if not tables:
        return {}
    # Late: most commands run without carriers, and their code takes long to load.
    from stopline.carriers.registry import build_carriers
    from stopline.carriers.settings import SettingProblem

    try:
        build_carriers(tables)
    except SettingProblem as problem:
        raise SettingsError(problem.key, source, problem.remedy) from None
    return tables


def _routes(tables: Any, source: str, carriers: dict[str, Any]) -> list[Any]:
    """The routes, tried out likewise."""
    if not tables:
        return []
    from stopline.carriers.routes import build_routes
    from stopline.carriers.settings import SettingProblem

    try:
        build_routes(tables, carriers)
    except SettingProblem as problem:
        raise SettingsError(problem.key, source, problem.remedy) from None
    return list(tables)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SettingsError("config", str(path), f"the file is over {MAX_FILE_BYTES} bytes")
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        remedy = f"the file can not be read ({error.strerror}); name another or mend its rights"
        raise SettingsError("config", str(path), remedy) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("config", str(path), f"this is no TOML: {error}") from None


def _unknown_remedy(name: str, docs: Mapping[str, SettingDoc]) -> str:
    near = difflib.get_close_matches(name, docs, n=1)
    hint = f'did you mean "{near[0]}"?' if near else "remove it"
    return f"there is no such setting; {hint} (stopline config lists all)"


def _convert(doc: SettingDoc, value: Any, source: str) -> Any:
    is_text = isinstance(value, str)
    if is_text and doc.is_list:
        value = [part.strip() for part in value.split(",") if part.strip()]
    if value == "" and doc.default is None:
        return None
    try:
        return msgspec.convert(value, doc.type, strict=not is_text, dec_hook=_decode)
    except msgspec.ValidationError:
        raise SettingsError(doc.name, source, _value_remedy(doc, value)) from None


def _decode(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    raise msgspec.ValidationError(f"Expected `{kind.__name__}`, got {value!r}")


def _value_remedy(doc: SettingDoc, value: Any) -> str:
    shown = "the value" if doc.secret else repr(value)
    hint = ""
    if doc.name == "port" and str(value).startswith("tcp://"):
        hint = "; Kubernetes set this variable, put enableServiceLinks: false into the pod"
    return f"{shown} is not {doc.expected}; the default is {doc.shown_default}{hint}"
