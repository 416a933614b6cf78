"""The language model that the settings name, if they name one."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.language_model.model import LanguageModel

if TYPE_CHECKING:
    from app.settings import Settings

_QUANTIZATION = re.compile(r"[.-](?:i?q\d\w*|b?f\d+)$", re.IGNORECASE)


def load_language_model(settings: "Settings") -> LanguageModel | None:
    """The model behind `llm_url`, or the file `llm_file` served here; None where neither is set.

    Asks nothing of a server, reads no file and starts nothing: what is wrong there, its first answer says.
    """
    if settings.llm_url:
        from app.language_model.address import Address
        from app.language_model.endpoint import Endpoint

        return Endpoint(lambda: Address(settings.llm_url, settings.llm_key), settings.llm_model, settings)
    if settings.llm_file:
        from app.language_model.embedded import PACKAGED, EmbeddedServer
        from app.language_model.endpoint import Endpoint

        server = EmbeddedServer(settings.llm_file, settings.llm_context_tokens)
        packaged = PACKAGED.get(settings.llm_file.lower())
        name = settings.llm_model or (packaged.model if packaged else model_name(Path(settings.llm_file)))
        return Endpoint(server.address, name, settings, on_close=server.stop)
    return None


def model_name(file: Path) -> str:
    """A file's model without the mark of its quantization: "SmolLM2-135M-Instruct"."""
    return _QUANTIZATION.sub("", file.stem)
