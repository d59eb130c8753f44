"""Containers as they really are: zip, workbook, gzip and XML, proven whole before they are opened.

Here: what a file is by its content; whether its container is whole (directory, lengths, CRC) and
harmless (no bomb, no path that leads out, no container inside, no XML entity, no macro); inflating
within limits. Not here: what the content means (each publisher's module), cells of a workbook
(`excel`), the comparison with an earlier vintage (`acceptance`).

Nothing is ever extracted to disk by a member's name, and no link of a workbook is followed: links
to other workbooks and embedded objects are inert, and only told in `Container.notes`.
"""

from __future__ import annotations

import gzip
import re
import stat
import struct
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal
from xml.parsers import expat

from sources.contract import SourceError

Kind = Literal["zip", "workbook", "old workbook", "gzip", "xml", "other"]

ZIP, EMPTY_ZIP, GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
NESTED = {
    ZIP: "zip",
    GZIP: "gzip",
    OLE: "Office file",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""How a container begins that may not stand inside another one."""
METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}
"""Names of compression methods that a zip may use and that are not read here."""

_CHUNK = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError)
_AGAIN = "download it again and compare its size with the publisher's"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MACROS = ("vbaproject.bin", "vbadata.xml")
_OLD_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_INERT = {
    "externallinks": "links to other workbooks; they are not followed",
    "embeddings": "embedded objects; they are not opened",
    "activex": "controls; they are not run",
    "connections.xml": "data connections; they are not opened",
}


@dataclass(frozen=True)
class Limits:
    """How much a container may hold; the ratio counts above `free_bytes` only."""

    inflated_bytes: int = 512 << 20
    ratio: int = 200
    free_bytes: int = 16 << 20
    members: int = 10_000
    workbook_cells: int = 2_000_000
    workbook_letters: int = 256 << 20


@dataclass(frozen=True)
class Container:
    """What a file is: its kind, its members with their inflated sizes, and what should be told."""

    kind: Kind
    members: dict[str, int]
    notes: tuple[str, ...] = ()


DEFAULT_LIMITS = Limits()


def inspect_container(
    path: Path, limits: Limits = DEFAULT_LIMITS, *, whole: bool = True
) -> Container:
    """Prove that a file's container is whole and harmless; plain text passes as 'other'.

    Declared sizes are judged before anything is inflated; then every member is inflated in small
    pieces, so that memory stays flat, and must have the declared length and CRC.

    Args:
        path: the file.
        limits: how much it may hold.
        whole: inflate the members of a zip. Without it only its directory is judged: for a reader
            that proves length and CRC itself while it reads.

    Raises:
        SourceError: the container is cut off, damaged, encrypted, compressed by a method that is
            not read, too large inside, holds another container, a member whose name leads out of
            a directory, XML with a document type or entities, or macros.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(512)
    except FileNotFoundError:
        raise SourceError(f"There is no file {path}.", todo="check the path") from None
    if start.startswith((ZIP, EMPTY_ZIP)):
        return _inspect_zip(path, limits, whole=whole)
    if start.startswith(GZIP):
        return Container("gzip", {path.stem: _measure_gzip(path, limits)})
    if start.startswith(OLE):
        _refuse_old_macros(path)
        return Container("old workbook", {})
    for mark, name in NESTED.items():
        # Of these only zip and gzip are read; the others are told by their name.
        if start.startswith(mark) and (mark != b"BZh" or start[4:10] == b"1AY&SY"):
            raise SourceError(
                f"The file is a {name} container, which is not read.",
                file=path,
                expected="the publisher's file itself, or its zip or gzip",
                todo="unpack it and land what is inside",
            )
    if _looks_like_xml(start):
        with path.open("rb") as stream:
            refuse_entities(iter(lambda: stream.read(1 << 16), b""), file=path.name)
        return Container("xml", {})
    return Container("other", {})


def read_gzip(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return what a gzip file holds, whole and within limits.

    Raises:
        SourceError: see `inspect_container`.
    """
    return b"".join(_gzip_pieces(path, limits))


def read_member(path: Path, name: str) -> bytes:
    """Return a member of a zip that `inspect_container` has passed."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def refuse_entities(pieces: Iterator[bytes], *, file: str) -> None:
    """Parse XML up to its root element; a document type, which must stand before, is refused.

    Whether the rest is well-formed is left to the reader.

    Raises:
        SourceError: a document type, or no root element.
    """
    parser = guarded_parser(file)
    seen: list[str] = []
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    for piece in pieces:
        feed(parser, piece, file)
        if seen:
            return
    feed(parser, b"", file, final=True)


def guarded_parser(file: str) -> expat.XMLParserType:
    """Return an expat parser that refuses a document type, the place where entities are declared.

    >>> guarded_parser("a.xml").Parse(b"<!DOCTYPE a><a/>", True)
    Traceback (most recent call last):
    ...
    sources.contract.SourceError: a.xml, line 1: The XML declares a document type ('a'). ...
    """
    parser = expat.ParserCreate()

    def refuse(name: str, *_: object) -> None:
        raise SourceError(
            f"The XML declares a document type ('{name}').",
            file=file,
            place=parser.CurrentLineNumber,
            expected="plain XML: no data of these publishers needs a DTD, and entities can read "
            "local files or swell without end",
            todo="get the file from the publisher itself",
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, data: bytes, file: str, *, final: bool = False) -> None:
    """Give a parser its next bytes.

    Raises:
        SourceError: they are not well-formed XML, or in an encoding that is not known.
    """
    try:
        parser.Parse(data, final)
    except SourceError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise SourceError(
            f"The XML is cut off or damaged ({error}).",
            file=file,
            place=parser.CurrentLineNumber,
            expected="a whole XML document in UTF-8",
            todo=_AGAIN,
        ) from error


def _looks_like_xml(start: bytes) -> bool:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", errors="replace").encode("utf-8")
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip().replace(b"\0", b"")
    return bare[:5] == b"<?xml" or re.match(rb"<!(DOCTYPE|ENTITY)\b(?! html)", bare) is not None


def _measure_gzip(path: Path, limits: Limits) -> int:
    return sum(len(piece) for piece in _gzip_pieces(path, limits))


def _gzip_pieces(path: Path, limits: Limits) -> Iterator[bytes]:
    packed, inflated, first = path.stat().st_size, 0, b""
    try:
        with gzip.open(path, "rb") as stream:
            while piece := stream.read(_CHUNK):
                if not inflated:
                    first = piece[:16]
                    _refuse_nested(path.stem, first, path)
                inflated += len(piece)
                _refuse_bomb(inflated, packed, limits, path, path.stem)
                yield piece
    except _DAMAGE as error:
        raise _damaged(error, path) from error


def _inspect_zip(path: Path, limits: Limits, *, whole: bool) -> Container:
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect_archive(archive, path, limits, whole=whole)
    except RuntimeError as error:  # zipfile's word for a member with a password
        raise SourceError(
            f"The container is encrypted ({error}).",
            file=path,
            todo="unpack it with its password and land what is inside",
        ) from error
    except _DAMAGE as error:
        raise _damaged(error, path) from error


def _inspect_archive(
    archive: zipfile.ZipFile, path: Path, limits: Limits, *, whole: bool
) -> Container:
    members = archive.infolist()
    if not members:
        raise SourceError("The zip is empty.", file=path, todo=_AGAIN)
    if len(members) > limits.members:
        raise SourceError(
            f"The zip has {len(members):,} members.",
            file=path,
            expected=f"at most {limits.members:,}",
            todo="get the file from the publisher itself",
        )
    seen: dict[str, str] = {}
    for member in members:
        _check_member(member, path)
        folded = member.filename.casefold()
        if folded in seen:
            raise SourceError(
                f"The zip has the member '{member.filename}' twice.",
                file=path,
                expected="every member once: readers differ in which of two they take",
                todo=_AGAIN,
            )
        seen[folded] = member.filename
    _check_sizes(archive, members, path, limits)
    is_workbook = bool({"[content_types].xml", "mimetype"} & seen.keys())
    if is_workbook:
        _refuse_macros(seen, path)
    cells = _Cells(limits)
    for member in members:
        if not member.is_dir() and (whole or is_workbook):
            _inflate(archive, member, path, cells if is_workbook else None)
    cells.check_text(path.name)
    return Container(
        kind="workbook" if is_workbook else "zip",
        members={m.filename: m.file_size for m in members if not m.is_dir()},
        notes=_inert_parts(seen, path) if is_workbook else (),
    )


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    """Refuse a member by what the directory says of it."""
    name = member.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    is_drive = bool(re.match(r"[A-Za-z]:", name))
    if "\0" in name or "\\" in name or is_drive or name.startswith("/") or ".." in parts:
        raise SourceError(
            f"The member {name!r} leads out of the container.",
            file=path,
            expected="plain names, without '..', a drive or a leading '/'",
            todo="do not unpack it; get the file from the publisher itself",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SourceError(
            f"The member '{name}' is a link to another file.",
            file=path,
            expected="files",
            todo="do not unpack it; get the file from the publisher itself",
        )
    if member.flag_bits & 0x1:
        raise SourceError(
            f"The member '{name}' is encrypted.",
            file=path,
            todo="open the file with its password and save it without one",
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = METHODS.get(member.compress_type, f"method {member.compress_type}")
        raise SourceError(
            f"The member '{name}' is compressed by {method}, which is not read.",
            file=path,
            expected="Deflate, or no compression",
            todo="unpack it with 7-Zip and compress it again as an ordinary zip (Deflate), or "
            "land the file that is inside",
        )


def _check_sizes(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, limits: Limits
) -> None:
    """Refuse a bomb by what the directory declares, and members that share bytes."""
    packed = path.stat().st_size
    _refuse_bomb(sum(m.file_size for m in members), packed, limits, path, None)
    for member in members:
        _refuse_bomb(member.file_size, member.compress_size, limits, path, member.filename)
    ends = sorted((member.header_offset, member.compress_size) for member in members)
    limit = archive.start_dir
    for (start, size), following in zip(
        ends, [*(start for start, _ in ends[1:]), limit], strict=True
    ):
        if start + 30 + size > following:
            raise SourceError(
                "Members of the zip share their bytes.",
                file=path,
                expected="each member in its own place",
                todo="get the file from the publisher itself",
            )


def _refuse_bomb(inflated: int, packed: int, limits: Limits, path: Path, name: str | None) -> None:
    ratio = inflated / max(packed, 1)
    too_dense = inflated > limits.free_bytes and ratio > limits.ratio
    if inflated <= limits.inflated_bytes and not too_dense:
        return
    holder = f"'{name}' in the container" if name else "The container"
    raise SourceError(
        f"{holder} swells from {packed:,} to {inflated:,} bytes or more ({ratio:,.0f} times).",
        file=path,
        expected=f"at most {limits.inflated_bytes:,} bytes, and {limits.ratio} times above "
        f"{limits.free_bytes:,} bytes",
        todo="get the file from the publisher itself; if it is right, raise the source's limits",
    )


def _refuse_nested(name: str, start: bytes, path: Path) -> None:
    for mark, kind in NESTED.items():
        if start.startswith(mark) and (mark != b"BZh" or start[4:10] == b"1AY&SY"):
            raise SourceError(
                f"'{name}' in the container is a {kind} itself.",
                file=path,
                expected="data, not a container inside a container",
                todo="unpack the outer one and land what is inside",
            )


def _inflate(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, cells: _Cells | None
) -> None:
    """Inflate a member in small pieces: zipfile proves its length and CRC at its end."""
    is_part = cells is not None and member.filename.lower().endswith((".xml", ".rels"))
    with archive.open(member) as stream:
        if cells is not None and is_part:
            cells.parse_part(stream, f"{path.name} ({PurePosixPath(member.filename).name})")
        elif cells is None:
            _refuse_nested(member.filename, stream.read(16), path)
        while stream.read(_CHUNK):
            pass


def _damaged(error: Exception, path: Path) -> SourceError:
    return SourceError(
        f"The container is cut off or damaged ({error}).",
        file=path,
        expected="a whole zip, workbook or gzip file",
        todo=_AGAIN,
    )


def _refuse_macros(names: dict[str, str], path: Path) -> None:
    for folded, name in names.items():
        parts = PurePosixPath(folded).parts
        if parts and (parts[-1] in _MACROS or "macrosheets" in parts or parts[0] == "basic"):
            raise SourceError(
                f"The workbook has macros ('{name}').",
                file=path,
                expected="a workbook without macros",
                todo="open it with macros switched off, save it as .xlsx and land that",
            )


def _refuse_old_macros(path: Path) -> None:
    if _OLD_MACROS in path.read_bytes():
        raise SourceError(
            "The workbook has macros.",
            file=path,
            expected="a workbook without macros",
            todo="open it with macros switched off, save it as .xlsx and land that",
        )


def _inert_parts(names: dict[str, str], path: Path) -> tuple[str, ...]:
    found = {
        note
        for folded in names
        for part, note in _INERT.items()
        if part in PurePosixPath(folded).parts
    }
    return tuple(f"{path.name} has {note}." for note in sorted(found))


class _Cells:
    """What a reader will make of a workbook's sheets, counted while the parts are parsed.

    A reader makes the whole rectangle that the filled cells of a sheet span, and a copy of a shared
    text for each cell that points to it: a small file can ask for any amount of memory.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spanned = 0
        self.text_lengths = array("Q")
        self.text_uses = array("Q")

    def parse_part(self, stream: IO[bytes], file: str) -> None:
        """Parse one XML part: well-formed, without entities, of a size that fits."""
        parser = guarded_parser(file)
        extent: _Part | None = None

        def start(name: str, attributes: dict[str, str]) -> None:
            # The root decides, not the part's name, which a workbook may choose freely.
            nonlocal extent
            kind = _PARTS.get(name.rpartition(":")[2])
            parser.StartElementHandler = None
            if kind is not None:
                extent = kind(self, file)
                parser.StartElementHandler = extent.start
                parser.EndElementHandler = extent.end
                parser.CharacterDataHandler = extent.text

        parser.StartElementHandler = start
        parser.buffer_text = True
        while piece := stream.read(_CHUNK):
            feed(parser, piece, file)
        feed(parser, b"", file, final=True)
        if extent is not None:
            extent.close()

    def check_text(self, file: str) -> None:
        """Refuse a workbook whose shared texts swell when each cell gets its copy."""
        known = len(self.text_lengths)
        swollen = sum(self.text_lengths[use] for use in self.text_uses if use < known)
        if swollen > self.limits.workbook_letters:
            raise SourceError(
                f"The texts of the workbook's cells add up to {swollen:,} letters.",
                file=file,
                expected=f"at most {self.limits.workbook_letters:,}",
                todo="get the workbook from the publisher itself",
            )


class _Part:
    """Handlers of one XML part."""

    def __init__(self, cells: _Cells, file: str) -> None:
        self.cells, self.file = cells, file
        self.row = self.column = self.rows = self.columns = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the start of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, text: str) -> None:
        """Meet text."""

    def close(self) -> None:
        """End a sheet: the next one counts beside it."""
        self.cells.spanned += self.rows * self.columns
        self.row = self.column = self.rows = self.columns = 0

    def fill(self) -> None:
        """Note that the cell at `row` and `column` is filled."""
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        limit = self.cells.limits.workbook_cells
        if self.cells.spanned + self.rows * self.columns > limit:
            raise SourceError(
                f"The sheet spans {self.rows:,} rows and {self.columns:,} columns"
                + (
                    f", the sheets before {self.cells.spanned:,} cells."
                    if self.cells.spanned
                    else "."
                ),
                file=self.file,
                expected=f"at most {limit:,} cells in a workbook",
                todo="delete what stands far away from the table, and save the workbook",
            )


class _Sheet(_Part):
    """A worksheet: rows and cells, each with or without its reference."""

    is_shared = in_value = False
    index = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._cell(attributes.get("r"))
            self.is_shared = attributes.get("t") == "s"
        elif local in ("v", "is"):
            self.fill()
            self.in_value, self.index = self.is_shared, ""
        elif local == "row":
            given = attributes.get("r", "")
            row = int(given) if _is_count(given) else self.row + 1
            if row <= self.row:
                self._refuse_order(f"row {row}")
            self.row, self.column = row, 0

    def end(self, name: str) -> None:
        if self.in_value and name.rpartition(":")[2] == "v":
            if _is_count(self.index):
                self.cells.text_uses.append(int(self.index))
            self.in_value = False

    def text(self, text: str) -> None:
        if self.in_value:
            self.index += text

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _CELL.fullmatch(reference)
        column = 0
        for letter in found[1] if found else "":
            column = column * 26 + ord(letter) - ord("A") + 1
        if found is None or int(found[2]) != self.row or column <= self.column:
            self._refuse_order(f"cell {reference}")
        self.column = column

    def _refuse_order(self, what: str) -> None:
        raise SourceError(
            f"In the sheet, {what} stands after row {self.row}, column {self.column}.",
            file=self.file,
            expected="every row and cell once, in their order",
            todo="open the workbook in Excel and save it",
        )


class _SharedTexts(_Part):
    """The texts that cells point to."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self.cells.text_lengths.append(0)

    def text(self, text: str) -> None:
        if self.cells.text_lengths:
            self.cells.text_lengths[-1] += len(text)


class _OpenSheets(_Part):
    """The sheets of OpenDocument, where a cell or row may say that it is repeated."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            self.close()
        elif local == "table-row":
            self.row += _times(attributes, "table:number-rows-repeated")
            self.column = 0
        elif local in ("table-cell", "covered-table-cell"):
            self.column += _times(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes:
                self.fill()


_PARTS: dict[str, type[_Part]] = {
    "worksheet": _Sheet,
    "sst": _SharedTexts,
    "document-content": _OpenSheets,
}


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _times(attributes: dict[str, str], name: str) -> int:
    given = attributes.get(name, "1")
    return int(given) if _is_count(given) else 1
