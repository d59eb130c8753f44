"""What can go wrong with a claim: it is badly written, or the evidence is not there.

Here: both errors. Not here: the file's name, which the reader of claims.yml adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ClaimError(ValueError):
    """A claim says something that cannot be read.

    Args:
        what: what was found, with the offending word.
        key: the key of the claim it stands under; empty where it is not known yet.
        todo: what is allowed, with the nearest known word.
    """

    def __init__(self, what: str, *, key: str = "", todo: str = "") -> None:
        self.what, self.key, self.todo = what, key, todo
        super().__init__(what)

    def under(self, key: str) -> ClaimError:
        """Return the same error one key further out."""
        path = " > ".join(part for part in (key, self.key) if part)
        return ClaimError(self.what, key=path, todo=self.todo)


class MissingEvidence(Exception):
    """A number that the statement needs is not there.

    Args:
        what: the number, as the editor wrote it.
        remedy: what to land or to write down.
    """

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}: {remedy}")


def nearest(word: str, known: Iterable[str], *, listed: int = 12) -> str:
    """Return what is allowed instead of `word`: the nearest known word and the first of the others.

    >>> nearest("TWM", ["TWN", "USA"])
    "did you mean 'TWN'? Allowed: TWN, USA"
    """
    words = list(dict.fromkeys(known))
    near = get_close_matches(word, words, n=1) or [w for w in words if w.lower() == word.lower()]
    shown = ", ".join(words[:listed]) + (f" and {len(words) - listed} more" * (len(words) > listed))
    allowed = f"Allowed: {shown}" if words else "nothing is declared yet"
    return f"did you mean '{near[0]}'? {allowed}" if near else allowed
