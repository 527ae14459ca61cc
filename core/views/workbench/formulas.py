"""The formulas of the workbench."""

from __future__ import annotations

from core.formulas import Formula, equation, mathml, parameter, rendered


def formulas(scored: list[dict]) -> dict[str, dict[str, Formula]]:
    """By name what the score functions compute, the same as equations of a score, what their
    parameters are called, and what comes after the score. `scored` is as a setting was worked
    out, in plain lists and dicts."""
    names = {one["name"] for each in scored for one in each["parameters"]}
    return {
        "formulas": {one["name"]: mathml(one["latex"]) for one in scored},
        "equations": {one["name"]: mathml(equation(one["latex"])) for one in scored},
        "names": {name: mathml(parameter(name)) for name in sorted(names)},
        "symbols": rendered("softmax_tempered", "context_of_states"),
    }
