"""Language models behind one small interface; what they write is held to the evidence in `app/writer`."""

from app.language_model.load import load_language_model
from app.language_model.model import LanguageModel

__all__ = ["LanguageModel", "load_language_model"]
