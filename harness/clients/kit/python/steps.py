"""Does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why."""

import os
import sys


def answer(**operations):
    """Calls the operation that a line names with the other words of the line, which tabs separate."""
    # What a library prints is not an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        operation, *words = line.decode().rstrip("\n").split("\t")
        try:
            operations[operation](*words)
            said = "ok"
        except Exception as error:
            said = "failed\t" + " ".join(f"{type(error).__name__}: {error}".split())
        answers.write(said + "\n")
        answers.flush()


def read(file):
    """The contents of a file."""
    with open(file, "rb") as opened:
        return opened.read()


def write(file, contents):
    """Writes what was read from an object."""
    with open(file, "wb") as opened:
        opened.write(contents)
