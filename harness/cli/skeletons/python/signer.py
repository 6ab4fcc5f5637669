"""my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question."""
from sigv4_conformance import Unsupported, credentials, data, headers, serve, text

HELLO = {
    "name": "my-signer",
    "version": "0.1.0",
    "roles": ["sign-header"],  # and "sign-query", if it presigns URLs
    "profiles": ["generic", "s3"],
    "features": [],  # what else it can do, such as "session-token"
}


def sign(question):
    # YOUR SIGNER GOES HERE. The kit has refused what HELLO does not declare. For example:
    #
    #     request = question["request"]
    #     key_id, secret, token = credentials(question)
    #     signed = my_signer.sign(
    #         text(request["method"]), text(request["target"]), headers(question), data(request["body"]),
    #         key_id, secret, text(question["region"]), text(question["service"]), question["time"])
    #     return {"result": "signed", "request": {
    #         "method": signed.method, "target": signed.target, "headers": signed.headers}}
    #
    # "normalize" and "double_encode" say how the path becomes canonical. Raise Unsupported("why") where your
    # signer has no way to do what is asked, and Unrepresentable("why") where it cannot hold the request.
    raise Unsupported("no signer yet")


serve(HELLO, {"sign": sign})
