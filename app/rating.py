"""What a person says of an answer: good, or not good."""

from enum import IntEnum
from typing import Literal


class Rating(IntEnum):
    """As it is kept in the store."""

    GOOD = 1
    BAD = -1

    @property
    def word(self) -> Literal["good", "not good"]:
        """As it is shown and given to programs."""
        return "good" if self is Rating.GOOD else "not good"
