"""stub"""
from app.tabletext.reply import Reply
def confidence(reply: Reply) -> float:
    return min(1.0, reply.features.get("score", 0.0))
from dataclasses import dataclass
@dataclass
class P:
    threshold: float = 0.95
def parameters(): return P()
