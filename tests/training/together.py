"""The command of training in single precision, as `torchrun` begins it in several processes."""

import sys

from core.training import __main__, loop

if __name__ == "__main__":
    loop.fast_bfloat16 = lambda device: False  # it rounds more than the order of sums does
    __main__.draw = lambda folder: None
    sys.exit(__main__.main())
