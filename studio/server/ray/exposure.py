"""Who could reach Ray's ports: it opens them on all interfaces, whatever it is told."""

import ipaddress

import psutil

from studio.errors import UserError

TOLD = (
    "Ray listens on about sixteen ports, on all interfaces of this machine; its token keeps others out, but nothing is "
    "encrypted. docs/scale.md shows how a container or a network namespace closes them."
)


def public_addresses() -> list[str]:
    """Those of this machine's addresses that the internet routes to."""
    found = []
    for entries in psutil.net_if_addrs().values():
        for entry in entries:
            try:
                address = ipaddress.ip_address(entry.address.partition("%")[0])
            except ValueError:  # of a network card
                continue
            if address.is_global and not address.is_multicast:
                found.append(str(address))
    return found


def check(*, insists: bool) -> None:
    """Raise UserError on a machine that the internet reaches."""
    if not insists and (found := public_addresses()):
        raise UserError(
            "This machine has the public address {}, and Ray would listen there on about sixteen ports; nothing was "
            "started. Run it in a container or a network namespace (docs/scale.md has both), or add --ray-exposed if a "
            "firewall closes them.",
            found[0],
            code="ray_exposed",
        )
