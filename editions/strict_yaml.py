"""Reading an editor's YAML so that a slip is found where it was made.

Here: a loader that refuses a key written twice, and `Section`, which hands out values of the
expected type and refuses keys nobody asked for. Not here: what the keys mean (`reader`,
`registry`).
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml

from editions.model import EditionError

# libyaml reads an edition in a quarter of the time; without it the same comes out, later.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UniqueKeyLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """SafeLoader that refuses duplicate keys: YAML keeps the last one without a word."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        """Return the mapping of a node; refuses a key that stands twice."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            name = str(key_node.value)
            if name in seen and name != "<<":
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{name}' stands twice in the same place", key_node.start_mark
                )
            seen.add(name)
        mapping: dict[Hashable, object] = super().construct_mapping(node, deep=deep)
        return mapping


def read_yaml(folder: Path, name: str) -> Section:
    """Return the top-level mapping of a YAML file.

    Raises:
        EditionError: the file is absent, is not YAML, repeats a key or holds no mapping.
    """
    path = folder / name
    if not path.is_file():
        raise EditionError(
            "the file is missing", file=name, todo=f"add {name} to the edition's folder"
        )
    try:
        # A SafeLoader in all but the check of duplicates.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
    except UnicodeDecodeError as error:
        raise EditionError(
            f"not UTF-8 ({error.reason})", file=name, todo="save as UTF-8"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise EditionError(
            error.problem or "not YAML",
            file=name,
            key=f"line {line}" if line else None,
            todo="mend the YAML on that line",
        ) from error
    except yaml.YAMLError as error:
        raise EditionError(f"not YAML ({error})", file=name, todo="mend the YAML") from error
    if not isinstance(content, dict):
        raise EditionError(
            "the file does not hold `key: value` lines", file=name, todo="see another edition"
        )
    return Section(file=name, key="", content=content)


def suggest(word: str, known: Sequence[str]) -> str:
    """Return what to write instead of `word`: the nearest known word, or the list of them."""
    near = get_close_matches(word, known, n=1)
    return f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(known)


class Section:
    """A mapping of an edition's file, read key by key with type checks.

    Every reading method notes its key; `finish` then refuses the keys that nobody read.
    """

    def __init__(self, *, file: str, key: str, content: dict[object, object]) -> None:
        self.file = file
        self.key = key
        self._content = content
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """Return the full path of a key, for messages."""
        return f"{self.key} > {key}" if self.key else key

    def error(self, what: str, *, key: str | None = None, todo: str | None = None) -> EditionError:
        """Return an error that names this file and place."""
        return EditionError(
            what, file=self.file, key=self.at(key) if key else self.key or None, todo=todo
        )

    def names(self) -> tuple[str, ...]:
        """Return the keys in the order of the file."""
        return tuple(str(key) for key in self._content)

    def has(self, key: str) -> bool:
        """Return whether the key is written down with a value."""
        return self._get(key) is not None

    def is_text(self, key: str) -> bool:
        """Return whether a text, rather than a list or a mapping, is written under the key."""
        return isinstance(self._get(key), str)

    def is_empty(self, key: str) -> bool:
        """Return whether the key holds an empty text, as opposed to none."""
        return self._get(key) == ""

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        if value is None or value == "":
            raise self.error("there is no value", key=key, todo=f"write `{key}: ...`")
        if not isinstance(value, str):
            raise self.error(
                f"{value!r} is not a text", key=key, todo="put it in quotes, as it should be read"
            )
        return value.strip()

    def raw_text(self, key: str, default: str = "") -> str:
        """Return a text whose blanks matter (a suffix); may be empty."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.error(f"{value!r} is not a text", key=key, todo="put it in quotes")
        return value

    def scalar_text(self, key: str) -> str:
        """Return a text or a whole number, as text.

        A number with a point is refused: YAML has rounded it by the time it is seen here.
        """
        value = self._get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(key)

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return a text that is one of `choices`."""
        value = self.text(key, default)
        if value not in choices:
            raise self.error(f"'{value}' is not known here", key=key, todo=suggest(value, choices))
        return value

    def integer(self, key: str) -> int:
        """Return a whole number."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"{value!r} is not a whole number", key=key, todo="write a number")
        return value

    def number(self, key: str) -> float | None:
        """Return a number, or None where there is none."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.error(f"{value!r} is not a number", key=key, todo="write a number")
        return float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers; empty where nothing is written."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(item, int | float) and not isinstance(item, bool) for item in value
        ):
            raise self.error("this is not a list of numbers", key=key, todo="write [0, 10]")
        return tuple(float(item) for item in value)

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing is written."""
        value = self._get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.error(f"{value!r} is not true or false", key=key, todo="write true or false")
        return value

    def date(self, key: str) -> str:
        """Return a date as ISO text."""
        value = self._get(key)
        if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
            raise self.error(f"{value!r} is not a date", key=key, todo="write it as 2025-05-31")
        return value.isoformat()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where nothing is written."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error("this is not a list of texts", key=key, todo="write one text per line")
        return tuple(item.strip() for item in value)

    def periods(self, key: str = "periods") -> tuple[str, ...]:
        """Return periods as text, from a list, one value, or a span such as 2019..2023."""
        value = self._get(key)
        values = value if isinstance(value, list) else [value]
        found = [period for item in values for period in self._expand_period(key, item)]
        if not found:
            raise self.error("there is no period", key=key, todo="write e.g. [2023]")
        if len(set(found)) != len(found):
            raise self.error(f"a period stands twice in {found}", key=key, todo="write it once")
        return tuple(found)

    def section(self, key: str) -> Section:
        """Return the mapping under a key."""
        return self._as_section(self._get(key), key)

    def sections(self, key: str, name_key: str | None = None) -> list[Section]:
        """Return the mappings of a list (or a single mapping) under a key.

        Args:
            key: the key of the list.
            name_key: key inside an entry that names it in messages; else its number does.
        """
        value = self._get(key)
        if value is None:
            return []
        entries = value if isinstance(value, list) else [value]
        sections: list[Section] = []
        for number, entry in enumerate(entries, start=1):
            label = entry.get(name_key) if isinstance(entry, dict) and name_key else None
            place = f"{key} > {label or f'entry {number}'}"
            sections.append(self._as_section(entry, place))
        return sections

    def merged_over(self, key: str, common: dict[object, object]) -> Section:
        """Return the mapping under a key, with `common` for what it leaves out."""
        own = self.section(key)
        return Section(file=self.file, key=own.key, content={**common, **own._content})

    def common(self, key: str) -> dict[object, object]:
        """Return the plain mapping under a key, for `merged_over`; empty where absent."""
        return dict(self.section(key)._content) if self.has(key) else {}

    def finish(self) -> None:
        """Refuse keys that nobody has read.

        Raises:
            EditionError: names the first unknown key and the nearest known one.
        """
        for key in self._content:
            if str(key) not in self._read:
                raise self.error(
                    f"'{key}' is not a known key",
                    key=str(key),
                    todo=suggest(str(key), sorted(self._read)),
                )

    def _get(self, key: str) -> object:
        self._read.add(key)
        return self._content.get(key)

    def _as_section(self, value: object, key: str) -> Section:
        if not isinstance(value, dict):
            raise self.error("there should be `key: value` lines here", key=key)
        return Section(file=self.file, key=self.at(key), content=value)

    def _expand_period(self, key: str, value: object) -> list[str]:
        if isinstance(value, int) and not isinstance(value, bool):
            return [str(value)]
        if isinstance(value, str):
            first, dots, last = value.partition("..")
            if dots and first.isdigit() and last.isdigit() and int(first) <= int(last):
                return [str(year) for year in range(int(first), int(last) + 1)]
            if not dots:
                return [value]
        raise self.error(
            f"{value!r} is not a period", key=key, todo='write 2023, "2020-2024" or 2019..2023'
        )
