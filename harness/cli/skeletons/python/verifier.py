"""my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question."""
from arrival import keys, only_plain
from sigv4_conformance import Unsupported, data, headers, moment, serve, text

HELLO = {
    "name": "my-verifier",
    "version": "0.1.0",
    "roles": ["verify"],
    "profiles": ["generic", "s3"],
    "features": [],  # what else it can do, such as "session-token"
}


def verify(question):
    # YOUR VERIFIER GOES HERE. For example:
    #
    #     only_plain(question)  # unless it knows bodies in chunks, forms and SigV4A
    #     request = question["request"]
    #     try:
    #         my_verifier.verify(
    #             text(request["method"]), text(request["target"]), headers(question), data(request["body"]),
    #             keys(question), text(question["region"]), text(question["service"]),
    #             moment(question), question["window_seconds"])
    #     except my_verifier.Refusal as refusal:
    #         return {"result": "reject", "detail": str(refusal)}
    #     return {"result": "accept"}
    #
    # Raise Unsupported("why") where your verifier has no way to do what is asked, and Unrepresentable("why")
    # where it cannot hold the request.
    raise Unsupported("no verifier yet")


serve(HELLO, {"verify": verify})
