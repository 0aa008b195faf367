"""What is marked, with its sum; a range of marks that grows and shrinks with the cursor."""

from collections.abc import Collection, Iterator, Mapping, MutableMapping

import msgspec

from s3audio_tui.tui.targets import Target


class Marks(MutableMapping[str, Target]):
    """Targets by what names their rows. The sum is kept, so that it costs nothing to tell."""

    def __init__(self, targets: Mapping[str, Target] | None = None) -> None:
        self._targets: dict[str, Target] = dict(targets or {})
        self.bytes = sum(target.bytes for target in self._targets.values())

    def __getitem__(self, key: str) -> Target:
        return self._targets[key]

    def __setitem__(self, key: str, target: Target) -> None:
        self.pop(key, None)
        self._targets[key] = target
        self.bytes += target.bytes

    def __delitem__(self, key: str) -> None:
        self.bytes -= self._targets.pop(key).bytes

    def __contains__(self, key: object) -> bool:
        return key in self._targets

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __len__(self) -> int:
        return len(self._targets)

    def clear(self) -> None:
        """Unmark all, however many they are."""
        self._targets, self.bytes = {}, 0

    def with_all(self, more: Mapping[str, Target]) -> "Marks":
        """Return these and others. Takes long for many: not in the loop."""
        return Marks({**self._targets, **more})

    def without(self, others: Collection[str]) -> "Marks":
        """Return these but for others. Takes long for many: not in the loop."""
        mine = dict(self._targets)
        return Marks({key: each for key, each in mine.items() if key not in others})


class Stretch(msgspec.Struct):
    """The lines from where a range was begun, its anchor, up to where the cursor was last seen."""

    anchor_key: str
    anchor: int
    upto: int
    passing: bool = False
    """Whether it ends with the next move that does not extend it."""
    added: set[str] = msgspec.field(default_factory=set)
    """What it has marked, that was not marked before."""

    def steps(self, line: int) -> tuple[list[range], list[range]]:
        """Return the lines to mark and those to take back when the cursor goes to `line`."""
        low, high = sorted((self.anchor, self.upto))
        new_low, new_high = sorted((self.anchor, line))
        more = [range(new_low, low), range(high + 1, new_high + 1)]
        back = [range(low, new_low), range(new_high + 1, high + 1)]
        return [lines for lines in more if lines], [lines for lines in back if lines]
