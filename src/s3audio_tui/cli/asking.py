"""What to do where a name is taken: as the option says, or as the person answers, file by file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from s3audio_tui.cli.reporting import planned
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import CancelledError, ConflictError, UsageError
from s3audio_tui.library.events import Failed, ItemEvent, Skipped
from s3audio_tui.library.names import IfTaken

T = TypeVar("T")
Given = IfTaken | Literal["ask"]

CHOICES = ("ask", "skip", "rename", "overwrite", "fail")

_ANSWERS: dict[str, IfTaken] = {"s": "skip", "r": "rename", "o": "overwrite"}


@dataclass(frozen=True, slots=True)
class Intent:
    """One item of a dry run. `name` is what would be written, and may be taken."""

    key: str
    path: str
    name: str
    size_bytes: int | None = None


def settle(
    runtime: Runtime,
    given: Given | None,
    items: Sequence[T],
    name: Callable[[T], str],
    find_taken: Callable[[Sequence[T]], set[str]],
    both: Callable[[T], str] = lambda item: "",
) -> dict[IfTaken, list[T]]:
    """Return the items by what shall happen to each where its name is taken.

    Without an option a terminal is asked, and anything else fails. Overwriting is confirmed once
    where something would be overwritten. `find_taken` returns the names that are taken; `both`
    says in words how an item and what is there differ.
    """
    choice = given or ("ask" if runtime.output.interactive else "fail")
    if choice == "ask":
        if not runtime.output.interactive:
            raise UsageError(
                "--if-exists ask needs a terminal", "choose skip, rename, overwrite or fail"
            )
        return _ask(runtime, items, name, find_taken(items), both)
    if choice == "overwrite" and not runtime.yes:
        runtime.confirm_overwriting(len(find_taken(items)))
    return {choice: list(items)}


def _ask(
    runtime: Runtime,
    items: Sequence[T],
    name: Callable[[T], str],
    names_taken: set[str],
    both: Callable[[T], str],
) -> dict[IfTaken, list[T]]:
    settled: dict[IfTaken, list[T]] = {}
    for_all: IfTaken | None = None
    for item in items:
        choice: IfTaken = "fail"
        if name(item) in names_taken:
            said = f"{name(item)} is there already{both(item)}"
            choice, lasts = (for_all, True) if for_all else _answer(runtime, said)
            for_all = choice if lasts else None
        settled.setdefault(choice, []).append(item)
    return settled


def _answer(runtime: Runtime, said: str) -> tuple[IfTaken, bool]:
    """Return what the person wants of what was said, and whether of all that follow too."""
    prompt = f"{said}: [s]kip, [r]ename, [o]verwrite (capital: all), [q]uit? "
    while True:
        answer = runtime.output.ask(prompt)[:1] or "q"
        if answer in "qQ":
            raise CancelledError("nothing was done", "run it again to begin anew")
        if answer.lower() in _ANSWERS:
            return _ANSWERS[answer.lower()], answer.isupper()


def dry_run(
    intents: Iterable[Intent], names_taken: set[str], choice: Given | None
) -> Iterator[ItemEvent]:
    """Yield what would become of each item."""
    for intent in intents:
        key, path = intent.key, intent.path
        if intent.name not in names_taken or choice in ("overwrite", "rename"):
            yield planned(key, path, intent.size_bytes)
        elif choice in ("skip", "ask"):
            reason = "it is there already" if choice == "skip" else "the name is taken: would ask"
            yield Skipped(key, path, reason)
        else:
            error = ConflictError(
                f"{intent.name} is there already", "choose another name, or --if-exists", key=key
            )
            yield Failed(key, path, error)
