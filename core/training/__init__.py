"""Training: the loop and its command, and `train`, which shows a small one as it goes."""

from core.training.live import train

__all__ = ["train"]
