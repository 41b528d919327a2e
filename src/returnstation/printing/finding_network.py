"""Printers that make themselves known on the network (DNS-SD, also called Bonjour)."""

import socket
import time
from collections.abc import Mapping, Sequence
from threading import Lock

from zeroconf import InterfaceChoice, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from returnstation.printing.finding import Found, How
from returnstation.printing.identity import guessed_model

_IPP, _IPPS, _RAW = "_ipp._tcp.local.", "_ipps._tcp.local.", "_pdl-datastream._tcp.local."
_DRIVERLESS = ("application/pdf", "image/pwg-raster")
_RESOLVING_MS = 1000


def found_on_network(
    seconds: float, interfaces: Sequence[str] | InterfaceChoice = InterfaceChoice.All
) -> Sequence[Found]:
    """Return the printers that answer in time; none where there is no network."""
    listener = _Listener()
    try:
        with Zeroconf(interfaces=interfaces) as network:
            browser = ServiceBrowser(network, [_IPP, _IPPS, _RAW], listener)
            time.sleep(seconds)
            browser.cancel()
    except OSError:
        return ()
    return listener.found()


class _Listener(ServiceListener):
    def __init__(self) -> None:
        self._lock = Lock()
        self._services: dict[tuple[str, str], ServiceInfo] = {}

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        service = zc.get_service_info(type_, name, _RESOLVING_MS)
        if service is not None:
            with self._lock:
                self._services[type_, name.removesuffix(f".{type_}")] = service

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Keep it: who was there a moment ago is worth showing."""

    def found(self) -> Sequence[Found]:
        with self._lock:
            services = dict(self._services)
        # Most printers offer themselves with and without encryption.
        open_too = {name for kind, name in services if kind == _IPP}
        return [
            _found(kind, name, service)
            for (kind, name), service in sorted(services.items(), key=lambda each: each[0])
            if not (kind == _IPPS and name in open_too)
        ]


def _found(kind: str, name: str, service: ServiceInfo) -> Found:
    told = _texts(service)
    host = _host(service)
    said = " ".join(told.get(key, "") for key in ("ty", "product", "usb_MFG", "usb_MDL", "usb_CMD"))
    model = guessed_model(said)
    if kind == _RAW:
        address = f"tcp://{host}:{service.port}"
    else:
        scheme = "ipps" if kind == _IPPS else "ipp"
        address = f"{scheme}://{host}:{service.port}/{told.get('rp', 'ipp/print').lstrip('/')}"
        if model is None and any(each in told.get("pdl", "") for each in _DRIVERLESS):
            model = "ipp-everywhere"
    return Found(address, name, How.DNS_SD, model, told.get("ty") or told.get("note", ""))


def _texts(service: ServiceInfo) -> Mapping[str, str]:
    return {key: value or "" for key, value in service.decoded_properties.items()}


def _host(service: ServiceInfo) -> str:
    """Return the name of a printer where this computer can resolve it, else its number.

    Names stay when numbers are given anew.
    """
    name = (service.server or "").rstrip(".")
    try:
        socket.getaddrinfo(name, None)
    except (OSError, UnicodeError):
        numbers = service.parsed_addresses()
        plain = (number for number in numbers if ":" not in number)
        return next(plain, None) or f"[{numbers[0]}]" if numbers else name
    return name
