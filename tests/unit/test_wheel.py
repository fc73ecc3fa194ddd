"""The built wheel, used as a stranger would use it: away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
RUN = "import oktascim, sys; from oktascim.__main__ import main; print(oktascim.__file__, file=sys.stderr); main()"


def files_in(folder: Path) -> set[str]:
    """What is in a folder, as paths below it, without what Python leaves behind."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {str(file) for file in found if "__pycache__" not in file.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("dist"))


def built(folder: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_carries_the_packages_the_templates_and_the_examples(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    packages = ("oktascim", "okta_emulator")
    expected = {f"{package}/{file}" for package in packages for file in files_in(REPOSITORY / package)}
    for folder in ("templates", "examples"):
        expected |= {f"oktascim/_data/{folder}/{file}" for file in files_in(REPOSITORY / folder)}
    assert packed == expected


def test_two_builds_give_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--target", str(installed)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)

    def oktascim(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *arguments],
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.startswith(str(installed)), "the checkout was used instead of the wheel"
        return done.stdout

    names = [template["name"] for template in json.loads(oktascim("template", "list", "-o", "json"))]
    assert sorted(names) == sorted(file.stem for file in (REPOSITORY / "templates").glob("[!_]*.yaml"))
    examples = installed / "oktascim" / "_data" / "examples"
    assert json.loads(oktascim("validate", str(examples / "templates"), "-o", "json"))["valid"]
    assert (installed / "bin" / "oktascim").is_file()
