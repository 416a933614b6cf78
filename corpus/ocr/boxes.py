"""Where a span of a recognised page stands on it, by the places of its words."""

from collections.abc import Sequence

from corpus.document import PlacedWord

Box = tuple[float, float, float, float]  # left, top, right, bottom as fractions of the page as shown
_LONG = 3  # characters of a word that tells which way lines run


def word_boxes(words: Sequence[PlacedWord], start: int, end: int) -> list[Box]:
    """Give the boxes of the words that [start, end) touches, those that follow each other on one line as one.

    Lines of a page that lies on its side run up or down.
    """
    long = [word for word in words if word.end - word.start >= _LONG]
    upright = sum(word.bottom - word.top > word.right - word.left for word in long) * 2 <= len(long)
    low, high = (1, 3) if upright else (0, 2)
    boxes: list[Box] = []
    for word in words:
        if word.start >= end or start >= word.end:
            continue
        box = (word.left, word.top, word.right, word.bottom)
        if boxes:
            last = boxes[-1]
            shared = min(last[high], box[high]) - max(last[low], box[low])
            if shared > 0.5 * min(last[high] - last[low], box[high] - box[low]):
                boxes[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
                continue
        boxes.append(box)
    return boxes
