"""The pages where one signs in and out and changes one's password: plain forms, without a script."""

from functools import cache
from html import escape
from pathlib import Path

from app.page.language import TAGS, current_language
from app.page.words import say
from app.people.passwords import LONGEST, SHORTEST
from app.people.users import LONGEST_NAME

NONCE = "{nonce}"  # stands where the style's nonce goes


def wait_text(seconds: int) -> str:
    """What is said to one who has tried too often."""
    return say("people.wait", n=-(-seconds // 60))


def sign_in_html(wanted: str = "/", name: str = "", error: str = "") -> str:
    """The form to sign in; `wanted` is where it goes on to, `name` what was typed before."""
    return _page(
        say("people.sign_in"),
        f"<h1>{escape(say('people.sign_in'))}</h1><p>{escape(say('header.tagline'))}</p>{_error(error)}"
        '<form method="post" action="/sign-in">'
        f'<input type="hidden" name="next" value="{escape(wanted)}">'
        f'<label>{escape(say("people.name"))} <input name="name" value="{escape(name)}" autocomplete="username" '
        f'autocapitalize="none" spellcheck="false" maxlength="{LONGEST_NAME}" required{"" if name else " autofocus"}></label>'
        f"<label>{escape(say('people.password'))} {_field('password', 'current-password', error, focus=bool(name))}</label>"
        f"<button>{escape(say('people.sign_in'))}</button></form>",
        error,
    )


def password_html(name: str, error: str = "") -> str:
    """The form to change the password of the one who is signed in."""
    return _page(
        say("people.change"),
        f"<h1>{escape(say('people.change'))}</h1><p>{escape(say('people.change_of', name=name))}</p>{_error(error)}"
        '<form method="post" action="/password">'
        # So that a keeper of passwords knows whose it is.
        f'<input type="hidden" name="name" value="{escape(name)}" autocomplete="username">'
        f"<label>{escape(say('people.present'))} {_field('password', 'current-password', error, focus=True)}</label>"
        f"<label>{escape(say('people.new', n=SHORTEST))} {_field('new', 'new-password')}</label>"
        f"<label>{escape(say('people.again'))} {_field('again', 'new-password')}</label>"
        f"<button>{escape(say('people.change'))}</button></form>{_back(say('people.unchanged'))}",
        error,
    )


def changed_html() -> str:
    """What is said once the password was changed."""
    return _page(
        say("people.changed"),
        f'<h1>{escape(say("people.changed"))}</h1><p role="status">{escape(say("people.elsewhere"))}</p>'
        f"{_back(say('people.back'))}",
    )


def sign_out_html(name: str) -> str:
    """The form to sign out."""
    return _page(
        say("people.sign_out"),
        f"<h1>{escape(say('people.sign_out'))}</h1><p>{escape(say('people.signed_in_as', name=name))}</p>"
        f'<form method="post" action="/sign-out"><button autofocus>{escape(say("people.sign_out"))}</button></form>'
        f"{_back(say('people.back'))}",
    )


def message_html(text: str) -> str:
    """A page that says one thing."""
    return _page(say("people.sign_in"), f"{_error(text)}{_back(say('people.back'))}")


def _back(words: str) -> str:
    return f'<p><a href="/">{escape(words)}</a></p>'


def _field(name: str, kind: str, error: str = "", *, focus: bool = False) -> str:
    told = ' aria-invalid="true" aria-describedby="error"' if error else ""
    return (
        f'<input type="password" name="{name}" autocomplete="{kind}" maxlength="{LONGEST}" required{told}'
        f"{' autofocus' if focus else ''}>"
    )


def _error(text: str) -> str:
    return f'<p class="error" id="error" role="alert">{escape(text)}</p>' if text else ""


def _page(title: str, body: str, error: str = "") -> str:
    shown = say("people.error", title=title) if error else title
    return f"""<!doctype html>
<html lang="{TAGS[current_language()]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(shown)} – Footnote</title>
<style nonce="{NONCE}">{_style()}</style>
</head>
<body>
<main>
<div class="brand">Footnote<sup aria-hidden="true">1</sup></div>
{body}
</main>
</body>
</html>
"""


@cache
def _style() -> str:
    return (Path(__file__).parent / "style" / "sign_in.css").read_text(encoding="utf-8")
