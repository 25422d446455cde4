"""The network that this device is on."""

import socket

import psutil

_OF_NO_NETWORK = ("127.", "::1", "fe80:", "169.254.")
_FAMILIES = {socket.AF_INET, socket.AF_INET6}


def network() -> frozenset[str]:
    """The addresses by which this device is on a network now; none where it is on none."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = (one for name, addresses in psutil.net_if_addrs().items() if name in up for one in addresses)
    return frozenset(
        one.address for one in found if one.family in _FAMILIES and not one.address.startswith(_OF_NO_NETWORK)
    )
