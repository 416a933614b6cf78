"""The language of a visitor: chosen on the page, else the browser's, unless the settings decide for all."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any, Literal, get_args

import gradio as gr

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "footnote_language"
TAGS: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}  # for the HTML attribute lang
_RANGE = re.compile(r"\s*(?P<tag>[a-zA-Z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*(?P<weight>[0-9.]{1,5}))?\s*$")

_current: ContextVar[Language] = ContextVar("language", default="en")


def current_language() -> Language:
    """The language that the page's words are given in here; English where no visitor is."""
    return _current.get()


def language_of(request: gr.Request | None, setting: str = "auto") -> Language:
    """The language for who sent this request: that of the setting, else of the cookie, else of Accept-Language."""
    if request is not None and setting == "auto":
        chosen = str((request.cookies or {}).get(COOKIE, ""))
        return _known(chosen) or accepted_language(str((request.headers or {}).get("accept-language", "")))
    return _known(setting) or "en"


def accepted_language(header: str) -> Language:
    """The first of our languages that a browser's Accept-Language wants most; English where it wants neither."""
    wanted: list[tuple[float, Language]] = []
    for part in header.split(","):
        found = _RANGE.match(part)
        language = _known(found["tag"].lower()) if found else None
        if found and language:
            weight = found["weight"] or "1"
            wanted.append((float(weight) if re.fullmatch(r"\d(\.\d*)?", weight) else 0, language))
    best = max(wanted, key=lambda each: each[0], default=(0.0, LANGUAGES[0]))
    return best[1] if best[0] > 0 else LANGUAGES[0]


def _known(name: str) -> Language | None:
    return next((each for each in LANGUAGES if each == name), None)


def in_language(work: Callable[..., Any], setting: str) -> Callable[..., Any]:
    """`work` as a handler of Gradio's whose words are in the visitor's language.

    Gradio calls a handler in threads of its own, a generator step by step in different ones, so that the language is
    set for each step. The request that tells it is asked of Gradio before the handler's own arguments.
    """
    signature = inspect.signature(work)
    wanted = inspect.Parameter("visitor", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)

    def spoken(request: gr.Request | None, step: Callable[[], Any]) -> Any:
        token = _current.set(language_of(request, setting))
        try:
            return step()
        finally:
            _current.reset(token)

    handler: Callable[..., Any]
    if inspect.isgeneratorfunction(work):

        @wraps(work)
        def steps(visitor: gr.Request, *given: Any) -> Iterator[Any]:
            done, shown = object(), work(*given)
            try:
                while (value := spoken(visitor, lambda: next(shown, done))) is not done:
                    yield value
            finally:
                shown.close()

        handler = steps
    else:

        @wraps(work)
        def whole(visitor: gr.Request, *given: Any) -> Any:
            return spoken(visitor, lambda: work(*given))

        handler = whole
    # Gradio reads from these what to hand in.
    handler.__annotations__ = {"visitor": gr.Request, **work.__annotations__}
    vars(handler)["__signature__"] = signature.replace(parameters=[wanted, *signature.parameters.values()])
    return handler


def lang_of(text: str) -> str:
    """The attribute `lang` for a text in another language than the page's, as far as its letters tell; else nothing.

    Letters of the Latin alphabet are taken for English, in which answers are given.
    """
    if re.search(r"[\u3040-\u30ff]", text):
        tag = "ja"
    elif re.search(r"[\uac00-\ud7a3]", text):
        tag = "ko"
    elif re.search(r"[\u4e00-\u9fff]", text):
        tag = TAGS["zh"]
    else:
        tag = TAGS["en"] if re.search("[A-Za-z]{2}", text) else ""
    return f' lang="{tag}"' if tag and tag != TAGS[current_language()] else ""
