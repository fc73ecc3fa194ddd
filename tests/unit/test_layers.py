"""The floors of the package: a module imports only from its own floor and from those below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "oktascim"
LONGEST_FILE = 400

# From the roof down. Modules on one line may import each other, never anything on a line above.
FLOORS = (
    ("__main__",),
    ("cli",),
    ("render",),
    ("verify",),
    ("plan",),
    ("provisioning",),
    ("systemlog", "diagnose"),
    ("okta",),
    ("scim",),
    ("http",),
    ("settings",),
    ("spec", "catalog"),
    ("redact", "files"),
    ("errors",),
    ("__init__",),
)
FLOOR_OF = {part: len(FLOORS) - number for number, parts in enumerate(FLOORS) for part in parts}
EMULATOR_MAY_IMPORT = {"errors", "emulator", "__init__"}
MAY_IMPORT_EMULATOR = {"cli.emulator", "cli.demo", "cli.sandbox"}
# Heavy library to the parts of the package that may import it as they load.
HEAVY = {
    "okta": (),
    "keyring": (),
    "playwright": ("provisioning.console",),
    "starlette": ("emulator",),
    "uvicorn": ("emulator",),
    "scim2_server": ("emulator",),
    "pyarrow": (),
}


def name_of(file: Path) -> str:
    """The module's name below the package: `okta.client`; a package's own file is the package."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


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
    """Of imported names, the modules of the package; `oktascim.errors.ExitCode` becomes `errors`."""
    found = set()
    for name in names:
        root, _, rest = name.partition(".")
        if root != "oktascim":
            continue
        while rest and rest not in MODULES:
            rest = rest.rpartition(".")[0]
        found.add(rest or "__init__")
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
    return module.partition(".")[0]


def test_every_part_has_a_floor() -> None:
    assert {part_of(module) for module in MODULES} - {"emulator"} <= set(FLOOR_OF)


def test_a_module_imports_only_from_its_floor_and_those_below() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, tree in TREES.items()
        for imported in ours(imports(tree))
        if "emulator" not in {part_of(module), part_of(imported)}
        if FLOOR_OF[part_of(imported)] > FLOOR_OF[part_of(module)]
    ]
    assert wrong == []


def test_the_emulator_and_the_client_share_nothing_but_the_errors() -> None:
    wrong = []
    for module, tree in TREES.items():
        inside = part_of(module) == "emulator"
        for imported in ours(imports(tree)):
            if inside and part_of(imported) not in EMULATOR_MAY_IMPORT:
                wrong.append(f"{module} imports {imported}")
            if not inside and part_of(imported) == "emulator" and module not in MAY_IMPORT_EMULATOR:
                wrong.append(f"{module} imports {imported}")
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
        for library in sorted({part_of(name) for name in imports(on_load(tree))} & set(HEAVY))
        if not any(module == home or module.startswith(f"{home}.") for home in HEAVY[library])
    ]
    assert wrong == []


def test_a_newcomer_can_read_every_file() -> None:
    lengths = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_FILE} == {}
