"""The house as a whole: what is shipped, what is pinned, and the rules that no single module shows."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mediavault_tui"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(module: Path) -> str:
    return str(module.relative_to(ROOT))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    found = [line.split("==") for line in lines]
    assert all(len(pin) == 2 for pin in found), "names and exact versions only"
    return {canonical(name): version for name, version in found}


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text())), "a stranger wants to know"


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_no_module_swallows_whatever_goes_wrong(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            # To the thread that waits for it, or to the user as what it is: a bug.
            hands_over = any(call in ast.unparse(node) for call in ("put(error)", "show_bug(error)"))
            if caught in ("Exception", "BaseException", "everything"):
                assert raises or hands_over, f"line {node.lineno} catches {caught}"


def test_every_installed_package_is_pinned_as_tested() -> None:
    """Of what the program and its checks need, directly and indirectly: what is installed here is what is pinned."""
    pinned, seen = pins(), set()
    waiting = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    while waiting:
        requirement = waiting.pop()
        name = canonical(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
        if name in seen or "extra ==" in requirement:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system or Python version
            continue
        seen.add(name)
        assert name in pinned, f"{name} is not in constraints.txt"
        waiting += distribution.requires or []
    assert len(seen) > 30


def test_pins_satisfy_what_the_project_asks_for() -> None:
    from packaging.requirements import Requirement

    pinned = pins()
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[canonical(requirement.name)]), line


LATE = ("textual", "rich", "guessit", "av", "pymediainfo", "numpy", "mpv", "yaml", "asyncio", "sqlite3")


def test_asking_for_the_version_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom mediavault_tui.cli.main import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        f"print(sorted(set({LATE!r}) & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == f"mediavault {PROJECT['version']}\n"
    assert result.stderr == "[]\n"


def test_a_worker_loads_no_more_than_it_needs() -> None:
    code = (
        "import sys\nfrom mediavault_tui.engine import worker_tasks\n"
        "from mediavault_tui.services.frames import audio_comparison as listening\n"
        "from mediavault_tui.services import mediainfo\n"
        "print([each for each in ('asyncio', 'sqlite3', 'guessit') if each in sys.modules])\n"
        "print([each for each in sys.modules if each.startswith(('mediavault_tui.store', 'mediavault_tui.domain.names',"
        " 'mediavault_tui.domain.duplicates', 'mediavault_tui.domain.quality'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n[]\n"


def test_what_workers_need_stays_with_the_workers() -> None:
    code = (
        "import sys\nfrom mediavault_tui.engine.matching import compare\n"
        "print([each for each in ('numpy', 'av', 'pymediainfo', 'guessit', 'textual') if each in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_a_headless_scan_never_loads_the_screens(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    code = (
        "import sys\nfrom mediavault_tui.cli.main import main\n"
        f"try:\n    main(['--headless', '--json', '--db', {str(tmp_path / 'x.db')!r}, {str(tmp_path / 'videos')!r}])\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print('textual' in sys.modules, 'mediavault_tui.ui' in sys.modules, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr == "False False\n"


def _folder_of(package: str) -> Path:
    return ROOT / ("themes" if package == "mediavault_tui.themes" else package.replace(".", "/"))


@pytest.mark.slow
def test_a_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    source = tmp_path / "source"
    left_out = shutil.ignore_patterns(
        ".*", "__pycache__", "*.egg-info", "build", "dist", "tests", "benchmarks"
    )
    shutil.copytree(ROOT, source, ignore=left_out)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(source)]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    code = (
        "from importlib import resources\nfrom pathlib import Path\nfrom mediavault_tui.ui import themes\n"
        "package = resources.files('mediavault_tui')\n"
        "print(sorted(themes.load_all(Path('none'))[0]), package, sep='\\n')\n"
        "print(len(list((package / 'store' / 'schema').iterdir())))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "installed", capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert found[0] == str(sorted(path.stem for path in (ROOT / "themes").glob("*.yaml")))
    assert found[1] == str(tmp_path / "installed" / "mediavault_tui")
    assert int(found[2]) >= len(list((PACKAGE / "store" / "schema").glob("*.sql")))


def test_what_is_no_python_is_shipped_too() -> None:
    """Data files of the package must match a pattern of package-data, or a wheel goes without them."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    shipped = {
        path
        for package, globs in patterns.items()
        for glob in globs
        for path in _folder_of(package).glob(glob)
    }
    present = {
        path
        for folder in (PACKAGE, ROOT / "themes")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }
    assert present - shipped == set()


MOST_LINES = 600
MOST_LINES_OF_A_FUNCTION = 60


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_files_and_functions_fit(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MOST_LINES_OF_A_FUNCTION, f"{node.name} has {lines} lines"


_PROSE = re.compile(r"(^|_|\.)(reason|sentence|message|setback|verdict_reason)$")


@pytest.mark.parametrize("module", MODULES, ids=names)
def test_nothing_hangs_on_how_a_sentence_begins_or_on_attributes_that_may_be_there(module: Path) -> None:
    """What a program decides by is a type; what it may ask of an object stands in the object's type."""
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("startswith", "endswith"):
            # `(x.reason or "").startswith(…)` too
            asked = [ast.unparse(each) for each in ast.walk(node.func.value)]
            assert not any(_PROSE.search(each) for each in asked), f"line {node.lineno}"
        if ast.unparse(node.func) == "getattr" and len(node.args) == 3:
            name, default = node.args[1:]
            is_guess = isinstance(name, ast.Constant) and isinstance(default, ast.Constant)
            assert not (is_guess and default.value is None), f"line {node.lineno}: {ast.unparse(node)}"
