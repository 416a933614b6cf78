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

    Asks nothing of a server and starts none: that is left for the first question. Raises ModelProblem where the file
    isn't there or isn't a GGUF file, or the package that serves it isn't installed.
    """
    if settings.llm_url:
        from app.language_model.address import Address
        from app.language_model.endpoint import Endpoint

        return Endpoint(lambda: Address(settings.llm_url, settings.llm_key), settings.llm_model, settings)
    if settings.llm_file:
        from app.language_model.embedded import EmbeddedServer, model_file
        from app.language_model.endpoint import Endpoint

        file = model_file(settings.llm_file)
        server = EmbeddedServer(file, settings.llm_context_tokens)
        return Endpoint(server.address, settings.llm_model or model_name(file), settings, on_close=server.stop)
    return None


def model_name(file: Path) -> str:
    """A file's model without the mark of its quantization: "SmolLM2-135M-Instruct"."""
    return _QUANTIZATION.sub("", file.stem)
