"""Byte-level BPE in the form that llama.cpp calls `gpt2`; pure Python and deterministic.

The merges obey three restrictions, which make copying and arithmetic learnable for tiny models:

* digits and capitals keep one token per character;
* a space joins only whole template words, so that a content word (a name, a path, a list word)
  has the same token at the start of an answer and after a space;
* two newlines never join.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

END_OF_TEXT = "<|endoftext|>"
START = "<|im_start|>"
END = "<|im_end|>"
THINK_TAGS = ("<think>", "</think>")
SPECIALS = (END_OF_TEXT, START, END, *THINK_TAGS)

SPACE = "Ġ"
NEWLINE = "Ċ"
RARE_WORD = 30

Merge = tuple[str, str]

# Python has no \p{L}; for letters and digits these classes split as llama.cpp's "gpt-2" does.
_PIECES = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+",
)
_SPECIAL = re.compile("(" + "|".join(map(re.escape, SPECIALS)) + ")")
_PSEUDO_WORD_START = re.compile("[bdfgklmnprst][aeiou]$")


def _spell_bytes() -> dict[int, str]:
    """Map each byte to the visible character that stands for it in a GPT-2 vocabulary."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    spelling = {byte: chr(byte) for byte in visible}
    spelling.update({byte: chr(256 + place) for place, byte in enumerate(hidden)})
    return spelling


SPELLING = _spell_bytes()
_BYTES = {character: byte for byte, character in SPELLING.items()}


class Tokenizer:
    """Encodes text with a fixed list of merges.

    Attributes:
        merges: Merges, the most important first.
        tokens: The vocabulary: 256 bytes, the merges, padding, the special tokens.
        first_special: The id of the first special token.
    """

    def __init__(self, merges: Sequence[Merge], vocabulary_size: int) -> None:
        self.merges = list(merges)
        self.tokens = [SPELLING[byte] for byte in range(256)]
        self.tokens += [left + right for left, right in self.merges]
        unused = vocabulary_size - len(self.tokens) - len(SPECIALS)
        self.tokens += [f"[PAD{place}]" for place in range(unused)]
        self.first_special = len(self.tokens)
        self.tokens += SPECIALS
        self._ids: dict[str, int] = {}
        for place, token in enumerate(self.tokens):
            self._ids.setdefault(token, place)
        self._ranks = {merge: rank for rank, merge in enumerate(self.merges)}
        self._known: dict[str, list[int]] = {}

    def find_id(self, token: str) -> int:
        """Return the id of a token."""
        return self._ids[token]

    def encode(self, text: str) -> list[int]:
        """Turn text into token ids; special tokens are recognised in it."""
        ids: list[int] = []
        for part in _SPECIAL.split(text):
            if part in SPECIALS:
                ids.append(self._ids[part])
            else:
                for piece in _PIECES.findall(part):
                    ids += self._encode_piece(piece)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Turn token ids back into text."""
        raw = b""
        for place in ids:
            token = self.tokens[place]
            if place >= self.first_special:
                raw += token.encode()
            else:
                raw += bytes(_BYTES[character] for character in token)
        return raw.decode("utf-8", "replace")

    def save(self, path: Path) -> None:
        """Write the merges to a JSON file."""
        content = {"vocabulary_size": len(self.tokens), "merges": self.merges}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a tokenizer that `save` wrote."""
        content = json.loads(path.read_text("utf-8"))
        return cls([(left, right) for left, right in content["merges"]], content["vocabulary_size"])

    def _encode_piece(self, piece: str) -> list[int]:
        known = self._known.get(piece)
        if known is not None:
            return known
        parts = [SPELLING[byte] for byte in piece.encode()]
        last = len(self.merges)
        while len(parts) > 1:
            ranks = [self._ranks.get(pair, last) for pair in pairwise(parts)]
            rank = min(ranks)
            if rank == last:
                break
            place = ranks.index(rank)
            parts[place : place + 2] = [parts[place] + parts[place + 1]]
        ids = [self._ids[part] for part in parts]
        self._known[piece] = ids
        return ids


def learn_tokenizer(
    texts: Sequence[str], content_words: Collection[str], vocabulary_size: int
) -> Tokenizer:
    """Learn merges from texts.

    Args:
        texts: The texts to learn from.
        content_words: Words that exercises copy; they never take in a leading space.
        vocabulary_size: Tokens in all, the special ones included.
    """
    spaced_words = _find_template_words(texts, content_words)
    merges = _learn_merges(
        _count_pieces(texts), spaced_words, vocabulary_size - 256 - len(SPECIALS)
    )
    return Tokenizer(merges, vocabulary_size)


def _find_template_words(texts: Sequence[str], content_words: Collection[str]) -> set[str]:
    """Return the frequent words that belong to templates and may carry their leading space."""
    counts = Counter(word for text in texts for word in re.findall(r"[A-Za-z]+", text))
    return {
        word
        for word, count in counts.items()
        if count >= RARE_WORD
        and len(word) > 1
        and not word.isupper()
        and not _PSEUDO_WORD_START.match(word)
        and not any(content.startswith(word) for content in content_words)
    }


def _count_pieces(texts: Sequence[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for text in texts:
        for part in _SPECIAL.split(text):
            if part not in SPECIALS:
                counts.update(_PIECES.findall(part))
    return dict(sorted(counts.items()))


def _learn_merges(pieces: dict[str, int], spaced_words: set[str], wanted: int) -> list[Merge]:
    """Merge the most frequent allowed pair, again and again; ties go to the larger pair."""
    words = [[SPELLING[byte] for byte in piece.encode()] for piece in pieces]
    counts = list(pieces.values())
    pairs: Counter[Merge] = Counter()
    places: defaultdict[Merge, set[int]] = defaultdict(set)
    for place, word in enumerate(words):
        for pair in pairwise(word):
            pairs[pair] += counts[place]
            places[pair].add(place)
    merges: list[Merge] = []
    while len(merges) < wanted:
        allowed = (
            (n, pair) for pair, n in pairs.items() if n > 1 and _may_join(pair, spaced_words)
        )
        best = max(allowed, default=None)
        if best is None:
            break
        merge = best[1]
        merges.append(merge)
        for place in sorted(places[merge]):
            word = words[place]
            for pair in pairwise(word):
                pairs[pair] -= counts[place]
            words[place] = _join(word, merge)
            for pair in pairwise(words[place]):
                pairs[pair] += counts[place]
                places[pair].add(place)
        del pairs[merge]
    return merges


def _may_join(pair: Merge, spaced_words: set[str]) -> bool:
    left, right = pair
    joined = left + right
    if left == SPACE and right[0].isascii() and right[0].isalpha() and right not in spaced_words:
        return False
    # isascii first: the stand-in for a space is a capital letter to Python.
    capitals = sum(character.isascii() and character.isupper() for character in joined)
    return (
        capitals <= 1
        and not any(character.isdigit() for character in joined)
        and joined.count(NEWLINE) <= 1
    )


def _join(word: list[str], merge: Merge) -> list[str]:
    joined: list[str] = []
    place = 0
    while place < len(word):
        if tuple(word[place : place + 2]) == merge:
            joined.append(word[place] + word[place + 1])
            place += 2
        else:
            joined.append(word[place])
            place += 1
    return joined
