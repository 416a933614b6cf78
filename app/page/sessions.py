"""What the page's server keeps of an open page, which mustn't grow with what is asked there.

For each output that is skipped or updated, Gradio (6.31) makes its component anew, and keeps the next value under the new
component's number, too: each question left its chat and its list of chats behind. What it keeps so is for its deep links, which
the page doesn't have.
"""

from typing import Any

from gradio import state_holder

# That are remembered; an older one begins anew. Gradio forgets a page that was closed only beyond them.
OPEN_PAGES = 500


class PageSession(state_holder.SessionState):
    """The state of one open page: of the components that were laid out, and of no copies of them."""

    def __setitem__(self, key: int, value: Any) -> None:
        if key in self.blocks_config.blocks:
            super().__setitem__(key, value)

    def _update_value_in_config(self, key: int, value: Any) -> None:
        if key in self.blocks_config.blocks:
            super()._update_value_in_config(key, value)


def bound_sessions() -> None:
    """Have Gradio keep of each open page what `PageSession` does."""
    state_holder.SessionState = PageSession  # type: ignore[misc]
