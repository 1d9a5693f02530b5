"""The places of a source file that can be changed for the worse, one small change each.

It leaves alone what no test should hold: docstrings, annotations, imports, decorators, `__all__`,
words for developers (built-in errors, logging) and words that are only translated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
}
_CALCULATED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: (r"\*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Div: ("/", "*"),
    ast.Mod: ("%", "*"),
    ast.BitOr: (r"\|", "&"),
    ast.BitAnd: ("&", "|"),
}
_FOR_DEVELOPERS = {
    "AssertionError", "AttributeError", "ImproperlyConfigured", "KeyError", "LookupError",
    "NotImplementedError", "RuntimeError", "TypeError", "ValueError",
}  # fmt: skip
_TRANSLATED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext"}
_LOGGED = {"log", "logger", "logging"}
# Their arguments change no row; how rows are locked matters on PostgreSQL only, to the races there.
_CHANGING_NO_ROW = {
    "select_related", "prefetch_related", "only", "defer", "iterator", "select_for_update",
}  # fmt: skip
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True)
class Place:
    """One change: which bytes of the file become what, and where it stands."""

    path: str
    line: int
    start: int
    end: int
    new: str
    what: str  # "old → new", on one line
    function: str  # its qualified name; "" at the module's own level
    statement: int | None  # line of the innermost statement of a function; None: run at import
    nth: int = 0  # among equal changes of the same function

    @property
    def name(self) -> str:
        """What stays the same while other parts of the file change."""
        again = f" #{self.nth + 1}" if self.nth else ""
        return f"{self.path} | {self.function} | {self.what}{again}"


def places(root: Path, path: str) -> list[Place]:
    """All places of one file, in order, where the changed file is still valid Python."""
    source = (root / path).read_bytes()
    counted: dict[str, int] = {}
    found = []
    for place in _Finder(path, source).found():
        try:
            compile(changed(source, place), path, "exec", dont_inherit=True)
        except SyntaxError:
            continue
        nth = counted[place.name] = counted.get(place.name, -1) + 1
        found.append(replace(place, nth=nth))
    return found


def changed(source: bytes, place: Place) -> bytes:
    """The file with the one change in it."""
    return source[: place.start] + place.new.encode() + source[place.end :]


@dataclass(frozen=True, slots=True)
class _Where:
    function: str = ""
    statement: int | None = None
    is_in_function: bool = False


class _Finder:
    """One walk over one file."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def found(self) -> Iterator[Place]:
        yield from self._block(ast.parse(self.source).body, _Where())

    # --- Positions ------------------------------------------------------------------------------

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self.lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def _text(self, start: int, end: int) -> str:
        return self.source[start:end].decode()

    def _place(self, where: _Where, start: int, end: int, new: str, what: str = "") -> Place:
        shown = what or f"{self._text(start, end)} → {new or '(nothing)'}"
        line = self.source.count(b"\n", 0, start) + 1
        return Place(
            self.path, line, start, end, new, " ".join(shown.split()), where.function,
            where.statement,
        )  # fmt: skip

    # --- Statements -----------------------------------------------------------------------------

    def _block(self, body: list[ast.stmt], where: _Where) -> Iterator[Place]:
        for statement in body:
            at = replace(where, statement=statement.lineno) if where.is_in_function else where
            yield from self._statement(statement, at)

    def _statement(self, node: ast.stmt, where: _Where) -> Iterator[Place]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from self._definition(node, where)
        elif isinstance(node, ast.Import | ast.ImportFrom) or self._is_left_alone(node):
            return
        else:
            if isinstance(node, ast.If) and isinstance(node.body[0], _LEAVING):
                only = node.body[0]
                what = f"{self._text(self._start(only), self._end(only))} → pass"
                yield self._place(where, self._start(only), self._end(only), "pass", what)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                yield self._place(where, self._start(node), self._end(node), "pass")
            yield from self._children(node, where)

    def _definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, where: _Where
    ) -> Iterator[Place]:
        name = f"{where.function}.{node.name}".lstrip(".")
        if isinstance(node, ast.ClassDef):
            yield from self._block(node.body, replace(where, function=name))
            return
        first = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
        inside = _Where(name, first[0].lineno, True)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                yield from self._expression(default, inside)
        yield from self._block(node.body, inside)

    def _is_left_alone(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return True
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return True
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            return _called(node.exc) in _FOR_DEVELOPERS
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return any(part in _LOGGED for part in _dotted(node.value.func))
        return isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        )

    def _children(self, node: ast.AST, where: _Where) -> Iterator[Place]:
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "targets", "type_params"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.stmt):
                    yield from self._block([child], where)
                elif isinstance(child, ast.expr):
                    yield from self._expression(child, where)
                elif isinstance(child, ast.AST) and not isinstance(child, ast.pattern):
                    yield from self._children(child, where)

    # --- Expressions ----------------------------------------------------------------------------

    def _expression(self, node: ast.expr, where: _Where) -> Iterator[Place]:
        if isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.Call) and _called(node) in _TRANSLATED | _FOR_DEVELOPERS:
            return
        match node:
            case ast.Compare():
                yield from self._compared(node, where)
            case ast.BoolOp():
                old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from self._between(left, right, rf"\b{old}\b", new, where)
            case ast.BinOp() if type(node.op) in _CALCULATED:
                yield from self._between(
                    node.left, node.right, *_CALCULATED[type(node.op)], where=where
                )
            case ast.UnaryOp(op=ast.Not()):
                start = self._start(node)
                what = f"{self._text(start, self._end(node))} without not"
                yield self._place(where, start, start + 3, "", what)
            case ast.Constant():
                yield from self._constant(node, where)
            case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set():
                yield from self._members(list(node.elts), list(node.elts), where)
            case ast.Dict() if None not in node.keys:
                yield from self._members([key for key in node.keys if key], node.values, where)
            case ast.Call(func=ast.Attribute(attr="filter" | "exclude") as called):
                start, end = self._end(called.value), self._end(node)
                yield self._place(where, start, end, "")
        if isinstance(node, ast.Call) and _called(node) in _CHANGING_NO_ROW:
            yield from self._expression(node.func, where)
            return
        yield from self._children(node, where)

    def _compared(self, node: ast.Compare, where: _Where) -> Iterator[Place]:
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            old, new = _COMPARED[type(operator)]
            yield from self._between(left, right, old, new, where)

    def _between(
        self, left: ast.expr, right: ast.expr, old: str, new: str, where: _Where
    ) -> Iterator[Place]:
        """The operator between two operands replaced."""
        start, end = self._end(left), self._start(right)
        found = re.search(old, self._text(start, end))
        if found is None:
            return
        at = start + len(self._text(start, end)[: found.start()].encode())
        whole = self._text(self._start(left), self._end(right))
        what = f"{whole}: {found.group()} → {new}"
        yield self._place(where, at, at + len(found.group().encode()), new, what)

    def _constant(self, node: ast.Constant, where: _Where) -> Iterator[Place]:
        start, end, value = self._start(node), self._end(node), node.value
        if value is True or value is False:
            yield self._place(where, start, end, str(not value))
        elif isinstance(value, int):
            yield self._place(where, start, end, str(value + 1))
            yield self._place(where, start, end, f"({value - 1})")
        elif isinstance(value, str) and len(value) < 60 and node.lineno == node.end_lineno:
            yield self._place(where, start, end, repr(f"{value}x"))

    def _members(
        self, firsts: list[ast.expr], lasts: list[ast.expr], where: _Where
    ) -> Iterator[Place]:
        """Each member of a table left out, where there are others, and neighbours swapped."""
        spans = [(self._start(a), self._end(b)) for a, b in zip(firsts, lasts, strict=True)]
        if len(spans) < 2:
            return
        for number, (start, end) in enumerate(spans):
            what = f"{self._text(start, end)} left out"
            if number + 1 < len(spans):
                yield self._place(where, start, spans[number + 1][0], "", what)
            else:
                follows = self.source[end:].lstrip().startswith(b",")
                comma = "" if follows else ","
                yield self._place(where, spans[number - 1][1], end, comma, what)


def _called(node: ast.Call) -> str:
    return _dotted(node.func)[-1] if _dotted(node.func) else ""


def _dotted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Attribute):
        return [*_dotted(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else []
