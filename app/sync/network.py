"""The line to a server: one HTTP client whose waiting can be ended at once."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import httpx2

_UNSAID = ("Accept", "Accept-Encoding", "Connection", "User-Agent")  # the library's; of no use to our server
_OPENED = ("connect_tcp.complete", "start_tls.complete")


class _Stream(Protocol):
    def get_extra_info(self, info: str) -> Any: ...


class Line:
    """`client` speaks; `hang_up` may be called from another thread, and whoever waits for a byte waits no more."""

    def __init__(self) -> None:
        self._streams: list[_Stream] = []
        self.client = httpx2.Client(verify=ssl.create_default_context(), event_hooks={"request": [self._watch]})
        for header in _UNSAID:
            del self.client.headers[header]

    def hang_up(self) -> None:
        """Closing alone would leave a thread that reads waiting until the network or its patience ends."""
        for stream in self._streams:
            opened = stream.get_extra_info("socket")
            with suppress(OSError):  # it is closed already
                # The plain socket's, for a secure one too: its own would first take apart what the other thread uses.
                socket.socket.shutdown(opened, socket.SHUT_RDWR)
        self.client.close()

    @property
    def is_closed(self) -> bool:
        return self.client.is_closed

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._on_event}

    def _on_event(self, name: str, info: Mapping[str, Any]) -> None:
        if name.endswith(_OPENED):
            self._streams = [*self._streams[-3:], info["return_value"]]
