"""How far two spellings are apart."""

from __future__ import annotations

from collections.abc import Iterator


def without_one(word: str) -> Iterator[str]:
    """The word without any one of its letters."""
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def near(one: str, other: str, most: int = 1) -> bool:
    """Whether at most so many letters were left out, added, changed or swapped with their neighbour."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            now.append(min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted)))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                now[-1] = min(now[-1], before[column - 2] + 1)
        before, last = last, now
    return last[-1] <= most
