"""Run these tests with nothing but Python: ``python3 services/rag_service/tests --junitxml=FILE``."""

import argparse
import sys
import unittest
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
SERVICES = HERE.parents[1]


class Recorder(unittest.TextTestResult):
    """Keeps the identities of the tests that were started."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.started: list[str] = []

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802 - unittest's name
        super().startTest(test)
        self.started.append(test.id())


def told(result: unittest.TestResult) -> dict[str, list[tuple[str, str]]]:
    """What went otherwise than well, by the test's identity: tag and text of each JUnit element."""
    found: dict[str, list[tuple[str, str]]] = {}
    for tag, entries in (("failure", result.failures), ("error", result.errors), ("skipped", result.skipped)):
        for test, text in entries:
            # A subtest is told with the test that it is a part of.
            identity = getattr(test, "test_case", test).id()
            found.setdefault(identity, []).append((tag, text))
    return found


def write_junit(result: Any, path: Path, began: datetime) -> None:
    """The result as JUnit XML, one suite."""
    outcomes = told(result)
    suite = ElementTree.Element("testsuite", name="rag_service", timestamp=began.isoformat())
    for identity in [*result.started, *(outcomes.keys() - set(result.started))]:
        classname, _, name = identity.rpartition(".")
        case = ElementTree.SubElement(suite, "testcase", classname=classname, name=name)
        for tag, text in outcomes.get(identity, [])[:1]:
            ElementTree.SubElement(case, tag, message=text.strip().splitlines()[-1]).text = text
    suite.set("tests", str(len(suite)))
    for tag, total in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(total, str(len(suite.findall(f"testcase/{tag}"))))
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def main() -> int:
    """0 when every test passed, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="rag_service.tests")
    parser.add_argument("--junitxml", type=Path)
    options = parser.parse_args()
    began = datetime.now(UTC)
    suite = unittest.defaultTestLoader.discover(str(HERE), top_level_dir=str(SERVICES))
    result = unittest.TextTestRunner(resultclass=Recorder).run(suite)
    if options.junitxml is not None:
        write_junit(result, options.junitxml, began)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    # Run as a folder, Python puts the folder itself first on the path; the package is two above.
    sys.path[0] = str(SERVICES)
    sys.exit(main())
