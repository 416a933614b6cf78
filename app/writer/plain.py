"""Text on its way to a model and back: document text that can't pass for anything else, and answers that are plain text."""

import re
import secrets
import unicodedata

from app.verifier.draft import MARK

_KEPT = frozenset("\n\t")
_CHAT = re.compile(
    r"<\|([^|>\n]{0,40})\|>|</?s>|\[/?INST\]|<</?SYS>>|</?(?:think|tool_call|system|assistant|user)\b[^>\n]{0,40}>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,400}>")
_ADDRESS = re.compile(r"<?\b(?:https?|ftp|file|data|javascript)\s?:[^\s<>]*>?|\bwww\.\S+", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_LEFT_OVER = re.compile(r"\]\s?\(|!\[|<\s?/?[A-Za-z!]|://|&#|javascript:|```", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` without control, formatting (zero-width, direction) and private characters; line ends stay."""
    kept = (one for one in text if one in _KEPT or unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs"))
    return "".join(kept)


def fence() -> str:
    """A line that no document can hold, since it is drawn anew for each call."""
    return f"=== DATA {secrets.token_hex(8)} ==="


def as_data(text: str) -> str:
    """Document text as a model is shown it: no marks of ours, no words of a chat's own syntax, nothing invisible."""
    plain = _CHAT.sub(lambda match: f"({match[0].strip('<>[]|/')})", visible(text))
    plain = MARK.sub(lambda match: match[0].replace("[", "(").replace("]", ")"), plain)
    return re.sub(r"[ \t]+", " ", plain.replace("===", "= =")).strip()


def as_prose(text: str) -> str:
    """What a model wrote as plain text: images and HTML go, of a link its words stay; marks such as [1] stay."""
    plain = _REFERENCE.sub("", visible(text))
    plain = _IMAGE.sub("", plain)
    plain = _LINK.sub(lambda match: f"[{match[1]}]" if match[1].strip().isdigit() else match[1], plain)
    plain = _EMPHASIS.sub("", _ADDRESS.sub("", _TAG.sub("", plain)))
    return re.sub(r"[ \t]+", " ", plain)


def is_plain(text: str) -> bool:
    """Whether nothing is left that a page could take for markup or an address."""
    return not _LEFT_OVER.search(text)
