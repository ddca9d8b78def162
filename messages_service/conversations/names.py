"""Decides whether two room names are the same, or too similar to tell apart.

A name means one room, private or public, since people and bots join by name. So somebody who asks
for a private room's name learns that it is taken, as in Slack and Zulip, and nothing else about
it.
"""

import unicodedata

# Letters of other scripts and digits that are drawn like Latin ones: what is common of Unicode's
# confusables (UTS 39).
_LOOK_ALIKES = {
    "a": "аɑαａ",
    "b": "ЬƄ",
    "c": "сϲᴄⅽ",
    "d": "ԁⅾ",
    "e": "еҽ℮",
    "f": "ſẝ",
    "g": "ɡցᶃ",
    "h": "һհ",
    "i": "іιɩıӏɪ",
    "j": "јϳ",
    "k": "κк",
    "l": "I1|ІΙӀⅼƖاۦ∣ǀ",
    "m": "ⅿ",
    "n": "ող",
    "o": "0оοօσჿ०০੦૦௦౦೦൦๐໐၀०٥ߋ",
    "p": "рρϱ",
    "q": "ԛզ",
    "r": "гᴦ",
    "s": "ѕꜱƽ",
    "u": "υսʋᴜ",
    "v": "νѵᴠ",
    "w": "ԝաѡᴡ",
    "x": "хχ×",
    "y": "уγүყʏ",
    "z": "ᴢ",
    "A": "АΑᎪ",
    "B": "ВΒᏴ",
    "C": "СϹᏟ",
    "D": "Ꭰ",
    "E": "ЕΕᎬ",
    "F": "ϜᖴF",
    "G": "ԌᏀ",
    "H": "НΗᎻ",
    "J": "ЈᎫ",
    "K": "КΚᏦ",
    "L": "Ꮮ",
    "M": "МΜᎷ",
    "N": "Ν",
    "O": "ОΟՕ",
    "P": "РΡᏢ",
    "Q": "Ԛ",
    "R": "Ꭱ",
    "S": "ЅՏᏚ",
    "T": "ТΤᎢ",
    "U": "ՍሀU",
    "V": "ѴᏙ",
    "W": "ԜᎳ",
    "X": "ХΧ",
    "Y": "УΥҮ",
    "Z": "ΖᏃ",
}
_TO_LATIN = str.maketrans({like: latin for latin, alike in _LOOK_ALIKES.items() for like in alike})


def name_key(name: str) -> str:
    """Equal for names that differ only in case, width, spaces or invisible characters."""
    return _folded(_visible(name))


def look_key(name: str) -> str:
    """Equal for names that look the same: `general` and `gеnerаl` with Cyrillic letters."""
    return _folded(_visible(name).translate(_TO_LATIN))


def is_invisible(char: str) -> bool:
    """Format characters, fillers, variation selectors: nothing that a reader sees."""
    return unicodedata.category(char) in ("Cf", "Cn", "Co", "Cs") or char in _FILLERS


def _visible(name: str) -> str:
    normal = unicodedata.normalize("NFKC", name)
    return " ".join("".join(char for char in normal if not is_invisible(char)).split())


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name.casefold())


_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800") | {
    chr(n) for n in range(0xFE00, 0xFE10)
}
