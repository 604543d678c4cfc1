"""Runs one module of the tests that harvesters brings, against any producer; prints what became of each, as JSON.

usage: HARVESTERS_TEST_TARGET=PRODUCER harvesters_suite.py MODULE [name of a test that is left out …]
"""

import json
import sys
import unittest
from collections.abc import Iterator

from harvesters.test import base_harvester

module, left_out = sys.argv[1], set(sys.argv[2:])


def is_running_with_default_target(self: unittest.TestCase) -> bool:
    """Skip what asks for harvesters' own simulator; unmodified, such a test returns at once and counts as passed."""
    if "TLSimu.cti" not in self._cti_file_path:
        raise unittest.SkipTest("only for TLSimu.cti")
    return True


def tests_of(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


base_harvester.TestHarvesterBase.is_running_with_default_target = is_running_with_default_target
loaded = {
    test.id(): test
    for test in tests_of(unittest.defaultTestLoader.loadTestsFromName(f"harvesters.test.{module}"))
}  # a base class that two modules import is found twice
wanted = [test for test in loaded.values() if test.id().rpartition(".")[2] not in left_out]
result = unittest.TextTestRunner(stream=sys.stderr).run(unittest.TestSuite(wanted))
wrong = {test.id(): text for test, text in [*result.errors, *result.failures]}
skipped = [reason for _, reason in result.skipped]
json.dump(
    {
        "passed": result.testsRun - len(wrong) - len(skipped),
        "wrong": wrong,
        "skipped": skipped,
        "left_out": len(loaded) - len(wanted),
    },
    sys.stdout,
)
