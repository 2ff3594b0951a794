"""What is wrong with a new password, in words."""

from flask_babel import gettext

from kentongan.store.schema import keepable
from kentongan.store.users import MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS


def new_password_problem(password: str, again: str) -> str:
    """Return what to do otherwise, or '' when the password may be taken."""
    said = ""
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        said = gettext(
            "A password has %(least)s to %(most)s characters; several words are easiest to remember.",
            least=MIN_PASSWORD_CHARACTERS,
            most=MAX_PASSWORD_CHARACTERS,
        )
    elif keepable(password) != password:
        said = gettext("This password has characters that cannot be typed.")
    elif password != again:
        said = gettext("The two passwords are not the same.")
    return said
