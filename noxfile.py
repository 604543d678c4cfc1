"""Every check of this project, for a desk and for CI: `nox` runs those that a change must pass."""

import hashlib
import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["tests", "lint", "typing", "native"]
nox.options.error_on_missing_interpreters = False

PROJECT = nox.project.load_toml("pyproject.toml")
ROOT = Path(__file__).parent
CPP = [*ROOT.glob("native/**/*.hpp"), *ROOT.glob("native/**/*.cpp")]


def group(name: str) -> list[str]:
    """Return the requirements of one dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PROJECT, name))


def built_wheel(session: nox.Session) -> str:
    """Return the path of a wheel of the sources as they are now, with compiler warnings as errors.

    The folder is named after what the sources contain, so sessions share one build and none tests an old one.
    """
    digest = hashlib.sha256(session.python.encode() if isinstance(session.python, str) else b"")
    sources = [ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE"]
    for folder in ("native", "vcxg124m"):
        sources += [
            path
            for path in sorted((ROOT / folder).rglob("*"))
            if "__pycache__" not in path.parts
            and not {ROOT / "native" / "tests", ROOT / "native" / "fuzz"} & {*path.parents}
        ]
    for source in sources:
        if source.is_file():
            digest.update(f"{source.relative_to(ROOT)}\0".encode() + source.read_bytes())
    folder = Path(session.cache_dir) / "wheels" / digest.hexdigest()[:16]
    if not list(folder.glob("*.whl")):
        session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder),
                    "--config-settings=cmake.define.VCXG_WERROR=ON", ".")  # fmt: skip
    [wheel] = folder.glob("*.whl")
    return str(wheel)


def install_with(session: nox.Session, *groups: str) -> None:
    """Install the wheel and dependency groups; also over an older wheel of the same version in a reused environment."""
    wheel = built_wheel(session)
    session.install(wheel, *(requirement for name in groups for requirement in group(name)))
    session.install("--quiet", "--force-reinstall", "--no-deps", wheel)


@nox.session
def tests(session: nox.Session) -> None:
    """Install the wheel; check the import contracts; run the unit tests, then the system tests."""
    install_with(session, "test")
    session.run("lint-imports", "--no-logo")
    # The tests wait more than they compute. Several processes need a network each, which only root can have.
    together = ["-n", "3", "--dist", "loadfile"] if os.geteuid() == 0 else []
    session.run("pytest", *(session.posargs or [*together, "tests/unit", "tests/system"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Style of Python and C++, spelling of everything; prose is British."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")
    prose = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.ipynb")]
    code = r'--ignore-regex=`[^`]+`|:?\w+[:=]|\\"\w+'  # also what a notebook's code has in quotes
    session.run("codespell", "--dictionary=docs/american.txt", code, *map(str, prose))
    session.run("clang-format", "--dry-run", "-Werror", *map(str, CPP), silent=True)


@nox.session
def typing(session: nox.Session) -> None:
    """Types of package and examples as mypy and pyright see them, both strict, and what they find in wrong code."""
    session.install(*PROJECT["project"]["dependencies"], *group("typing"))
    session.run("mypy")
    session.run("mypy", "tests/typing/public.py", *map(str, sorted(ROOT.glob("examples/*.py"))))
    session.run("pyright")
    session.run("pytest", "tests/typing")


@nox.session
@nox.parametrize("sanitizers", ["address,undefined", "thread"])
def native(session: nox.Session, sanitizers: str) -> None:
    """C++ units under sanitizers, warnings as errors."""
    session.install("cmake>=3.26", "ninja")
    build = Path(session.cache_dir) / "native" / sanitizers.replace(",", "-")
    session.run("cmake", "-S", "native", "-B", str(build), "-G", "Ninja", "-DVCXG_TESTS=ON", "-DVCXG_WERROR=ON",
                f"-DVCXG_SANITIZE={sanitizers}", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1 -g1",
                silent=True)  # fmt: skip
    session.run("cmake", "--build", str(build), "--parallel", str(os.cpu_count()), silent=True)
    session.run(
        "ctest", "--test-dir", str(build), "--output-on-failure", "--timeout", "120", *session.posargs
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Feed arbitrary bytes to what reads a network: 100 000 inputs a target, or `nox -s fuzz -- 5000`."""
    if shutil.which("clang++") is None:
        session.skip("clang++ with libFuzzer is not installed")
    (runs,) = session.posargs or ["100000"]
    session.install("cmake>=3.26", "ninja")
    build = Path(session.cache_dir) / "native" / "fuzz"
    session.run("cmake", "-S", "native", "-B", str(build), "-G", "Ninja", "-DVCXG_FUZZ=ON", "-DVCXG_WERROR=ON",
                "-DVCXG_SANITIZE=address,undefined", "-DCMAKE_CXX_COMPILER=clang++", "-DCMAKE_BUILD_TYPE=None",
                "-DCMAKE_CXX_FLAGS=-O1 -g1 -fno-sanitize-recover=all", silent=True)  # fmt: skip
    session.run("cmake", "--build", str(build), "--parallel", str(os.cpu_count()), silent=True)
    for corpus in sorted((ROOT / "native" / "fuzz" / "corpus").iterdir()):
        found = Path(session.create_tmp()) / "corpus" / corpus.name
        found.mkdir(parents=True, exist_ok=True)
        # New inputs stay outside of the tree; the output names the one that ends the program.
        session.run(str(build / f"fuzz_{corpus.name}"), f"-runs={runs}", "-max_len=1024", "-timeout=10", "-verbosity=0",
                    f"-artifact_prefix={found.parent}/{corpus.name}-", str(found), str(corpus),
                    external=True)  # fmt: skip


@nox.session
def interop(session: nox.Session) -> None:
    """Strangers on the wire and behind the GenTL interface; what is not installed is skipped with a reason."""
    install_with(session, "test", "interop")
    session.run("pytest", *(session.posargs or ["tests/interop"]))


@nox.session
def bench(session: nox.Session) -> None:
    """Ratios against peers, measured in one run; never a gate."""
    install_with(session, "test", "bench")
    session.run("pytest", "-s", *(session.posargs or map(str, sorted(ROOT.glob("tests/bench/bench_*.py")))))


@nox.session
def soak(session: nox.Session) -> None:
    """Stream for an hour and see that nothing grows and every frame is accounted for; `-- --minutes 5` for less."""
    install_with(session, "test")
    session.run("pytest", "-s", "tests/soak", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, where a warning is an error, and check links, pages and search of what was built."""
    install_with(session, "docs")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "build/docs")
    session.run("pytest", "-q", "tests/docs")
