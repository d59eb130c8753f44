"""Finding what has been published, for the commands that read it."""

from __future__ import annotations

from orchestration.workspace import Workspace, WorkspaceError
from publication.release import Release, read_release


def published_release(workspace: Workspace, edition_id: str | None = None) -> Release:
    """The published release of an edition; without one named, of the newest published edition.

    Raises:
        WorkspaceError: nothing has been published yet.
    """
    release = read_release(workspace.published, edition_id or "current")
    if release is None:
        what = f"Edition {edition_id} has not" if edition_id else "Nothing has"
        raise WorkspaceError(f"{what} been published yet. Run `whitepaper refresh` first.")
    return release
