"""Answers in a language model's words: written from numbered evidence, and shown only as far as the verifier lets them.

`writer.write` gives what happens while an answer is written, the `Answer` last. docs/language-models.md says how it is done.
"""

from app.writer.events import Event, Sentence, Status

__all__ = ["Event", "Sentence", "Status"]
