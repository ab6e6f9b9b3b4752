"""The operations commands may ask for, by name: each one flow in one transaction.

A command performs them through the control socket of the running server or, without a server, on
the store itself; arguments and results are the same plain values both ways.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from stopline.control.service import OperationRefused
from stopline.core.errors import StoplineError
from stopline.flows.ports import Store
from stopline.store.base import BaseStore
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Operation:
    """A flow with its arguments, a msgspec Struct. `writes`: needs the writer."""

    name: str
    arguments: type[msgspec.Struct]
    flow: Callable[[Tx, Any], Any]
    writes: bool = True


Operations = Mapping[str, Operation]


def collect(*groups: tuple[Operation, ...]) -> Operations:
    """All operations by name."""
    return {operation.name: operation for group in groups for operation in group}


async def perform(
    operations: Operations, store: Store, name: str, arguments: dict[str, Any]
) -> Any:
    """Run one operation in the server. Raises OperationRefused."""
    operation = _find(operations, name)
    asked = _read(operation, arguments)
    run = store.transact if operation.writes else store.read
    try:
        return msgspec.to_builtins(await run(operation.flow, asked), enc_hook=_plain)
    except StoplineError as error:
        raise OperationRefused(str(error)) from None


def perform_now(
    operations: Operations, store: BaseStore, name: str, arguments: dict[str, Any]
) -> Any:
    """Run one operation on a store that this process owns. Raises OperationRefused."""
    operation = _find(operations, name)
    asked = _read(operation, arguments)
    run = store.transact_now if operation.writes else store.read_now
    try:
        return msgspec.to_builtins(run(operation.flow, asked), enc_hook=_plain)
    except StoplineError as error:
        raise OperationRefused(str(error)) from None


def _find(operations: Operations, name: str) -> Operation:
    if name not in operations:
        raise OperationRefused(f"the server does not know {name}; is it of the same version?")
    return operations[name]


def _read(operation: Operation, arguments: dict[str, Any]) -> Any:
    try:
        return msgspec.convert(arguments, operation.arguments)
    except msgspec.ValidationError as error:
        raise OperationRefused(f"{operation.name}: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value)
