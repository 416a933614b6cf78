"""Where else something is said: passages that say the same, that contradict it, and that are merely near to it.

What a sentence or a cell tells is read into its core (`core.py`: of what, of whom, of when, which figure); two cores are
compared (`compare.py`), and nothing is called agreeing or contradicting that the comparison and the verifier don't bear
out: in doubt it is related. docs/reading.md says how, and how well.
"""

from app.elsewhere.compare import Comparison, Reason, Relation, compare
from app.elsewhere.said import Said, said_in_cell, said_in_sentence
from app.elsewhere.search import Elsewhere, Found, elsewhere, place_cited
from app.elsewhere.told import elsewhere_text

__all__ = [
    "Comparison",
    "Elsewhere",
    "Found",
    "Reason",
    "Relation",
    "Said",
    "compare",
    "elsewhere",
    "elsewhere_text",
    "place_cited",
    "said_in_cell",
    "said_in_sentence",
]
