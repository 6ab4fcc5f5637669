"""For subjects whose HTTP library rewrites a target before it is signed."""
from sigv4_conformance import Unrepresentable, text


def refuse_rewritten(question, target):
    """Refuses a `target` that is not what the question asks for. Two paths that are to be normalised are
    the same if normalising makes them so."""
    asked, made = text(question["request"]["target"]).partition("?"), target.partition("?")
    same = (lambda path: "/".join(normalized(path))) if question["normalize"] else str
    if made[1:] != asked[1:] or same(made[0]) != same(asked[0]):
        raise Unrepresentable("the HTTP library rewrites the target before it is signed")


def normalized(path):
    """The segments of a path without dot segments and empty ones."""
    kept = []
    for name in path.split("/"):
        if name == "..":
            del kept[-1:]
        elif name not in ("", "."):
            kept.append(name)
    return kept + [""] * path.endswith("/")
