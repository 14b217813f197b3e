"""What articles are compared by, for those who build their own search or deduplication."""

from typing import NamedTuple

from . import _core


class Token(NamedTuple):
    """A word: `text[start:end]`, and its hash, the same for spellings that count as one word."""

    start: int
    end: int
    hash: int


class Fingerprint(NamedTuple):
    """A run of five words that stands for its surroundings: any eight words in a row hold one that does."""

    hash: int
    token: int


class Signature(NamedTuple):
    """A MinHash signature of an article or of one of its paragraphs, of 128 lanes."""

    unit: str
    paragraph: "int | None"
    shingle: int
    lanes: list[int]

    def bands(self) -> list[int]:
        """Keys of the buckets it falls into: two units that share one are candidates."""
        return _core.bands(self.lanes, self.unit)

    def resemblance(self, other: "Signature") -> float:
        """An estimate of the share of shingles that two units have in common."""
        return _core.resemblance(self.lanes, other.lanes)


def tokens(text: str) -> list[Token]:
    """The words of a text.

    >>> text = "“U.S. ports”, 3 of them"
    >>> [text[token.start:token.end] for token in tokens(text)]
    ['U.S', 'ports', '3', 'of', 'them']
    >>> tokens("US")[0].hash == tokens("u.s.")[0].hash
    True
    """
    return [Token(*token) for token in _core.tokens(text)]


def fingerprints(text: str) -> list[Fingerprint]:
    """The winnowed fingerprints of a text: two texts that share eight words in a row share one.

    >>> a = fingerprints("he said the council voted on Tuesday to close the east quay")
    >>> b = fingerprints("late news: the council voted on Tuesday to close the quay")
    >>> bool({print.hash for print in a} & {print.hash for print in b})
    True
    """
    return [Fingerprint(*fingerprint) for fingerprint in _core.fingerprints(text)]


def signatures(text: str) -> list[Signature]:
    """The signature of an article, followed by those of its paragraphs: what `wirecopy sign` prints.

    >>> [(signed.unit, signed.paragraph, len(signed.lanes)) for signed in signatures("One two three.\\n\\nFour five six.")]
    [('article', None, 128), ('paragraph', 1, 128), ('paragraph', 2, 128)]
    """
    return [Signature(*signed) for signed in _core.signatures(text)]


def signature(text: str) -> Signature:
    """The signature of an article as a whole.

    >>> signature("the same words").resemblance(signature("The same words!"))
    1.0
    """
    return signatures(text)[0]
