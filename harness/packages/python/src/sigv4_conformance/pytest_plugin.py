"""`pytest --sigv4-signer module:function`: every vector a test item."""
import contextlib
import importlib
import sys

import pytest

from . import gate, one_by_one

WHOLE = "the-run-as-a-whole"


class Nonconforming(Exception):
    """What a failed item says."""


def pytest_addoption(parser):
    group = parser.getgroup("sigv4-conformance", "conformance of a signer with AWS Signature Version 4")
    group.addoption("--sigv4-signer", metavar="MODULE:FUNCTION",
                    help="the signer: a function from a question of the protocol to the answer; HELLO, "
                         "in the same module, says what it can do")
    group.addoption("--sigv4-filter", metavar="GLOB", action="append", default=[],
                    help="ask only vectors whose id matches this glob, or another one")
    group.addoption("--sigv4-known", metavar="FILE",
                    help="the known failures (sigv4-conformance.toml in the root folder, if there is one)")


@pytest.hookimpl(tryfirst=True)  # so that -k and -m see the items
def pytest_collection_modifyitems(session, config, items):
    if name := config.getoption("--sigv4-signer"):
        signer = Signer.named(name, config)
        parent = Vectors.from_parent(session, name="sigv4", nodeid="sigv4", signer=signer)
        items.extend(parent.collect())


class Signer:
    """The signer with what it says it can do, and what is asked."""

    @classmethod
    def named(cls, name, config):
        module, _, function = name.partition(":")
        if not function:
            raise pytest.UsageError(f"--sigv4-signer {name}: expected MODULE:FUNCTION")
        # For good: a signer may import more when it is called.
        sys.path.insert(0, str(config.invocation_params.dir))
        try:
            module = importlib.import_module(module)
            sign = getattr(module, function)
        except Exception as error:  # the module is the user's
            raise pytest.UsageError(f"--sigv4-signer {name}: {type(error).__name__}: {error}") from error
        return cls(getattr(module, "HELLO", {"name": name, "roles": ["sign-header"]}), sign, config)

    def __init__(self, hello, sign, config):
        self.hello = hello
        self.operations = {"sign": sign}
        if "sign-sequence" in hello.get("roles", ()):
            self.operations["sign-sequence"] = one_by_one(sign)
        self.filters = config.getoption("--sigv4-filter")
        known = config.getoption("--sigv4-known")
        listed = config.rootpath / "sigv4-conformance.toml"
        self.known = known or (listed if listed.is_file() else None)
        capture = config.pluginmanager.getplugin("capturemanager")
        self.uncaptured = capture.global_and_fixture_disabled if capture else contextlib.nullcontext

    def run(self, items):
        """Asks what is left after all selections; whether the list of known failures holds, only the whole can tell."""
        chosen = [item.name for item in items if isinstance(item, Vector)]
        filters = self.filters if WHOLE in chosen else chosen
        return gate.run(self.hello, self.operations, filters, self.known, self.uncaptured)


class Vectors(pytest.Collector):
    """All of them; no file."""

    def __init__(self, *, signer, **arguments):
        super().__init__(**arguments)
        self.signer = signer
        self.ended = None

    def collect(self):
        try:
            ids = gate.vectors(self.signer.filters)
        except gate.GateError as error:
            raise pytest.UsageError(f"sigv4-conformance: {error}") from error
        return [Vector.from_parent(self, name=name) for name in [*ids, WHOLE]]

    def run(self):
        """The run that all items share: the first one starts it."""
        if self.ended is None:
            try:
                self.ended = self.signer.run(self.session.items)
            except gate.GateError as error:
                self.ended = error
        if isinstance(self.ended, gate.GateError):
            raise self.ended
        return self.ended


class Vector(pytest.Item):
    """One of them."""

    def runtest(self):
        run = self.parent.run()
        if self.name == WHOLE:
            if problems := run.whole():
                raise Nonconforming(problems)
            return
        case = run.cases[self.name]
        if case["outcome"] == "known":
            pytest.xfail(case["known"]["reason"])
        if case["outcome"] == "noted":
            pytest.skip("; ".join(case.get("notes") or ["not a `must`"]))
        if case["outcome"] == "failed":
            raise Nonconforming(run.about(case))

    def repr_failure(self, excinfo):
        # A traceback of an expected failure says nothing, and takes a tenth of a second to be made.
        if isinstance(excinfo.value, (Nonconforming, gate.GateError, pytest.xfail.Exception)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, None, self.name
