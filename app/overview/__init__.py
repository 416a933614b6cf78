"""What a document holds, without a language model: `overview_of` makes it, the page and the tools show the same."""

from app.overview.contents import Overview, Part
from app.overview.make import overview_of
from app.overview.text import overview_object, overview_text

__all__ = ["Overview", "Part", "overview_object", "overview_of", "overview_text"]
