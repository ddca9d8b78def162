"""Rules for names and nicknames, and keys that are equal for equivalent ones."""

import unicodedata

import email_validator
import regex

from servicekit.language import _

RESERVED_NICKNAMES = frozenset({"all", "channel", "everyone", "here", "room"}) | frozenset(
    # In tutorial mode events are named after nicknames; sockets use these names themselves.
    {"connect", "connect_error", "disconnect", "disconnecting", "error", "event", "join", "leave"}
    | {"message", "notice", "presence", "resync", "status", "text", "typing"}
)
ALPHABETS_THAT_LOOK_ALIKE = ("Armenian", "Cherokee", "Coptic", "Cyrillic", "Greek", "Latin", "Lisu")
_ALLOWED = regex.compile(r"[\p{L}\p{M}\p{Nd}._-]+")
MAX_NICKNAME = 32
_LETTER_OR_DIGIT = regex.compile(r"[\p{L}\p{Nd}]")
_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_PILED_MARKS = regex.compile(r"^\p{M}|[._-]\p{M}|\p{M}{4}")
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_ALPHABETS = [regex.compile(rf"\p{{Script={name}}}") for name in ALPHABETS_THAT_LOOK_ALIKE]
# In other scripts marks are letters' own parts: vowels in Hindi, other consonants in Japanese.
_LATIN_WITH_MARKS = regex.compile(r"(\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic})\p{Mn}+")
_UNDIVIDED_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_COMPATIBILITY_LETTERS_IN_USE = "\u0e33\u0eb3"
_PUBLIC_SUFFIX = ".example.com"


def no_email_of(nickname: str) -> str:
    """The value that bots have in place of an e-mail address; nothing is ever sent there."""
    return f"{nickname}@bots.invalid"


def comparison_key(text: str) -> str:
    """Equal for names that differ only in case or Unicode form (Unicode 3.13, D145)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def search_key(*texts: str) -> str:
    """The key for searches: without case and accents, so that `zoe` finds `Zoë`."""
    return "\n".join(_plain_letters(text) for text in texts)


def clean_nickname(nickname: str) -> str:
    """`nickname` in NFC; raises ValueError with the reason if it is invalid."""
    nickname = unicodedata.normalize("NFC", nickname)
    if not 1 <= len(nickname) <= MAX_NICKNAME:
        raise ValueError(_("must have 1 to %(limit)s characters", limit=MAX_NICKNAME))
    if not _ALLOWED.fullmatch(nickname) or _INVISIBLE.search(nickname):
        raise ValueError(_("may hold letters, digits, '.', '_' and '-' only"))
    if not _LETTER_OR_DIGIT.search(nickname):
        raise ValueError(_("must hold a letter or a digit"))
    if _PILED_MARKS.search(nickname):
        raise ValueError(_("has accents without a letter of their own"))
    if _looks_like_other_letters(nickname):
        raise ValueError(_("mixes letters that look like others; use one alphabet"))
    if comparison_key(nickname) in RESERVED_NICKNAMES:
        raise ValueError(_("is reserved"))
    return nickname


def clean_name(name: str) -> str:
    """`name` (one line, in NFC) without invisible characters; raises ValueError if invalid."""
    if not _VISIBLE.search(_INVISIBLE.sub("", name)):
        raise ValueError(_("must have a visible character"))
    return name


def clean_email(email: str) -> str:
    """`email` in its normal form; raises ValueError if invalid. No mail is sent to it."""
    # Names of private networks are real here (`alice@server.local`), but the library refuses them;
    # below a public domain it checks the same letters and lengths.
    try:
        valid = email_validator.validate_email(email + _PUBLIC_SUFFIX, check_deliverability=False)
    except email_validator.EmailNotValidError:
        raise ValueError(_("must be an email address, like name@example.org")) from None
    normalized = valid.normalized.removesuffix(_PUBLIC_SUFFIX)
    domain = normalized.rpartition("@")[2]
    if domain.endswith(".invalid"):
        raise ValueError(_("must be an email address; .invalid is reserved for bots"))
    if "." not in domain and domain != "localhost":
        raise ValueError(_("must be an email address with a whole domain, like name@example.org"))
    return normalized


def _plain_letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_UNDIVIDED_LETTERS)
    without_marks = _LATIN_WITH_MARKS.sub(r"\1", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", without_marks)


def _looks_like_other_letters(nickname: str) -> bool:
    """Full-width or mathematical letters, and mixed alphabets (a Cyrillic `а` in `alice`)."""
    plain = nickname.translate(dict.fromkeys(map(ord, _COMPATIBILITY_LETTERS_IN_USE)))
    if unicodedata.normalize("NFKC", plain) != plain:
        return True
    return sum(bool(alphabet.search(nickname)) for alphabet in _ALPHABETS) > 1
