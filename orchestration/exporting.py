"""What `whitepaper export` does: parts of the published edition, written where they are wanted.

Here: choosing release and directory. Not here: what the parts are (publication.export).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.released import published_release
from orchestration.workspace import Workspace, WorkspaceError
from publication.export import PARTS, export


def export_edition(
    workspace: Workspace,
    edition_id: str,
    names: Sequence[str],
    *,
    out: Path | None,
    table_id: str | None,
) -> str:
    """Write parts of the published edition; return what to tell the person.

    Raises:
        WorkspaceError: nothing is published, or the directory lies among the published editions.
    """
    release = published_release(workspace, edition_id)
    directory = out if out is not None else workspace.data / "export" / edition_id
    if directory.resolve().is_relative_to(workspace.published.resolve()):
        raise WorkspaceError(
            f"{directory} belongs to what is published, which nobody changes. Choose another --out."
        )
    written = export(release.database, directory, names, table_id=table_id)
    size = sum(path.stat().st_size for path in written)
    lines = [f"Wrote {len(written)} files ({size / 1e6:.1f} MB) into {directory}:"]
    folders: dict[str, int] = {}
    for path in written:
        inside = path.relative_to(directory)
        name = inside.name if len(inside.parts) == 1 else f"{inside.parts[0]}/"
        folders[name] = folders.get(name, 0) + 1
    lines += [
        f"  {name} ({count} files)" if name.endswith("/") else f"  {name}"
        for name, count in folders.items()
    ]
    return "\n".join(lines)


def describe_parts() -> str:
    """Return one line per part that can be exported."""
    width = max(map(len, PARTS))
    return "\n".join(f"{name:<{width}}  {part.what}" for name, part in PARTS.items())
