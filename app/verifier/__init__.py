"""The last check before anything is shown: every claim of every sentence must be supported by what it cites.

`unsupported` and `verify` check statements; `verify_draft` a text with [n] marks, as a language model writes it, which it
repairs from the evidence where that is certain and cuts elsewhere. docs/verification.md says what is checked.
"""

from app.verifier.draft import Draft, read_input, verify_draft
from app.verifier.finding import Claim, Finding, Kind, Verdict, VerifiedAnswer
from app.verifier.statements import judge, unsupported, verify

__all__ = [
    "Claim",
    "Draft",
    "Finding",
    "Kind",
    "Verdict",
    "VerifiedAnswer",
    "judge",
    "read_input",
    "unsupported",
    "verify",
    "verify_draft",
]
