"""The expression language of claims: text into a tree, without evaluating anything.

Here: tokens, nodes and the parser. Not here: what a name means (`evaluate`), the keys of
claims.yml (`forms`). Nothing is ever handed to Python's own `eval`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from reconciliation.claims.errors import ClaimError, nearest

COMPARISONS = (">=", "<=", "==", "!=", ">", "<", "in", "not in")
KEYWORDS = frozenset({"and", "or", "not", "in", "for", "if", "except", "is"})


@dataclass(frozen=True)
class Number:
    """A number as written; its decimals say what it stands for when compared."""

    text: str


@dataclass(frozen=True)
class Text:
    """A quoted word."""

    value: str


@dataclass(frozen=True)
class Name:
    """A loop variable, a quoted fact, a group, or a bare key such as TWN."""

    name: str


@dataclass(frozen=True)
class Span:
    """Periods from one to another, both included."""

    first: Node
    last: Node


@dataclass(frozen=True)
class Shifted:
    """A period so many periods before (negative) or after another one, inside brackets."""

    of: Node
    by: int


@dataclass(frozen=True)
class Listed:
    """[A, B] keeps its order, {A, B} has none."""

    items: tuple[Node, ...]
    ordered: bool


@dataclass(frozen=True)
class Everything:
    """The star in brackets: every row, or every period."""


@dataclass(frozen=True)
class Ref:
    """Cells by place: `T1-2-01.measure[row, period]` and its relatives.

    `kind` is cell, figure, indicator, external or edition; `book` the other edition's id.
    """

    kind: str
    table: str
    measure: str
    index: tuple[Node, ...]
    book: str = ""
    bracketed: bool = True


@dataclass(frozen=True)
class Call:
    """A function with its arguments; `loop` where the only or first argument is repeated."""

    name: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Loop:
    """`expression for k in group if condition`, with one or more `for`."""

    body: Node
    over: tuple[tuple[str, Node], ...]
    condition: Node | None


@dataclass(frozen=True)
class Arithmetic:
    """left + right, and so on; on groups, + joins and - takes away."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negative:
    """-x."""

    of: Node


@dataclass(frozen=True)
class Comparison:
    """A chain such as 0 < x < 5."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Both:
    """All parts hold (`and`)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds (`or`)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Node


Node = (
    Number
    | Text
    | Name
    | Span
    | Shifted
    | Listed
    | Everything
    | Ref
    | Call
    | Loop
    | Arithmetic
    | Negative
    | Comparison
    | Both
    | Either
    | Not
)

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<table>[TF]\d+-\d+-\d+)(?![\w-])
    | (?P<period>\d{4}-(?:\d{4}|Q[1-4]|\d{2}))(?![\w-])
    | (?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:_\d+)*(?:\.\d+)?)%?(?![A-Za-z_])
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>\.\.|>=|<=|==|!=|<>|≥|≤|≠|×|÷|[-−+*/()\[\]{},.<>=|])
    )""",
    re.VERBOSE,
)
_SAME = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "=": "==", "×": "*", "÷": "/", "−": "-"}
_BOOK = re.compile(r"edition_(\d{4})_(\d{2})")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int
    spaced: bool = False


def parse(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ClaimError: the text is not an expression; says at which word.

    >>> parse("1 + x")
    Arithmetic(operator='+', left=Number(text='1'), right=Name(name='x'))
    """
    try:
        return _Parser(text).whole()
    except RecursionError as error:
        raise ClaimError(
            "the expression is nested too deeply", todo="split it into several claims"
        ) from error


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            rest = text[at:].strip().split()[0]
            raise ClaimError(
                f"'{rest}' cannot be read in '{text}'",
                todo="use numbers, cells such as T1-2-01.measure[row, period], functions, "
                "+ - * / and > >= < <= == !=",
            )
        kind = str(match.lastgroup)
        word = match[kind]
        found.append(_Token(kind, _SAME.get(word, word), match.start(kind)))
        at = match.end()
    found.append(_Token("end", "", len(text)))
    return found


class _Parser:
    """Recursive descent, weakest binding first: or, and, not, comparison, sum, product, sign."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0

    def whole(self) -> Node:
        node = self._loop_or_expression()
        if self._next.kind != "end":
            self._fail("the expression should end before")
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in ("sign", "name") and self._next.text in texts

    def _expect(self, text: str) -> None:
        if not self._is(text):
            self._fail(f"'{text}' is missing before")
        self._take()

    def _fail(self, what: str) -> NoReturn:
        token = self._next
        word = f"'{token.text}'" if token.kind != "end" else "the end"
        hint = "mend the expression there"
        if token.kind == "name":
            hint += "; words such as `more than` belong to `value:`, here write > < >= <="
        raise ClaimError(f"{what} {word} in '{self._text}'", todo=hint)

    def _loop_or_expression(self) -> Node:
        body = self._either()
        if not self._is("for"):
            return body
        over: list[tuple[str, Node]] = []
        condition = None
        while self._is("for"):
            self._take()
            if self._next.kind != "name" or self._next.text in KEYWORDS:
                self._fail("a name such as k is missing before")
            name = self._take().text
            self._expect("in")
            over.append((name, self._group()))
        if self._is("if"):
            self._take()
            condition = self._either()
        return Loop(body, tuple(over), condition)

    def _group(self) -> Node:
        node = self._sum()
        while self._is("except"):
            self._take()
            node = Arithmetic("-", node, self._sum())
        return node

    def _either(self) -> Node:
        parts = [self._both()]
        while self._is("or"):
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._not()]
        while self._is("and"):
            self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _not(self) -> Node:
        if self._is("not"):
            self._take()
            return Not(self._not())
        return self._comparison()

    def _comparison(self) -> Node:
        first = self._group()
        rest: list[tuple[str, Node]] = []
        while True:
            operator = self._comparison_operator()
            if operator is None:
                break
            rest.append((operator, self._group()))
        return Comparison(first, tuple(rest)) if rest else first

    def _comparison_operator(self) -> str | None:
        if self._is("is"):
            self._take()
            return "!=" if self._is("not") and self._take() else "=="
        if self._is("not"):
            self._take()
            self._expect("in")
            return "not in"
        return self._take().text if self._is(*COMPARISONS) else None

    def _sum(self) -> Node:
        node = self._product()
        while self._is("+", "-"):
            operator = self._take().text
            node = Arithmetic(operator, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._signed()
        while self._is("*", "/"):
            operator = self._take().text
            node = Arithmetic(operator, node, self._signed())
        return node

    def _signed(self) -> Node:
        if self._is("-"):
            self._take()
            return Negative(self._signed())
        if self._is("+"):
            self._take()
            return self._signed()
        return self._spanned()

    def _spanned(self) -> Node:
        node = self._atom()
        if self._is(".."):
            self._take()
            return Span(node, self._atom())
        return node

    def _atom(self) -> Node:
        token = self._next
        if token.kind in ("number", "period"):
            self._take()
            return Number(token.text) if token.kind == "number" else Text(token.text)
        if token.kind == "text":
            self._take()
            return Text(token.text[1:-1])
        if token.kind == "table":
            return self._reference()
        if token.kind == "name" and token.text not in KEYWORDS:
            return self._named()
        if self._is("("):
            self._take()
            node = self._loop_or_expression()
            self._expect(")")
            return node
        if self._is("[", "{"):
            return self._listed()
        if self._is("*"):
            self._take()
            return Everything()
        self._fail("a number, a cell or a function is missing before")

    def _named(self) -> Node:
        name = self._take().text
        if self._is("("):
            return self._call(name)
        if self._is("."):
            return self._qualified(name)
        if self._is("["):
            return Ref("cell", "", name, self._index())
        return Name(name)

    def _qualified(self, name: str) -> Node:
        book = _BOOK.fullmatch(name)
        if name == "previous" or book:
            self._expect(".")
            inner = self._reference()
            label = f"{book[1]}-{book[2]}" if book else "previous"
            return Ref("edition", inner.table, inner.measure, inner.index, label)
        if name in ("indicator", "external"):
            self._expect(".")
            parts = [self._take().text]
            while self._is("."):
                self._take()
                parts.append(self._take().text)
            return Ref(name, "", ".".join(parts), self._index())
        raise ClaimError(
            f"'{name}.' is not known in '{self._text}'",
            todo=nearest(
                name,
                ["indicator.NAME", "external.NAME", "previous.T1-2-01.measure", "T1-2-01.measure"],
            ),
        )

    def _reference(self) -> Ref:
        if self._next.kind != "table":
            self._fail("a table such as T1-2-01 is missing before")
        table = self._take().text
        kind = "figure" if table.startswith("F") else "cell"
        measure = ""
        if self._is("."):
            self._take()
            if self._next.kind != "name":
                self._fail("the name of a measure is missing before")
            measure = self._take().text
        index = self._index() if self._is("[") else ()
        return Ref(kind, table, measure, index, bracketed=bool(index))

    def _index(self) -> tuple[Node, ...]:
        if not self._is("["):
            self._fail("[row, period] is missing before")
        self._take()
        items = [self._place()]
        while self._is(","):
            self._take()
            items.append(self._place())
        self._expect("]")
        return tuple(items)

    def _place(self) -> Node:
        node = self._spanned()
        if self._is("|"):
            items = [node]
            while self._is("|"):
                self._take()
                items.append(self._spanned())
            return Listed(tuple(items), ordered=True)
        while self._is("+", "-") and isinstance(node, Name | Shifted | Number | Text):
            sign = -1 if self._take().text == "-" else 1
            if self._next.kind != "number" or not self._next.text.isdigit():
                self._fail("a whole number of periods is missing before")
            node = Shifted(node, sign * int(self._take().text))
        while self._is("except"):
            self._take()
            node = Arithmetic("-", node, self._spanned())
        return node

    def _listed(self) -> Node:
        ordered = self._take().text == "["
        closing = "]" if ordered else "}"
        items: list[Node] = []
        while not self._is(closing):
            items.append(self._loop_or_expression())
            if not self._is(closing):
                self._expect(",")
        self._take()
        if len(items) == 1 and isinstance(items[0], Loop):
            return Call("list" if ordered else "set", (items[0],), ())
        return Listed(tuple(items), ordered)

    def _call(self, name: str) -> Node:
        self._expect("(")
        arguments: list[Node] = []
        options: list[tuple[str, Node]] = []
        while not self._is(")"):
            following = self._tokens[self._at + 1]
            is_option = (
                self._next.kind == "name" and following.kind == "sign" and following.text == "=="
            ) and self._text[following.at : following.at + 2] != "=="
            if is_option:
                option = self._take().text
                self._take()
                options.append((option, self._loop_or_expression()))
            else:
                arguments.append(self._loop_or_expression())
            if not self._is(")"):
                self._expect(",")
        self._take()
        return Call(name, tuple(arguments), tuple(options))
