/** my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
"use strict";

const { serve, bytes, text, uniqueHeaders, Unsupported } = require("./sigv4-conformance.js");

const HELLO = {
  name: "my-verifier",
  version: "0.1.0",
  roles: ["verify"],
  profiles: ["generic", "s3"],
  features: [], // what else it can do, such as "session-token"
};

function verify(question) {
  // YOUR VERIFIER GOES HERE. While it runs, `new Date()` gives the time of the question. For example:
  //
  //     const { request, keys, region, service, window_seconds } = question;
  //     const problem = myVerifier.verify(
  //       { method: text(request.method), path: text(request.target), headers: uniqueHeaders(request),
  //         body: bytes(request.body) },
  //       keys.filter((key) => key.active), text(region), text(service), window_seconds);
  //     return problem ? { result: "reject", detail: problem } : { result: "accept" };
  //
  // Throw `Unsupported` where your verifier has no way to do what is asked (chunks, forms, SigV4A, derived keys), and
  // `Unrepresentable` where it cannot hold the request.
  throw new Unsupported("no verifier yet");
}

serve(HELLO, { verify });
