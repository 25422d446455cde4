"""The network that this device is on, and whether it costs by the amount."""

import socket
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

_OF_NO_NETWORK = ("127.", "::1", "fe80:", "169.254.")
_FAMILIES = {socket.AF_INET, socket.AF_INET6}


def network() -> frozenset[str]:
    """The addresses by which this device is on a network now; none where it is on none."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = (one for name, addresses in psutil.net_if_addrs().items() if name in up for one in addresses)
    return frozenset(
        one.address for one in found if one.family in _FAMILIES and not one.address.startswith(_OF_NO_NETWORK)
    )


def is_metered() -> bool:
    """Whether the system says that the link costs by the amount; not where it says nothing. On the UI thread."""
    # Named, not imported: the window's start does not wait for it.
    kind: type[QNetworkInformation] = resolve_name("PySide6.QtNetwork:QNetworkInformation")
    known = kind.instance() if kind.loadBackendByFeatures(kind.Feature.Metered) else None
    return known is not None and known.isMetered()
