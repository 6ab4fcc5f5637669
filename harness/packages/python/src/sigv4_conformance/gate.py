"""Runs the program against a signer of this process, and reads what it found."""
import contextlib
import hmac
import json
import os
import secrets
import shutil
import socketserver
import subprocess
import sys
import sysconfig
import tempfile
import threading
from pathlib import Path

from . import relay, reply

SUITES = ["official", "published", "edge"]


class GateError(Exception):
    """Nothing was run."""


class Run:
    """A run that has ended."""

    def __init__(self, log):
        with open(log, encoding="utf-8") as lines:
            events = [json.loads(line) for line in lines]
        self.cases = {event["id"]: event for event in events if event["event"] == "case"}
        self.problems = [event for event in events if event["event"] == "problem"]
        groups = [event["groups"] for event in events if event["event"] == "attribution"]
        self.groups = groups[0] if groups else []

    def about(self, case):
        """What is to be said of a case, the mistake behind it included."""
        lines = [f"{case['verdict']} {case['id']}", f"  {case['title']}"]
        if finding := case.get("finding"):
            lines.append(f"  {finding['stage']}: {finding['summary']}")
        lines += [f"  {note}" for note in case.get("notes", ())]
        group = next((group for group in self.groups if case["id"] in group["cases"]), None)
        if group:
            sets = [" with ".join(mistakes) for mistakes in group["alternatives"]]
            lines.append(f"  mistake: {', or '.join(sets)}")
            lines += [f"    {title}" for title in group["titles"]]
        return "\n".join(lines)

    def whole(self):
        """What fails the run and is no verdict on a case; empty if nothing does."""
        def said(problem):
            place = f"{problem['file']}:{problem['line']}: " if "file" in problem else ""
            return place + problem["message"]
        return "\n".join(said(problem) for problem in self.problems)


def vectors(filters=()):
    """The ids of all vectors for signers that one of the filters takes."""
    chosen = [word for suite in SUITES for word in ("--suite", suite)]
    listed = call(["vectors", "list", *chosen, *options(filters)])
    return [line.split()[0] for line in listed.stdout.splitlines()]


def run(hello, operations, filters=(), known=None, uncaptured=contextlib.nullcontext):
    """Asks the signer, a function of `operations`, everything that the filters take.

    Inside `uncaptured()`, standard error is what the user sees."""
    with Bridge(hello, operations) as bridge, tempfile.TemporaryDirectory() as folder, no_early_end(uncaptured):
        threading.Thread(target=bridge.serve_forever, daemon=True).start()
        log = Path(folder, "log")
        address = Path(folder, "address")
        address.write_text(f"{bridge.server_address[1]} {bridge.token}", encoding="ascii")
        words = ["signer", *options(filters), "--log", str(log), "--findings", "0"]
        # Without a list of its own, the program would take the one that is in the working directory.
        words += ["--expect", str(known)] if known else []
        try:
            command = [sys.executable, "-I", relay.__file__, str(address)]
            ended = call([*words, "--", *command], ok=(0, 1, 3))
            if log.stat().st_size == 0:  # the adapter did not start
                raise GateError(ended.stderr.strip())
            return Run(log)
        finally:
            bridge.shutdown()


@contextlib.contextmanager
def no_early_end(uncaptured):
    """A signer that ends the process has not answered, whatever its exit code."""
    end, process = os._exit, os.getpid()

    def ended_early(code):
        if os.getpid() != process:  # a child of the signer
            end(code)
        with uncaptured():
            print("sigv4-conformance: the signer ended the process, and the run proves nothing",
                  file=sys.__stderr__, flush=True)
        end(code or 1)

    os._exit = ended_early
    try:
        yield
    finally:
        os._exit = end


def call(words, ok=(0,)):
    ended = subprocess.run([program(), *words], stdin=subprocess.DEVNULL, capture_output=True,
                           encoding="utf-8", errors="replace", check=False)
    if ended.returncode not in ok:
        raise GateError(ended.stderr.strip() or f"sigv4-conformance ended with {ended.returncode}")
    return ended


def options(filters):
    return [word for glob in filters for word in ("--filter", glob)]


def program():
    """The program that was installed with this package."""
    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        folder = sysconfig.get_path("scripts", scheme)
        if found := shutil.which("sigv4-conformance", path=folder):
            return found
    if found := shutil.which("sigv4-conformance"):
        return found
    raise GateError("the program sigv4-conformance is not installed beside this package, nor in PATH")


class Bridge(socketserver.ThreadingTCPServer):
    """Where `relay.py` finds the signer."""

    daemon_threads = True

    def __init__(self, hello, operations):
        super().__init__(("127.0.0.1", 0), Answers)
        self.hello, self.operations = hello, operations
        self.token = secrets.token_hex(16)
        self.turn = threading.Lock()


class Answers(socketserver.StreamRequestHandler):
    """One adapter: the program may start it again, or several at once. The signer is called by one at a time."""

    def handle(self):
        bridge = self.server
        if not hmac.compare_digest(self.rfile.readline(100).strip(), bridge.token.encode()):
            return
        for line in self.rfile:
            with bridge.turn:
                answer = reply(bridge.hello, bridge.operations, line)
            self.wfile.write(f"{answer}\n".encode())
