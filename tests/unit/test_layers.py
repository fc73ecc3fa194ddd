"""The floors of both packages: a module imports only from its own floor and from those below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("oktascim", "okta_emulator")
LONGEST_FILE = 400

# From the roof down. Modules on one line may import each other, never anything on a line above.
FLOORS = {
    "oktascim": (
        ("__main__",),
        ("cli",),
        ("runs",),
        ("render",),
        ("doctor",),
        ("plan",),
        ("routes",),
        ("logs", "diagnose"),
        ("okta",),
        ("scim",),
        ("http",),
        ("transfer", "unreachable"),
        ("settings",),
        ("spec", "catalog"),
        ("redact", "files", "children", "strict_json"),
        ("disguise", "nearest"),
        ("errors",),
        ("__init__",),
    ),
    "okta_emulator": (
        ("http",),
        ("api", "admin_console", "inspector"),
        ("org",),
        ("scim_server", "scim_client"),
        ("core",),
        ("__init__",),
    ),
}
FLOOR_OF = {
    f"{package}.{part}": len(floors) - number
    for package, floors in FLOORS.items()
    for number, parts in enumerate(floors)
    for part in parts
}
MAY_IMPORT_THE_EMULATOR = {
    "oktascim.cli.commands.emulator",
    "oktascim.cli.commands.demo",
    "oktascim.runs.sandbox",
}
# Heavy library to the parts of the package that may import it as they load.
HEAVY = {
    "okta": (),
    "keyring": (),
    "playwright": ("oktascim.routes.browser",),
    "starlette": ("okta_emulator",),
    "uvicorn": ("okta_emulator",),
    "scim2_server": ("okta_emulator",),
    "pyarrow": (),
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


TREES = {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}


def part_of(module: str) -> str:
    """The part of its package that a module belongs to: `oktascim.okta`; the package's face is `oktascim.__init__`."""
    package, _, rest = module.partition(".")
    return f"{package}.{rest.partition('.')[0] or '__init__'}"


def test_every_part_has_a_floor() -> None:
    assert {part_of(module) for module in MODULES} == set(FLOOR_OF)


def test_a_module_imports_only_from_its_floor_and_those_below() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, tree in TREES.items()
        for imported in ours(imports(tree))
        if module.partition(".")[0] == imported.partition(".")[0]
        if FLOOR_OF[part_of(imported)] > FLOOR_OF[part_of(module)]
    ]
    assert wrong == []


def test_the_emulator_imports_nothing_of_the_tool_and_the_tool_runs_it_from_few_places() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, tree in TREES.items()
        for imported in ours(imports(tree))
        if module.partition(".")[0] != imported.partition(".")[0]
        if module not in MAY_IMPORT_THE_EMULATOR
    ]
    assert wrong == []


def test_no_import_cycles() -> None:
    graph = {module: ours(imports(on_load(tree))) - {module} for module, tree in TREES.items()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"import cycle: {' > '.join((*path[path.index(module) :], module))}"
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())
    assert done == set(MODULES)


def test_heavy_libraries_load_only_where_they_are_used() -> None:
    wrong = [
        f"{module} loads {library}"
        for module, tree in TREES.items()
        for library in sorted({name.partition(".")[0] for name in imports(on_load(tree))} & set(HEAVY))
        if not any(module == home or module.startswith(f"{home}.") for home in HEAVY[library])
    ]
    assert wrong == []


def test_a_newcomer_can_read_every_file() -> None:
    lengths = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_FILE} == {}
