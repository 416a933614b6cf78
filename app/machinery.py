"""Text that mimics the machinery of a language model: chat markup, a line that opens with a role, a call of a tool.

It is no statement of anything, and never taken as evidence.
"""

import re

_MIMICS = re.compile(
    r"<\|[\w ]{1,30}\|>|\[/?INST\]|<</?SYS>>|</?(?:tool_call|tool_result|function_call|instructions?|system|assistant)\b[^>]{0,80}>"
    r"|^\W*(?:system|assistant|user|human|ai|chatbot)\s*:|[\"']role[\"']\s*:\s*[\"'](?:system|assistant|user)",
    re.IGNORECASE,
)


def mimics_machinery(text: str) -> bool:
    """Whether a stretch of a document mimics it."""
    return _MIMICS.search(text) is not None
