"""How a source is fetched: what is asked for, what came back, and what the sidecar keeps of it.

Here: the words shared by every publisher's fetcher (`Ask`, `Exchange`, `Fetched`, `Fetcher`).
Not here: HTTP itself (`sources.http`), any publisher's addresses (its own `*_api` module), putting
files into the store (`sources.snapshots`), the command line (orchestration).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.http import Client


@dataclass(frozen=True)
class Ask:
    """One request that a fetcher would send, as `whitepaper fetch --dry-run` shows it.

    Secrets never stand in `url` or `headers`: `secret_header` maps a header's name to the
    environment variable that holds its value, which the client reads when it sends.
    `after` says what an answer before must tell first, e.g. 'the address in the metadata'.
    """

    url: str
    purpose: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_header: Mapping[str, str] = field(default_factory=dict)
    saved_as: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Exchange:
    """A request that was sent and its outcome, in the form the sidecar keeps (no secrets).

    `outcome` is one phrase: 'saved', 'not modified', 'retried: 429, Retry-After 5 s', 'refused: …'.
    """

    url: str
    method: str
    asked_at: str
    seconds: float
    status: int | None
    outcome: str
    bytes: int = 0
    sha256: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    redirected_to: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The exchange as the sidecar's JSON object."""
        return {name: value for name, value in vars(self).items() if value not in (None, {}, "")}


@dataclass(frozen=True)
class Fetched:
    """What a fetcher brought: files in the publisher's own bytes and the release they belong to.

    `vintage` is the publisher's own name for the release where it has one (2025-03, 2025-04, a
    version, a last-modified date), never today's date if the publisher tells better.
    """

    files: Sequence[Path]
    vintage: str
    url: str
    note: str | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked of a fetcher: the vintage wanted (None = newest) and the span of years."""

    vintage: str | None = None
    first_year: int = 1981
    last_year: int = 2030


@dataclass(frozen=True)
class Fetcher:
    """How one source is fetched.

    `plan` names every request without a network; `fetch` sends them through the client, puts the
    files into the directory and checks what the publisher's protocol lets it check (version,
    period, count). Roots are overridable so that a stand-in on loopback can be asked instead:
    every URL is built from `root(name)`.

    `secrets` are the environment variables it needs; without one it fails before any request.
    """

    plan: Callable[[Wish], Sequence[Ask]]
    fetch: Callable[[Client, Wish, Path], Fetched]
    secrets: tuple[str, ...] = ()
