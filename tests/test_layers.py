"""The rules of the house: who may import whom, read from the files themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

# What stands on what: a unit imports only from the lines before its own.
LEVELS = (
    ("core.plain", "core.classroom"),
    ("core.wire", "core.words", "core.about", "core.record", "core.encodings", "core.foreign"),
    ("core.distributions", "core.formulas", "core.columns", "core.lessons"),
    ("core.corpus", "core.templates"),
    ("core.stories", "core.pictures"),
    ("core.digests", "core.penalties", "core.whatif", "core.tree", "core.refusals"),
    ("core.trace", "core.memory"),
    ("core.likeness",),
    ("core.averages", "core.gold", "core.rankings", "core.rollout"),
    ("core.explanations", "core.exposure", "core.remembered", "core.nearby"),
    ("core.agreement", "core.arrays", "core.heads", "core.tables", "core.tokenisers", "core.facts"),
    ("core.asked", "core.exercises", "core.glosses"),
    ("core.huggingface", "core.opening", "core.sound"),
    ("core.manifest", "core.received"),
    ("core.measurements", "core.untrained", "core.replay"),
    ("core.attention", "core.loss", "core.windows"),
    ("core.scores",),
    ("core.models",),
    ("core.search", "core.passes", "core.positions", "core.bothways", "core.checkpoint"),
    ("core.candidates",),
    ("core.recording", "core.fitting"),
    ("core.translator",),
    ("core.answerer", "core.captioner", "core.reader", "core.writer"),
    ("core.loader", "core.explaining", "core.remembering"),
    ("core.stage", "core.figures"),
    ("core.live",),
    ("core.views",),
    ("core.evaluation",),
    ("core.tasks",),
    ("core.training", "core.evaluation.__main__"),
    (
        "core.evaluation.averages",
        "core.evaluation.explanations",
        "core.evaluation.exposure",
        "core.evaluation.long",
        "core.evaluation.probes",
        "core.evaluation.states",
    ),
    ("pages.shared",),
    ("pages",),
    ("app",),
)
LEVEL = {unit: number for number, units in enumerate(LEVELS) for unit in units}

# Who may import a library by name; "" stands for everybody below that name.
ONLY = {
    "streamlit": ("app", "pages"),
    "plotly": ("core.figures",),
    "pandas": ("core.tables", "core.figures", "core.measurements", "core.evaluation", "pages"),
    "babel": ("core.words",),
    "sacrebleu": ("core.evaluation", "core.tasks"),
    "safetensors": ("core.checkpoint", "core.training"),
    "sentencepiece": ("core.tokenisers.pieces", "core.tokenisers.text"),
    "icu4py": ("core.tokenisers.text",),
    "transformers": ("core.models.huggingface",),
    "networkx": ("core.explaining.flow",),
    "huggingface_hub": ("core.models.huggingface",),
}
# Where torch is not, neither by name nor through others: what paints first, and what views draw.
TORCHLESS = (
    "app", "core.about", "core.agreement", "core.arrays", "core.asked", "core.averages",
    "core.classroom", "core.columns", "core.corpus", "core.digests", "core.distributions",
    "core.encodings", "core.exercises",
    "core.explanations", "core.exposure", "core.facts", "core.figures", "core.foreign",
    "core.formulas", "core.glosses", "core.gold",
    "core.heads", "core.huggingface", "core.lessons", "core.likeness", "core.live", "core.loader",
    "core.manifest", "core.measurements", "core.memory", "core.nearby", "core.opening",
    "core.penalties", "core.pictures", "core.plain", "core.rankings", "core.received",
    "core.record", "core.remembered", "core.refusals", "core.replay", "core.rollout",
    "core.sound", "core.stage",
    "core.stories", "core.tables", "core.templates", "core.tokenisers", "core.trace", "core.tree",
    "core.untrained", "core.views", "core.whatif", "core.wire", "core.words", "pages",
)  # fmt: skip
# Views that ask a model; what they send is plain all the same.
ASKING = tuple(
    f"core.views.{name}" for name in ("apart", "bridge", "layers", "mask", "padding", "workbench")
)
# Files of more lines than one reads in a sitting, and why they are not split.
LONG = {
    "core.figures.measurements": "one function a figure",
    "core.models": "the contract of models is read in one piece",
    "core.models.recurrent": "a model is read in one piece",
    "core.models.transformer": "a model is read in one piece",
    "core.trace": "the type that everything meets in",
    "core.views.workbench": "its situations are data",
}


class Import(NamedTuple):
    module: str  # the file that imports
    name: str  # the module that it imports
    late: bool  # inside a function
    line: int


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_name(path): path
    for path in [ROOT / "app.py", *ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]
    if path.exists()
}


def imports(module: str, path: Path) -> list[Import]:
    """All imports of a file, but those for type checkers."""
    found = []

    def visit(node: ast.AST, late: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                found.extend(Import(module, a.name, late, child.lineno) for a in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert not child.level, f"{path}:{child.lineno}: imports are absolute"
                for alias in child.names:
                    full = f"{child.module}.{alias.name}"
                    name = full if full in FILES else child.module
                    found.append(Import(module, name, late, child.lineno))
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            visit(child, late or inside)

    visit(ast.parse(path.read_text(encoding="utf-8")), False)
    return found


IMPORTS = [found for module, path in FILES.items() for found in imports(module, path)]


def within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(place + ".") for place in places)


def unit(module: str) -> str | None:
    """The unit of LEVELS that a module belongs to, the longest name first."""
    return max((name for name in LEVEL if within(module, (name,))), key=len, default=None)


def place(found: Import) -> str:
    return f"{FILES[found.module].relative_to(ROOT)}, line {found.line}: imports {found.name}"


def test_the_files_were_found():
    assert {"core", "core.trace", "core.scores.dot", "core.models.recurrent"} <= set(FILES)
    assert any(i.module == "core.translator" and i.name == "core.search" for i in IMPORTS)


@pytest.mark.parametrize("module", FILES)
def test_each_module_has_its_level(module):
    assert module == "core" or unit(module), f"say in LEVELS what {module} stands on"


def test_imports_run_strictly_downward():
    wrong = []
    for found in IMPORTS:
        above, below = unit(found.module), unit(found.name)
        if found.module == "core" or below is None or above == below:
            continue  # the facade, a library, or one and the same unit
        if LEVEL[above] <= LEVEL[below]:
            wrong.append(place(found))
    assert not wrong


def test_nobody_imports_the_facade_from_below():
    assert not [place(found) for found in IMPORTS if found.name == "core"]


# Names of kinds of models, their cells and wirings.
KINDS = {"recurrent", "transformer", "luong", "bahdanau", "lstm", "gru"}


def test_nobody_else_knows_which_kinds_of_models_there_are():
    """But for the front door, where somebody opens a model of another's making."""
    assert not [
        place(found)
        for found in IMPORTS
        if found.name.startswith("core.models.")
        and not within(found.module, ("core.models",))
        and not (found.module == "core.loader" and found.name == "core.models.huggingface")
    ]


def test_the_adapter_is_loaded_when_it_is_asked_for():
    """Whoever looks for kinds of models imports it, and must not need its library."""
    names = ("transformers", "huggingface_hub")
    assert [f for f in IMPORTS if f.module == "core.models.huggingface" and within(f.name, names)]
    assert not [
        place(found)
        for found in IMPORTS
        if found.module == "core.models.huggingface"
        and within(found.name, names)
        and not found.late
    ]


def test_nobody_asks_for_a_kind_of_model():
    """Outside `core.models` everybody asks what a model has."""
    found = [
        f"{FILES[module].relative_to(ROOT)}, line {node.lineno}: {ast.unparse(node)}"
        for module, path in FILES.items()
        if not within(module, ("core.models",))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if asks_for_a_kind(node)
    ]
    scripts = re.compile(
        rf"\.(?:wiring|cell)\b *[!=]==|[!=]== *[\"'](?:{'|'.join(KINDS)})[\"']|isTransformer", re.I
    )
    found += [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in ROOT.glob("core/**/*.js")
        for match in scripts.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def asks_for_a_kind(node: ast.AST) -> bool:
    """Whether it compares a model's wiring, cell or kind, or looks at the class of a model."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return any(
            (isinstance(side, ast.Attribute) and side.attr in ("wiring", "cell"))
            or any(
                isinstance(one, ast.Constant) and str(one.value).lower() in KINDS
                for one in ast.walk(side)
            )
            for side in sides
        )
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "hasattr", "type"):
        return bool(re.search(r"[Mm]odel|[Tt]ranslator|[Cc]onfig", ast.unparse(node)))
    return False


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ('trace.model.wiring == "luong"', True),
        ("facts.wiring in WIRINGS", True),
        ('name in ("Transformer", "LSTM")', True),
        ("isinstance(found.model, RecurrentModel)", True),
        ('hasattr(translator, "heads")', True),
        ('"heads" in facts.has', False),
        ('isinstance(value, str) and kind == "weights"', False),
    ],
)
def test_such_a_question_is_recognised(text, asks):
    assert any(map(asks_for_a_kind, ast.walk(ast.parse(text)))) == asks


def test_nothing_but_training_imports_training():
    assert not [
        place(found)
        for found in IMPORTS
        if within(found.name, ("core.training",)) and not within(found.module, ("core.training",))
    ]


@pytest.mark.parametrize("library", ONLY)
def test_a_library_stays_in_its_place(library):
    assert not [
        place(found)
        for found in IMPORTS
        if within(found.name, (library,)) and not within(found.module, ONLY[library])
    ]


def torchless(module: str) -> bool:
    return module == "core" or (within(module, TORCHLESS) and not within(module, ASKING))


def test_torch_stays_below():
    """Not even when a function is called."""
    assert not [
        place(found)
        for found in IMPORTS
        if within(found.name, ("torch",)) and torchless(found.module)
    ]


def test_no_exemption_is_idle():
    """Each view that may import torch, or what stands on it, does."""
    below = [
        unit
        for unit, level in LEVEL.items()
        if LEVEL["core.attention"] <= level < LEVEL["core.stage"]
    ]
    for view in ASKING:
        assert any(
            within(found.module, (view,)) and within(found.name, ("torch", *below))
            for found in IMPORTS
        ), view


RUNS = ("encode", "start", "decode", "step", "fill", "loss")  # a model


def test_no_view_runs_a_model():
    """It reads traces, and the forced passes that it asks for."""
    views = {module: path for module, path in FILES.items() if within(module, ("core.views",))}
    assert not [
        f"{path.relative_to(ROOT)}, line {node.lineno}: {ast.unparse(node)}"
        for path in views.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in RUNS
        and ast.unparse(node.value).endswith("model")
    ]
    assert not [
        place(found)
        for found in IMPORTS
        if found.module in views and found.name in ("core.search", "core.recording")
    ]


@pytest.mark.parametrize("module", [name for name in FILES if torchless(name)])
@pytest.mark.parametrize("heavy", ["torch", "sacrebleu"])
def test_what_paints_first_loads_nothing_heavy(module, heavy):
    """Not through others either: only what a function imports when it is called may be heavy."""
    reached, ahead = {module: module}, [module]
    while ahead:
        here = ahead.pop()
        for found in IMPORTS:
            if found.module == here and not found.late:
                assert not within(found.name, (heavy,)), f"{reached[here]} -> {found.name}"
                for name in (found.name, *_parents(found.name)):
                    if name in FILES and name not in reached:
                        reached[name] = f"{reached[here]} -> {name}"
                        ahead.append(name)


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:size]) for size in range(1, len(parts))]


@pytest.mark.parametrize("module", FILES)
def test_each_file_says_what_it_is(module):
    text = FILES[module].read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_files_are_short():
    found = {
        module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in FILES.items()
    }
    assert {module for module, size in found.items() if size >= 300} <= set(LONG)


def test_scripts_are_not_wide():
    """The formatter leaves comments, templates and texts as they are: comments may have 100
    characters, code that it does not break 110; only one text by itself may have more."""
    scripts = [*ROOT.glob("core/**/*.js"), *ROOT.glob("core/**/*.css")]
    assert not [
        f"{path.relative_to(ROOT)}, line {number}"
        for path in scripts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > (100 if line.lstrip().startswith(("//", "/*", "*")) else 110)
        and not re.fullmatch(r'\s*"[^"]*",?', line)
    ]
