"""The house rules of both packages: floors, no circles of imports, and folders that say what they hold."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("oktascim", "okta_emulator")
LONGEST_FILE = 310

# From the roof down. Modules on one line may import each other, never anything on a line above.
FLOORS = {
    "oktascim": (
        ("__main__",),
        ("cli",),
        ("runs",),
        ("render",),
        ("doctor", "verify"),
        ("plan",),
        ("routes",),
        ("check",),
        ("logs", "diagnose"),
        ("okta",),
        ("scim",),
        ("http",),
        ("settings",),
        ("spec", "catalog"),
        ("template",),
        ("quote",),
        ("redact", "files", "children", "strict_json", "package_yaml"),
        ("disguise", "loopback", "nearest"),
        ("errors", "lazy_pattern", "secret_text", "sieve", "wording"),
        ("__init__",),
    ),
    "okta_emulator": (
        ("__init__", "pytest_plugin"),
        ("testing",),
        ("calling", "downstream"),
        ("http",),
        ("api", "admin_console", "inspector"),
        ("org",),
        ("scim_server", "scim_client"),
        ("core",),
    ),
}
FLOOR_OF = {
    f"{package}.{part}": len(floors) - number
    for package, floors in FLOORS.items()
    for number, parts in enumerate(floors)
    for part in parts
}
MAY_IMPORT_THE_EMULATOR = {
    "oktascim.cli.commands.emulator.options",
    "oktascim.cli.commands.emulator.start",
    "oktascim.cli.commands.demo",
    "oktascim.runs.replaying",
    "oktascim.runs.sandbox",
}
# Heavy library to the parts of the package that may import it as they load.
HEAVY = {
    "okta": (),
    "keyring": (),
    "typer": ("oktascim.cli",),
    "playwright": ("oktascim.routes.browser",),
    "starlette": ("okta_emulator",),
    "jinja2": ("okta_emulator.admin_console", "okta_emulator.inspector"),
    "uvicorn": ("okta_emulator",),
    "scim2_server": ("okta_emulator",),
    "pyarrow": (),
    "openpyxl": (),
    "jwt": ("oktascim.okta.keys",),
    "cryptography": ("oktascim.okta.keys", "okta_emulator.org.signing", "okta_emulator.http.tls"),
}


def name_of(file: Path) -> str:
    """The module's full name: `oktascim.okta.client`; a package's own file is the package."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))}


def imports(nodes: list[ast.stmt] | ast.AST) -> Iterator[str]:
    """The full names of what is imported, wherever it stands below these nodes."""
    for top in nodes if isinstance(nodes, list) else [nodes]:
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, "relative import"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(names: Iterator[str]) -> set[str]:
    """Of imported names, the modules of the two packages: `oktascim.errors.ExitCode` becomes `oktascim.errors`."""
    found = set()
    for name in names:
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        if name:
            found.add(name)
    return found


def on_load(tree: ast.Module) -> list[ast.stmt]:
    """The statements that run when the module is imported: no function bodies, nothing for type checkers alone."""
    return [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of each module; read by the tests alone, so that collecting them costs nothing."""
    return {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}


def part_of(module: str) -> str:
    """The part of its package that a module belongs to: `oktascim.okta`; the package's face is `oktascim.__init__`."""
    package, _, rest = module.partition(".")
    return f"{package}.{rest.partition('.')[0] or '__init__'}"


@cache
def imported_by() -> dict[str, set[str]]:
    """What each module imports, also inside functions and for type checkers alone."""
    return {module: ours(imports(tree)) - {module} for module, tree in trees().items()}


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Every module that imports itself through others, with the shortest way around."""
    found = []
    for start in sorted(graph):
        came_from: dict[str, str] = {}
        queue = [start]
        for module in queue:
            for imported in sorted(graph[module] - came_from.keys()):
                came_from[imported] = module
                queue.append(imported)
        if start in came_from:
            way = [start, came_from[start]]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            found.append(" > ".join(reversed(way)))
    return found


def test_every_part_has_a_floor() -> None:
    unplaced = {part_of(module) for module in MODULES} ^ set(FLOOR_OF)
    assert unplaced == set(), "Rule: every part of a package has its place in FLOORS, and FLOORS names no other."


def test_a_module_imports_only_from_its_floor_and_those_below() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, found in imported_by().items()
        for imported in sorted(found)
        if module.partition(".")[0] == imported.partition(".")[0]
        if FLOOR_OF[part_of(imported)] > FLOOR_OF[part_of(module)]
    ]
    assert wrong == [], "Rule: a module imports only from its own floor and from those below it (FLOORS)."


def test_the_emulator_imports_nothing_of_the_tool_and_the_tool_runs_it_from_few_places() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, found in imported_by().items()
        for imported in sorted(found)
        if module.partition(".")[0] != imported.partition(".")[0]
        if module not in MAY_IMPORT_THE_EMULATOR
    ]
    assert wrong == [], (
        "Rule: okta_emulator imports nothing of oktascim, and of oktascim only the modules in MAY_IMPORT_THE_EMULATOR "
        "import okta_emulator."
    )


def test_no_circle_of_imports() -> None:
    assert circles(imported_by()) == [], (
        "Rule: no module imports itself through others, counted over all imports: those inside functions and under "
        "TYPE_CHECKING too. Move what both sides need to the floor below."
    )


def test_a_circle_is_found_wherever_it_is() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles(graph) == ["b > c > b", "c > b > c"]


def test_every_folder_says_in_one_sentence_what_it_holds() -> None:
    wrong = {}
    for module, file in MODULES.items():
        if file.name == "__init__.py":
            said = ast.get_docstring(trees()[module]) or ""
            if not said.endswith(".") or "\n\n" in said or re.search(r"[.!?] +[A-Z]", said):
                wrong[module] = said
    assert wrong == {}, "Rule: the docstring of every folder's __init__ is one sentence that covers all its files."


def test_heavy_libraries_load_only_where_they_are_used() -> None:
    wrong = [
        f"{module} loads {library}"
        for module, tree in trees().items()
        for library in sorted({name.partition(".")[0] for name in imports(on_load(tree))} & set(HEAVY))
        if not any(module == home or module.startswith(f"{home}.") for home in HEAVY[library])
    ]
    assert wrong == [], "Rule: a heavy library is imported on load only by the parts that HEAVY names."


def test_what_is_imported_is_a_dependency_of_ours() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = [one for group in groups for one in group]
    names = {normalized(re.split(r"[\[<>=!; ]", one)[0]) for one in declared}
    known = {*sys.stdlib_module_names, *PACKAGES, "pytest"}  # pytest loads our plugin
    tops = {name.partition(".")[0] for tree in trees().values() for name in imports(tree)} - known
    owners = packages_distributions()
    missing = sorted(top for top in tops if not names & set(map(normalized, owners.get(top, ()))))
    assert missing == [], "Rule: pyproject.toml declares every package that is imported."


def normalized(name: str) -> str:
    """The name of a distribution as the index has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_type_has_a_name_of_its_own(package: str) -> None:
    homes: dict[str, set[str]] = {}
    for module, tree in trees().items():
        if module.startswith(f"{package}."):
            for node in tree.body:
                names = [node.name] if isinstance(node, ast.ClassDef) else aliases(node)
                for name in (name for name in names if not name.startswith("_")):
                    homes.setdefault(name, set()).add(module)
    twice = {name: sorted(modules) for name, modules in homes.items() if len(modules) > 1}
    assert twice == {}, "Rule: a name is the name of one type in the whole package (docs/glossary.md)."


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_is_imported_by_itself_means_one_thing(package: str) -> None:
    homes: dict[str, set[str]] = {}
    for module, tree in trees().items():
        # a command's function is called as the command is
        if module.startswith(f"{package}.") and not module.startswith("oktascim.cli.commands."):
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{package}."):
                    home = re.sub(r"(?<=\.core\.records)\..*", "", str(node.module))  # which shows all its records
                    names = [alias.name for alias in node.names if f"{node.module}.{alias.name}" not in MODULES]
                    for name in names:
                        homes.setdefault(name, set()).add(home)
    twice = {name: sorted(modules) for name, modules in homes.items() if len(modules) > 1}
    assert twice == {}, "Rule: a reader who meets a name without its module knows which one it is."


def aliases(node: ast.stmt) -> list[str]:
    """The public type aliases that a statement defines: `Stage = Literal[...]`."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
        return [one.id for one in node.targets if isinstance(one, ast.Name) and re.match("[A-Z][a-z]", one.id)]
    return []


def test_connections_are_made_in_few_places() -> None:
    makers = re.compile(r"\bhttpx\.(Async)?(Client|HTTPTransport)\(|\bhttpx\.create_ssl_context\(")
    wrong = {
        module
        for module, file in MODULES.items()
        if part_of(module) not in {"oktascim.http"} and module.startswith("oktascim.")
        if makers.search(file.read_text(encoding="utf-8"))
    }
    assert wrong == {"oktascim.scim.exchange"}, "Rule: only oktascim.http and the connection test open connections."


def test_a_newcomer_can_read_every_file() -> None:
    lengths = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_FILE} == {}, (
        f"Rule: no module has more than {LONGEST_FILE} lines."
    )
