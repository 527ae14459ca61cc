"""Trainings as a film: loss, quality and attention at every measured moment, several in step."""

from __future__ import annotations

from collections.abc import Sequence

from core.replay import Film
from core.views.replay import wire
from core.words import say, section

MOST = 6  # films in step


def payload(films: Sequence[Film], names: Sequence[str], language: str) -> wire.Payload:
    """What the script needs to draw `films` of the same sentences, which are called by `names`.
    Raises ValueError for none, too many, or films of other sentences."""
    if not 1 <= len(films) <= MOST:
        raise ValueError(f"1 to {MOST} films are shown in step, not {len(films)}")
    if len({(one.sentences, one.figure) for one in films}) > 1:
        raise ValueError("films in step are of the same sentences and the same figure")
    return {
        "stage": "replay",
        "figure": say(language, f"replay_page.figure_{films[0].figure}"),
        "short": say(language, f"replay_page.short_{films[0].figure}"),
        "sentences": list(films[0].sentences),
        "films": [_film(one, name) for one, name in zip(films, names, strict=True)],
        "tongues": {"source": "und", "target": "und"},
        "strings": section(language, "replay"),
        "language": language,
    }  # fmt: skip


def _film(film: Film, name: str) -> wire.Film:
    return {
        "name": name,
        "sources": [list(one) for one in film.sources],
        "moments": [
            {
                "update": one.update, "held_out_loss": one.held_out_loss, "figure": one.figure,
                "sharpness": None if one.sharpness is None else round(one.sharpness, 4),
                "shown": [
                    {
                        "text": each.text, "tokens": list(each.tokens),
                        "weights": [list(row) for row in each.weights],
                    }
                    for each in one.shown
                ],
            }
            for one in film.moments
        ],
    }  # fmt: skip
