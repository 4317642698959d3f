"""Where rules report what is wrong: raised at once for who needs the result, noted for who wants it all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from core.errors import NodescopeError, Problem


class Faults:
    """Notes every error that rules add, with the place (fields of ``Problem``) where they look.

    ``collect`` False: the first one is raised instead. A rule that adds an error goes on with something
    harmless in the place of what is wrong.
    """

    def __init__(self, collect: bool = True) -> None:
        self.collect, self.problems = collect, list[Problem]()
        self._place: dict[str, Any] = {}

    def placed(self, **place: Any) -> "Faults":
        """The same notes, for rules that look at this place."""
        inner = Faults(self.collect)
        inner.problems, inner._place = self.problems, {**self._place, **place}
        return inner

    def add(self, error: NodescopeError) -> None:
        """Note an error, or raise it."""
        error = error.at(**self._place)
        if not self.collect:
            raise error
        self.problems += error.problems

    def warn(self, problem: Problem) -> None:
        """Note what a reader should know; it never stops anything."""
        if not self.collect:
            return
        known = {name: getattr(problem, name) or value for name, value in self._place.items()}
        self.problems.append(replace(problem, severity="warning", **known))

    @contextmanager
    def noting(self, **place: Any) -> Iterator[None]:
        """Note the error that ends what stands inside, or let it out."""
        try:
            yield
        except NodescopeError as error:
            self.placed(**place).add(error)


RAISE = Faults(collect=False)
