"""Fixtures that send every fetcher to a stand-in (imported by tests/conftest.py)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sources.http import Client, Patience
from tests.standin.server import StandIn

QUICK = Patience(
    connect=5.0, silence=2.0, header=2.0, window=0.5, wait=5.0, backoff=0.01, backoff_max=0.02
)
"""Patience for tests: the same rules, in a hundredth of the time."""


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A running stand-in that all WHITEPAPER_ROOT_* variables point at."""
    with StandIn() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def client(tmp_path) -> Iterator[Client]:
    """A client of little patience whose state lies in the test's own directory."""
    with Client(state=tmp_path / "state", patience=QUICK) as asking:
        yield asking
