"""TLS whose ciphertext is ours: what is encrypted is in our hands until the kernel has it."""

import asyncio
import socket
import ssl

# A record holds 16 KiB; reads that follow each other are joined.
_READ_BYTES = 64 << 10


class TlsChannel:
    """Encrypts and decrypts for one connection. Bytes are sent and received by the caller."""

    def __init__(self, context: ssl.SSLContext, server_name: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    async def handshake(self, sock: socket.socket) -> None:
        """Agree with the other side; the socket is non-blocking. Raises OSError (an SSLError
        among them) when it can not."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                done = False
            else:
                done = True
            if data := self._outgoing.read():
                await loop.sock_sendall(sock, data)
            if done:
                return
            received = await loop.sock_recv(sock, _READ_BYTES)
            if not received:
                raise ConnectionResetError("the connection was closed in the TLS handshake")
            self._incoming.write(received)

    def seal(self, data: bytes) -> bytes:
        """The ciphertext; it must be sent before anything that is sealed later."""
        if data:
            view = memoryview(data)
            while view:
                view = view[self._tls.write(view) :]
        return self._outgoing.read()

    def open(self, data: bytes) -> bytes:
        """The plain text of what came. Raises SSLError; "" may mean that a record is not
        complete."""
        self._incoming.write(data)
        parts = []
        try:
            while part := self._tls.read(_READ_BYTES):
                parts.append(part)
        except ssl.SSLWantReadError:
            pass
        return b"".join(parts)

    def take_output(self) -> bytes:
        """What TLS itself has to say (new keys)."""
        return self._outgoing.read()
