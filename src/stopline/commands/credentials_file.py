"""`<data>/credentials.json`: how to log in to a new installation. Only its owner can read it."""

from pathlib import Path

import msgspec

from stopline.commands.options import Failure
from stopline.keys import write_private
from stopline.ringcentral.example_client import Login

FILE_NAME = "credentials.json"


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """The file, key for key."""

    server_url: str
    client_id: str
    client_secret: str
    username: str
    extension: str
    password: str
    jwt: str
    account_id: str
    extension_id: str
    senders: tuple[str, ...]

    def login(self) -> Login:
        """What a password login needs."""
        return Login(
            self.client_id, self.client_secret, self.username, self.extension, self.password
        )


def write_credentials(data: Path, credentials: Credentials) -> Path:
    """Write the file (mode 0600) and return its path."""
    path = data / FILE_NAME
    text = msgspec.json.format(msgspec.json.encode(credentials), indent=2)
    write_private(path, text + b"\n")
    return path


def read_credentials(data: Path) -> Credentials:
    """Raises Failure with the remedy when there are none."""
    path = data / FILE_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        remedy = "start the server once with an empty data directory, or give --data"
        raise Failure(f"{path} does not exist; {remedy}") from None
    except (OSError, msgspec.DecodeError) as error:
        raise Failure(f"{path} can not be read: {error}") from None
