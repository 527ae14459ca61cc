"""The environment that make sets up: which Python it takes, and when it is made again.

Nothing is installed: the Pythons are scripts that write down what they were asked.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "mkdir", "touch", "chmod", "cp")
FILES = ("Makefile", ".ci/environment", "requirements.txt", "requirements-huggingface.txt",
         "requirements-redis.txt", "requirements-dev.txt", "requirements-bench.txt")  # fmt: skip
# Its version, how a folder becomes its environment, and pip, which says no where it is told to.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-c "*) echo {version} ;;
"-m venv")
  mkdir -p "$3/bin" "$3/lib/python{version}" && cp "$0" "$3/bin/python" && touch "$3/pyvenv.cfg"
  echo "venv {version}" >>log ;;
"-m pip")
  while [ $# -gt 1 ]; do shift; done
  echo "pip {version} $1" >>log
  [ ! -e fails ] ;;
esac
"""

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="no make on the path")


@pytest.fixture
def make(tmp_path):
    """Runs make for one target in a folder of its own, in which there are no other Pythons."""
    (tmp_path / "bin").mkdir()
    for tool in (*TOOLS, "make"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def run(level="app", *given, does=True) -> tuple[list[str], str]:
        """What the Pythons were asked, and what was said."""
        (tmp_path / "log").write_text("")
        done = subprocess.run(
            [tmp_path / "bin/make", f".venv/{level}.done", *given], cwd=tmp_path, text=True,
            env={"PATH": os.fspath(tmp_path / "bin")}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == does, done.stdout
        return (tmp_path / "log").read_text().splitlines(), done.stdout

    run.folder = tmp_path
    return run


@pytest.fixture
def python(make):
    """Puts a Python of a version on the path."""

    def put(name: str, version: str) -> Path:
        path = make.folder / "bin" / name
        path.write_text(PYTHON.format(version=version))
        path.chmod(0o755)
        return path

    return put


MADE = ["venv {0}", "pip {0} requirements.txt"]


def made(version: str) -> list[str]:
    return [line.format(version) for line in MADE]


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3.11": "3.11", "python3.12": "3.12"}, "3.11"),
        ({"python3.13": "3.13", "python3": "3.10"}, "3.13"),
        ({"python3": "3.12"}, "3.12"),
        ({"python3": "3.14", "python": "3.13"}, "3.13"),
    ],
    ids=str,
)
def test_any_python_that_serves_is_taken_and_named(make, python, there, taken):
    for name, version in there.items():
        python(name, version)
    asked, said = make()
    assert asked == made(taken) and f"takes Python {taken} (python" in said
    assert make() == ([], ""), "it is whole now"


@pytest.mark.parametrize(
    ("there", "given", "told"),
    [
        ({}, (), "and here is none;"),
        ({"python3": "3.10", "python": "2.7"}, (), "and here is only 3.10;"),
        ({"python3": "3.14"}, (), "and here is only 3.14;"),
        ({"python3": "3.11", "mine": "3.9"}, ("PYTHON=mine",), "and mine is 3.9;"),
        ({"python3": "3.11"}, ("PYTHON=mine",), "and mine does not run;"),
    ],
    ids=str,
)
def test_another_python_is_told_in_one_sentence_before_anything_is_installed(
    make, python, there, given, told
):
    for name, version in there.items():
        python(name, version)
    asked, said = make("app", *given, does=False)
    sentence, errors = said.splitlines()[0], said.splitlines()[1:]
    assert sentence.startswith("Heed needs Python 3.11, 3.12 or 3.13") and told in sentence
    assert asked == [] and not (make.folder / ".venv").exists()
    assert [line.split(":")[0] for line in errors] == ["make"]


def test_each_level_stands_on_the_one_below_and_follows_its_requirements(make, python):
    python("python3", "3.12")
    pip = ["pip 3.12 requirements.txt", "pip 3.12 requirements-dev.txt"]
    assert make("dev")[0] == ["venv 3.12", *pip]
    assert make("app")[0] == make("dev")[0] == []
    assert make("bench")[0] == ["pip 3.12 requirements-bench.txt"]
    with (make.folder / "requirements-dev.txt").open("a") as file:
        file.write("more==1\n")
    assert make("app")[0] == []
    assert make("dev")[0] == pip[1:]
    (make.folder / "requirements.txt").write_text("less==1\n")
    assert make("dev")[0] == pip


@pytest.mark.parametrize("extra", ["huggingface", "redis"])
def test_what_few_need_is_an_extra_of_the_app_and_part_of_development(make, python, extra):
    """Models of Hugging Face, and classes in Redis."""
    python("python3", "3.12")
    assert make("app")[0] == ["venv 3.12", "pip 3.12 requirements.txt"]
    assert make(extra)[0] == [f"pip 3.12 requirements-{extra}.txt"]
    assert make(extra)[0] == make("app")[0] == []
    assert make("dev")[0] == ["pip 3.12 requirements-dev.txt"]
    with (make.folder / f"requirements-{extra}.txt").open("a") as file:
        file.write("more==1\n")
    assert make("app")[0] == []
    assert make(extra)[0] == [f"pip 3.12 requirements-{extra}.txt"]
    assert make("dev")[0] == ["pip 3.12 requirements-dev.txt"]
    assert f"-r requirements-{extra}.txt" in (ROOT / "requirements-dev.txt").read_text()


@pytest.mark.parametrize(
    ("asked", "level"),
    [(("app",), "app"), (("app", "HUGGINGFACE=1"), "huggingface"), (("serve",), "redis")],
)
def test_extras_are_installed_only_where_they_are_asked_for(make, python, asked, level):
    python("python3", "3.12")
    done = subprocess.run(
        [make.folder / "bin/make", "-n", *asked], cwd=make.folder, text=True,
        env={"PATH": os.fspath(make.folder / "bin")}, capture_output=True, check=True,
    )  # fmt: skip
    assert f"sh .ci/environment '.venv' {level} " in done.stdout


def test_an_installation_that_was_cut_short_is_made_again(make, python):
    python("python3", "3.11")
    (make.folder / "fails").touch()
    assert make(does=False)[0] == made("3.11")
    (make.folder / "fails").unlink()
    asked, said = make()
    assert asked == made("3.11") and "not whole: it is made again" in said
    (make.folder / "fails").touch()
    assert make("dev", does=False)[0] == ["pip 3.11 requirements-dev.txt"]
    (make.folder / "fails").unlink()
    assert make("app")[0] == made("3.11"), "what the failed one left behind is not trusted"


def half_made(venv: Path) -> None:  # as the Makefile of an earlier version left it
    (venv / "app.done").unlink()


def broken(venv: Path) -> None:
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to("/nowhere/python3.11")


def moved(venv: Path) -> None:  # the link of the system leads to a newer Python than it was made by
    path = venv / "bin/python"
    path.write_text(path.read_text().replace("echo 3.11", "echo 3.12"))


def old(venv: Path) -> None:
    path = venv / "bin/python"
    path.write_text(path.read_text().replace("echo 3.11", "echo 3.10"))
    (venv / "lib/python3.10").mkdir()


@pytest.mark.parametrize("damage", [half_made, broken, moved, old])
def test_what_is_not_whole_is_made_again(make, python, damage):
    python("python3", "3.11")
    make()
    damage(make.folder / ".venv")
    asked, said = make()
    assert asked == made("3.11") and "not whole: it is made again" in said
    assert make()[0] == []


def test_another_python_is_taken_where_it_is_asked_for_and_only_there(make, python):
    python("python3.12", "3.12")
    make()
    python("python3.11", "3.11")
    assert make()[0] == [], "one that serves is kept"
    assert make("app", "PYTHON=python3.11")[0] == made("3.11")
    assert make()[0] == make("app", "PYTHON=python3.11")[0] == []


def test_an_environment_of_an_earlier_version_is_kept(make, python):
    python("python3", "3.11")
    make()
    (make.folder / ".venv/app.done").write_text("")  # it recorded nothing
    assert make()[0] == ["pip 3.11 requirements.txt"]


def test_a_folder_that_is_no_environment_is_left_alone(make, python):
    python("python3", "3.11")
    mine = make.folder / ".venv/notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert make(does=False)[0] == [] and mine.read_text() == "mine"
