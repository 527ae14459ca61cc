"""TensorBoard event files of a training, beside the model: `--tensorboard`."""

from __future__ import annotations

from pathlib import Path

FOLDER = "events"


class Events:
    """What is written at each update and at each measured moment."""

    def __init__(self, folder: Path):
        """Raises ValueError where TensorBoard is not installed."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ValueError(
                "--tensorboard needs TensorBoard: pip install -r requirements-training.txt"
            ) from error
        self._opened, self._folder, self._writer = SummaryWriter, folder / FOLDER, None

    def begin(self, update: int) -> None:
        """What a training that was stopped wrote after that update is hidden: it is done again."""
        self._writer = self._opened(str(self._folder), purge_step=update + 1)

    def update(self, number: int, **values: float) -> None:
        """Scalars of one update: loss, norm of the gradient, learning rate."""
        for name, value in values.items():
            self._writer.add_scalar(f"train/{name}", value, number)

    def moment(self, entry: dict) -> None:
        """What was measured at a moment, all of it that is one number."""
        for name, value in entry.items():
            if isinstance(value, int | float) and name not in ("update", "seconds", "loss"):
                self._writer.add_scalar(f"held_out/{name}", value, entry["update"])

    def close(self) -> None:
        """Writes what is not written yet."""
        if self._writer:
            self._writer.close()
