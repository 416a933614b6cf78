"""The page's script and its look, joined from their parts in this order."""

from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "base", "speech", "focus", "theme", "views", "source", "reader", "find", "definitions", "dialogs", "notices", "export", "menus", "marks",
    "undo", "chart", "chat", "adding", "listing", "scope", "events", "server", "language", "account", "start",
)  # fmt: skip
STYLES = (
    "base", "frame", "chat", "source", "reader", "chats", "documents", "listing", "dialogs", "tools", "narrow", "contrast",
)  # fmt: skip


def script() -> str:
    """The page's script: one function, so that its parts share names and leave none behind, run once."""
    parts = "\n".join((HERE / "script" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return f"(() => {{\nif (window.footnote) return;\n{parts}}})();\n"


def style() -> str:
    """The page's look. All but the colours is nested in a selector with an id's weight, so that Gradio's own styles
    don't win."""
    parts = "\n".join((HERE / "style" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    return (HERE / "style" / "colours.css").read_text(encoding="utf-8") + f"body:not(#_) {{\n{parts}}}\n"
