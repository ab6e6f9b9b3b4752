"""All operations together."""

from stopline.control import access, installation
from stopline.control.operations import Operations, collect

OPERATIONS: Operations = collect(access.OPERATIONS, installation.OPERATIONS)
