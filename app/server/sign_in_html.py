"""The pages where one signs in and out and changes one's password, as HTML: plain functions from values to text."""

from functools import cache
from html import escape
from pathlib import Path

from app.people.passwords import LONGEST, SHORTEST
from app.people.users import LONGEST_NAME

NONCE = "{nonce}"  # stands where the style's nonce goes
WRONG = "The name or the password is wrong. Try again."
WRONG_PASSWORD = "The present password is wrong. Nothing was changed; try again."
UNLIKE = "The two new passwords aren’t the same. Nothing was changed; type the new one twice."
FOREIGN = "This form wasn’t sent from this page, so it wasn’t taken. Open the page again and sign in there."
NO_USERS = (
    "Nobody can sign in yet. On the machine that Footnote runs on, make the first user with: footnote user add NAME"
)


def wait(seconds: int) -> str:
    """What is said to one who has tried too often."""
    minutes = -(-seconds // 60)
    return f"Too many attempts. Wait {minutes} minute{'s' if minutes != 1 else ''}, then try again."


def sign_in(wanted: str = "/", name: str = "", error: str = "") -> str:
    """The form to sign in; `wanted` is where it goes on to, `name` what was typed before."""
    return _page(
        "Sign in",
        "<h1>Sign in</h1><p>Ask your documents, with the exact source of every sentence.</p>"
        f"{_error(error)}"
        '<form method="post" action="/sign-in">'
        f'<input type="hidden" name="next" value="{escape(wanted)}">'
        f'<label>Name <input name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" maxlength="{LONGEST_NAME}" required{"" if name else " autofocus"}></label>'
        f"<label>Password {_field('password', 'current-password', error, focus=bool(name))}</label>"
        "<button>Sign in</button></form>",
        error,
    )


def password(name: str, error: str = "") -> str:
    """The form to change the password of the one who is signed in."""
    return _page(
        "Change password",
        f"<h1>Change password</h1><p>For {escape(name)}. You stay signed in here and are signed out everywhere else.</p>"
        f"{_error(error)}"
        '<form method="post" action="/password">'
        # So that a keeper of passwords knows whose it is.
        f'<input type="hidden" name="name" value="{escape(name)}" autocomplete="username">'
        f"<label>Present password {_field('password', 'current-password', error, focus=True)}</label>"
        f"<label>New password, at least {SHORTEST} characters {_field('new', 'new-password')}</label>"
        f"<label>New password once more {_field('again', 'new-password')}</label>"
        '<button>Change password</button></form><p><a href="/">Back without a change</a></p>',
        error,
    )


def changed() -> str:
    """What is said once the password was changed."""
    return _page(
        "Password changed",
        '<h1>Password changed</h1><p role="status">You were signed out everywhere else.</p><p><a href="/">Back to your '
        "documents</a></p>",
    )


def sign_out(name: str) -> str:
    """The form to sign out."""
    return _page(
        "Sign out",
        f'<h1>Sign out</h1><p>You are signed in as {escape(name)}.</p><form method="post" action="/sign-out">'
        '<button autofocus>Sign out</button></form><p><a href="/">Back</a></p>',
    )


def message(text: str) -> str:
    """A page that says one thing."""
    return _page("Footnote", f'{_error(text)}<p><a href="/">Open the page again</a></p>')


def _field(name: str, kind: str, error: str = "", *, focus: bool = False) -> str:
    told = ' aria-invalid="true" aria-describedby="error"' if error else ""
    return (
        f'<input type="password" name="{name}" autocomplete="{kind}" maxlength="{LONGEST}" required{told}'
        f"{' autofocus' if focus else ''}>"
    )


def _error(text: str) -> str:
    return f'<p class="error" id="error" role="alert">{escape(text)}</p>' if text else ""


def _page(title: str, body: str, error: str = "") -> str:
    shown = f"Error: {title}" if error else title
    return f"""<!doctype html>
<html lang="en">
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
    return Path(__file__).with_name("sign_in.css").read_text(encoding="utf-8")
