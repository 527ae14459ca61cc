"""Modules become one: scopes stay apart, and what does not go together is said in a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.stage.linker import LinkError, link

NODE = Path(sys.executable).parent / "node"


@pytest.fixture
def house(tmp_path):
    """Writes modules, and links an entry that stands beside them."""

    def linked(entry: str, **modules: str):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return link(entry, tmp_path)

    return linked


def value(text: str):
    """What node says is the default export of a module."""
    program = (
        "let text = ''; for await (const part of process.stdin) text += part;"
        "const url = `data:text/javascript,${encodeURIComponent(text)}`;"
        "console.log(JSON.stringify((await import(url)).default));"
    )
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", program],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_names_that_agree_stay_apart(house):
    found = house(
        'import { one } from "./a.js";\nimport two from "./b.js";\nexport default one() + two;\n',
        a='import { name as other } from "./c.js";\nconst name = "a";\n'
        "export function one() {\n  return name + other;\n}\n",
        b='import { name } from "./c.js";\nconst one = "b" + name;\n'
        "export default function two() {}\ntwo.toString = () => one;\n",
        c='export const name = "c";\n',
    )  # fmt: skip
    assert value(found.text) == "acbc"


def test_each_module_is_there_once_after_what_it_imports(house):
    found = house(
        'import { b } from "./b.js";\nimport { a } from "./a.js";\nexport default [a, b];\n',
        a='import { count } from "./c.js";\nexport const a = count();\n',
        b='import { count } from "./c.js";\nexport const b = count();\n',
        c="let counted = 0;\nexport function count() {\n  counted += 1;\n  return counted;\n}\n",
    )
    assert [path.name for path in found.modules] == ["c.js", "b.js", "a.js"]
    assert value(found.text) == [2, 1]


def test_only_what_imports_reach_is_there(house):
    found = house(
        'import { a } from "./a.js";\nexport default a;\n',
        a="export const a = 1;\n",
        alone='export const word = "alone";\n',
    )
    assert "alone" not in found.text


def test_comments_and_indentation_stay_behind(house):
    found = house(
        'import { a } from "./a.js";\nexport default a;\n',
        a="// One.\n\n/** Two,\n * three. */\nexport const a = [\n  1, // four\n  '// five',\n];\n",
    )
    assert "One" not in found.text and "Two" not in found.text and "three" not in found.text
    assert value(found.text) == [1, "// five"]


def test_a_circle_is_told(house):
    with pytest.raises(LinkError, match="in a circle: a.js → b.js → a.js"):
        house(
            'import { a } from "./a.js";\n',
            a='import { b } from "./b.js";\nexport const a = 1;\n',
            b='import { a } from "./a.js";\nexport const b = 1;\n',
        )


def test_what_is_missing_is_told(house):
    with pytest.raises(LinkError, match=r"imports nothing of .*a\.js, which exports no nothing"):
        house('import { nothing } from "./a.js";\n', a="export const a = 1;\n")
    with pytest.raises(LinkError, match=r"imports .*gone\.js, which is not there"):
        house('import { a } from "./gone.js";\n')


@pytest.mark.parametrize(
    "line",
    [
        'import * as a from "./b.js";', 'import "./b.js";', "export { a };",
        "export let a = 1;", 'const a = await import("./b.js");',
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told(house, line):
    with pytest.raises(LinkError, match=r"a\.js has a line that is not understood"):
        house('import { a } from "./a.js";\n', a=f"export const a = 1;\n{line}\n", b="")


def test_a_template_over_several_lines_is_told(house):
    with pytest.raises(LinkError, match="template over several lines: const b = `"):
        house('import { a } from "./a.js";\n', a="export const a = 1;\nconst b = `\n  two`;\n")
