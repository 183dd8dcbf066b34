"""A text while it is being changed: its nodes, and the tree it must read as in the end. Nothing leaves it unread."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.loading.edit.changes import Change, Edit, Insert, Move, NotEditable, refined
from engine.loading.edit.lines import CommentInside, Page, Splice, spliced
from engine.loading.edit.nodes import Entry, Node, found, nodes
from engine.loading.edit.rendering import Value, as_read, in_brackets, item_lines, key_text, pair_lines
from engine.loading.edit.scalars import Surroundings, respelled
from engine.loading.edit.tree import at, differing, inserted, is_there, put, removed
from engine.loading.source import Path, Source, read


@lru_cache(maxsize=8)
def _parsed(text: str) -> tuple[Any, Page]:
    """Tree and nodes of a text; a form asks for the same one again and again. Neither may be changed. Raises NotEditable."""
    source = read(text.encode("utf-8", "surrogatepass"), "")
    if source.diagnostics:
        raise NotEditable((), "unreadable", diagnostics=tuple(source.diagnostics))
    return source.tree, Page(text, nodes(text))


@dataclass(slots=True)
class Draft:
    """A text on its way. What changed since its nodes were made: `respelled`, figures, which leave paths as they are; `moved`."""

    tree: Any
    page: Page
    respelled: dict[Path, Splice] = field(default_factory=dict)
    moved: list[Splice] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> "Draft":
        """A draft that is still as it was. Raises NotEditable for a text that the reader refuses."""
        return cls(*_parsed(text))

    def finished(self) -> str:
        """The text, once it has been read back as what was asked for. Raises NotEditable."""
        text = self._text()
        source = read(text.encode("utf-8", "surrogatepass"), "")
        if source.diagnostics:
            raise NotEditable(_first_path(source), "other-change", diagnostics=tuple(source.diagnostics))
        path = differing(self.tree, source.tree)
        if path is not None:
            raise NotEditable(path, "other-change", diagnostics=())
        return text

    def make(self, change: Change) -> None:
        """Make one change. Raises NotEditable, NotWritable, CommentInside, OddLayout; the draft is then of no more use."""
        match change:
            case Edit():
                for one in refined(change, self.tree):
                    self._insert(one) if isinstance(one, Insert) else self._edit(one)
            case Insert():
                self._insert(change)
            case Move():
                self._move(change)

    def has_comment_above(self, path: Path) -> bool:
        """Whether a comment stands above an item of a list, and is its own."""
        page, owner, index = self._settle(), self._list(path), path[-1]
        assert isinstance(index, int)
        return page.has_comment(page.extent(owner, index)[0], owner.entries[index].start)

    def _edit(self, edit: Edit) -> None:
        if edit.value is None:
            self._remove(edit.path)
        elif not is_there(self.tree, edit.path):
            self._add(edit)
        elif isinstance(edit.value, list | dict) or isinstance(at(self.tree, edit.path), list | dict):
            self._exchange(edit.path, edit.value)
        else:
            self._respell(edit.path, edit.value)

    def _respell(self, path: Path, value: str | int | Any) -> None:
        if self.moved:
            self._settle()
        way, layout = self._way(path), self.page.layout
        around = Surroundings(_in_brackets(way[:-1]), layout.newline, way[-2].column + 2 if path else 2)
        written, value = respelled(value, way[-1], self.page.text, around)
        self.respelled[path] = Splice(way[-1].start, way[-1].end, written)
        self.tree = put(self.tree, path, value)

    def _exchange(self, path: Path, value: Value) -> None:
        """A collection in the place of a text or a figure, or the other way round."""
        page = self._settle()
        way = self._way(path)
        entry = way[-2].entry(path[-1]) if path else None
        if entry is None:
            raise NotEditable(path, "no-such-place")
        start = entry.key.end if entry.key else entry.start
        if page.has_comment(start, entry.value.end):
            raise CommentInside
        self._splice([self._exchanged(way[-2], entry, value, _in_brackets(way[:-1]))])
        self.tree = put(self.tree, path, value)

    def _exchanged(self, owner: Node, entry: Entry, value: Value, is_inside: bool) -> Splice:
        page, node = self.page, entry.value
        if is_inside or not page.ends_line(node.end):
            if node.is_block:
                raise CommentInside
            return Splice(node.start, node.end, in_brackets(value, page.layout))
        if entry.key is None:
            lines = item_lines(value, owner.column, page.layout)
            return Splice(entry.start, node.end, page.layout.newline.join(lines))
        lines = pair_lines(entry.key.value, value, owner.column, page.layout)
        return Splice(page.colon(entry.key), node.end, page.layout.newline.join(lines).removeprefix(key_text(entry.key.value)))

    def _add(self, edit: Edit) -> None:
        page, (*path, key) = self._settle(), edit.path
        owner, layout = self._way(tuple(path))[-1], page.layout
        assert isinstance(key, str)
        assert edit.value is not None
        keys = [entry.key.value for entry in owner.entries if entry.key]
        index = max((index for index, name in enumerate(keys) if name in edit.after), default=len(keys) - 1)
        if owner.is_block:
            spread = all(entry.value.is_block for entry in owner.entries)
            lines = pair_lines(key, edit.value, owner.column, layout, spread=spread)
        else:
            lines = [f"{key_text(key)}: {in_brackets(edit.value, layout)}"]
        self._splice(page.insertion(owner, index + 1, lines))
        self.tree = put(self.tree, edit.path, edit.value)

    def _insert(self, change: Insert) -> None:
        page, owner, index = self._settle(), self._list(change.path), change.path[-1]
        assert isinstance(index, int)
        value = as_read(change.value)
        if owner.is_block:
            spread = any(entry.value.is_block for entry in owner.entries)
            lines = item_lines(value, owner.column, page.layout, spread=spread)
        else:
            lines = [in_brackets(value, page.layout)]
        self._splice(page.insertion(owner, index, lines))
        self.tree = inserted(self.tree, change.path, value)

    def _remove(self, path: Path) -> None:
        page, way = self._settle(), self._way(path)
        owner = way[-2]
        index = next(n for n, entry in enumerate(owner.entries) if entry is owner.entry(path[-1]))
        if len(owner.entries) > 1:
            self._splice(page.removal(owner, index))
        else:
            holder = way[-3].entry(path[-2]) if len(path) > 1 else None
            if holder is None:
                raise NotEditable(path, "no-such-place")
            self._splice(page.emptied(owner, holder))
        self.tree = removed(self.tree, path)

    def _move(self, move: Move) -> None:
        if not is_there(self.tree, move.path):
            raise NotEditable(move.path, "no-such-place")
        if move.path == move.to:
            return
        page, source, index = self._settle(), self._list(move.path), move.path[-1]
        assert isinstance(index, int)
        value = at(self.tree, move.path)
        taken = page.taken(source, index)
        spaced = source.is_block and move.path[:-1] == move.to[:-1] and page.is_spaced(source)
        self._remove(move.path)
        self._put_back(move.to, value, taken, was_block=source.is_block, spaced=spaced)

    def _put_back(self, to: Path, value: Any, taken: list[str], *, was_block: bool, spaced: bool) -> None:
        page, owner, index = self._settle(), self._list(to), to[-1]
        assert isinstance(index, int)
        lines = taken
        if owner.is_block:
            pad = " " * owner.column
            lines = [taken[0], *(pad + line if line.strip() else line for line in taken[1:])] if was_block else [f"- {taken[0]}"]
        elif was_block:
            if any(line.lstrip().startswith("#") for line in taken):
                raise CommentInside
            lines = [in_brackets(value, page.layout)]
        self._splice(page.insertion(owner, index, lines, spaced=spaced))
        self.tree = inserted(self.tree, to, value)

    def _list(self, path: Path) -> Node:
        """The list an index at the end of `path` is of; the index may be that after the last."""
        way = found(self.page.root, path[:-1])
        index = path[-1] if path else None
        owner = way[-1]
        if len(way) < len(path) or owner.kind != "sequence" or not isinstance(index, int) or not 0 <= index <= len(owner.entries):
            raise NotEditable(path, "no-such-place")
        return owner

    def _way(self, path: Path) -> tuple[Node, ...]:
        way = found(self.page.root, path)
        assert len(way) == len(path) + 1  # the tree, which was asked first, says it is there
        return way

    def _splice(self, splices: list[Splice]) -> None:
        assert not self.respelled  # else the splices would be of another text
        assert not self.moved
        self.moved = splices

    def _text(self) -> str:
        return spliced(self.page.text, [*self.respelled.values(), *self.moved])

    def _settle(self) -> Page:
        """The page as it is with everything made so far."""
        if self.respelled or self.moved:
            self.page = _paged(self._text())
            self.respelled, self.moved = {}, []
        return self.page


def _paged(text: str) -> Page:
    try:
        return Page(text, nodes(text))
    except ValueError:
        raise NotEditable(
            (), "other-change", diagnostics=tuple(read(text.encode("utf-8", "surrogatepass"), "").diagnostics)
        ) from None


def _in_brackets(way: tuple[Node, ...]) -> bool:
    return any(node.style == "flow" for node in way)


def _first_path(source: Source) -> Path:
    """The path nearest to the first complaint."""
    line = source.diagnostics[0].place.line
    paths = [path for path, place in source.values.items() if place.line == line]
    return max(paths, key=len, default=())
