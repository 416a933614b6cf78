"""Each package that Footnote runs on may be used and passed on by anyone: its licence is a permissive one."""

import re
from importlib.metadata import Distribution

import pytest

from tests.supply.runtime import FILES, ROOT, normal, runtime
from tests.supply.sbom import narrowed

PERMISSIVE = frozenset(
    ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND", "ISC", "LLVM-exception",
     "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib")
)  # fmt: skip
# What is not, and why it may be there: used as it comes, beside ours.
EXCEPTIONS = {
    ("certifi", "MPL-2.0"),  # a list of certificates; the MPL holds file by file
    ("tqdm", "MPL-2.0"),
    ("orjson", "MPL-2.0"),
    ("manimgx-fonts", "OFL-1.1"),  # fonts: the OFL forbids to sell them alone
}
# As packages write it that don't use the identifiers of SPDX.
SPELLINGS = {
    "apache 2.0": "Apache-2.0", "apache 2.0 license": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "3-clause bsd license": "BSD-3-Clause", "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause", "isc license (iscl)": "ISC", "mit license": "MIT", "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}  # fmt: skip
# Those whose metadata hold a text or a remark instead: read by hand.
BY_HAND = {
    "scipy": "BSD-3-Clause",  # its text; the libraries in it are BSD and MIT, the runtime of GCC with its exception
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # PDFium and what it is built with are BSD, MIT, Apache, FreeType's, zlib's
    "tiktoken": "MIT",  # its text
    "dirtyjson": "MIT",  # under the MIT or the Academic Free License
}


def licence(package: Distribution) -> str:
    """A package's licence as an expression of SPDX identifiers, "" where its metadata give none."""
    told = package.metadata
    name = told["Name"].lower()
    if name in BY_HAND:
        return BY_HAND[name]
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classified = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License :: OSI")
    ]
    short = [told["License"]] if told.get("License") and len(told["License"]) < 60 and not classified else []
    given = [SPELLINGS.get(one.strip().lower(), one.strip()) for one in classified or short]
    return " AND ".join(given)


def unfit(name: str, expression: str) -> list[str]:
    """The parts of a licence that aren't permissive, or "no licence"."""
    parts = [part for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()\s]*[()][()\s]*", expression) if part]
    return [part for part in parts if part not in PERMISSIVE and (name, part) not in EXCEPTIONS] or (
        [] if parts else ["no licence"]
    )


def test_each_package_has_a_permissive_licence() -> None:
    packages = runtime()
    assert {"torch", "numpy", "gradio", "pillow", "certifi"} <= packages.keys()
    assert not {"pytest", "mypy", "hypothesis"} & packages.keys()
    wrong = {name: bad for name, package in packages.items() if (bad := unfit(name, licence(package)))}
    assert wrong == {}


def test_each_package_is_the_version_that_was_tried() -> None:
    pinned = {}
    for file in (*FILES, "constraints.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            name, found, version = line.partition("==")
            if found and not line.startswith("#"):
                pinned[normal(name)] = version
    # setuptools comes with the environment that it is installed in.
    installed = {name: one.version.partition("+")[0] for name, one in runtime().items() if name != "setuptools"}
    assert {name: version for name, version in installed.items() if pinned.get(name) != version} == {}


@pytest.mark.parametrize(
    ("name", "expression", "bad"),
    [
        ("a", "MIT", []),
        ("a", "MIT AND (Apache-2.0 OR BSD-3-Clause)", []),
        ("a", "GPL-3.0-only", ["GPL-3.0-only"]),
        ("a", "MIT AND AGPL-3.0-or-later", ["AGPL-3.0-or-later"]),
        ("tqdm", "MPL-2.0 AND MIT", []),
        ("a", "MPL-2.0", ["MPL-2.0"]),
        ("a", "", ["no licence"]),
    ],
)
def test_a_licence_that_is_not_permissive_is_found(name: str, expression: str, bad: list[str]) -> None:
    assert unfit(name, expression) == bad


def test_a_bill_holds_what_is_run_and_nothing_else() -> None:
    bill = {
        "bomFormat": "CycloneDX",
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [{"name": name, "bom-ref": name} for name in ("typing_extensions", "pytest", "numpy")],
        "dependencies": [
            {"ref": "root", "dependsOn": ["numpy", "pytest"]},
            {"ref": "pytest", "dependsOn": ["numpy"]},
            {"ref": "numpy"},
        ],
    }
    found = narrowed(bill, ["numpy", "typing-extensions"])
    assert [one["name"] for one in found["components"]] == ["typing_extensions", "numpy"]
    assert found["dependencies"] == [{"ref": "root", "dependsOn": ["numpy"]}, {"ref": "numpy", "dependsOn": []}]
    with pytest.raises(ValueError, match="not in the environment's bill: lxml"):
        narrowed(bill, ["numpy", "lxml"])
