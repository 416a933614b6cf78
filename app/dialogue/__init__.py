"""Follow-ups: a question that leans on the turns before it becomes a whole question, which is then understood by itself.

`resolve` gives that question, or the reply where the last answer itself is asked about; `clarify` asks back where two
readings are near. Nothing here answers from documents.
"""

from app.dialogue.resolve import resolve
from app.dialogue.state import LOOKED_BACK, Known, Resolved

__all__ = ["LOOKED_BACK", "Known", "Resolved", "resolve"]
