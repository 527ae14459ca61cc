"""What Python writes is what the script reads."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.stage.codec import STEP, packed, packed_bits, quantised

ROOT = Path(__file__).parents[2]


def read(call: str, *values) -> object:
    """What node makes of `call`, an expression with codec.js as `codec` and `values` as `given`."""
    program = f"""
        import * as codec from "{(ROOT / "core/stage/codec.js").as_uri()}";
        const given = JSON.parse(process.argv[1]);
        const plain = (key, value) => ArrayBuffer.isView(value) ? Array.from(value, String)
          : value;
        console.log(JSON.stringify({call}, plain));"""
    done = subprocess.run(
        [Path(sys.executable).parent / "node", "--input-type=module", "-e", program,
         json.dumps(values)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def floats(values) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_numbers_arrive_as_they_are(dtype):
    info = np.finfo(dtype)
    values = np.array(
        [0, -0.0, 1, -1.5, 1 / 3, info.max, info.tiny, info.smallest_subnormal, np.inf, -np.inf,
         np.nan],
        dtype,
    )  # fmt: skip
    found = floats(read("codec.decodeArray(given[0])", packed(values)))
    np.testing.assert_array_equal(found, values.astype(np.float64))


def test_rows_arrive_as_rows():
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    for array in (values, values.T.copy().T, values.astype(">f4")):
        rows = read("codec.decodeArray(given[0])", packed(array))
        np.testing.assert_array_equal(floats(rows), values)


def test_yes_and_no_arrive():
    values = np.random.default_rng(1).random(21) < 0.5
    assert floats(read("codec.decodeArray(given[0])", packed(values))).tolist() == values.tolist()
    found = read("codec.decodeBits(given[0], given[1])", packed_bits(values), values.size)
    assert floats(found).tolist() == values.tolist()


def test_scores_arrive_within_half_a_step():
    random = np.random.default_rng(2)
    scores = random.normal(0, 1, (5, 4, 6)).astype(np.float32) * np.array(
        [0, 1e-3, 1, 40, 2000], np.float32
    ).reshape(5, 1, 1)
    visible = random.random((4, 6)) < 0.7
    sent = quantised(scores, visible)
    call = "codec.decodeScores(given[0], codec.decodeBits(given[0].visible, given[1]))"
    found = floats(read(call, sent, visible.size)).reshape(scores.shape)
    assert np.isnan(found[:, ~visible]).all()
    for one, step, map in zip(found, sent["step"], scores, strict=True):
        assert np.abs(one - map)[visible].max() <= step / 2 + 1e-6 * np.abs(map).max()
    assert sent["step"][2] <= STEP < sent["step"][4]  # two thousand apart have no room for less
