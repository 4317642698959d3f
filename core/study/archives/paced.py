"""Connections of `requests` whose answers must come faster than the floor of `core.pace`."""

from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.pace import PacedResponse


class _Connection(HTTPConnection):
    response_class = PacedResponse


class _SecureConnection(HTTPSConnection):
    response_class = PacedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PacedAdapter(HTTPAdapter):
    """What a session mounts, with or without a proxy."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """The connections without a proxy."""
        super().init_poolmanager(*arguments, **options)
        _pace(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        """The connections by way of a proxy."""
        return _pace(super().proxy_manager_for(*arguments, **options))


def _pace(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager
