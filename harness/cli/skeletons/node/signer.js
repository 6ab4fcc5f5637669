/** my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of a question. */
"use strict";

const { serve, bytes, pairs, text, uniqueHeaders, Unsupported } = require("./sigv4-conformance.js");

const HELLO = {
  name: "my-signer",
  version: "0.1.0",
  roles: ["sign-header"], // and "sign-query", if it presigns URLs
  profiles: ["generic", "s3"],
  features: [], // what else it can do, such as "session-token"
};

function sign(question) {
  // YOUR SIGNER GOES HERE. While it runs, `new Date()` gives the time of the question. For example:
  //
  //     const { request, credentials, region, service, payload, placement } = question;
  //     if (placement !== "header") throw new Unsupported("it does not presign");
  //     if (payload !== "signed") throw new Unsupported("it always signs the body");
  //     const signed = mySigner.sign(
  //       { method: text(request.method), path: text(request.target), headers: uniqueHeaders(request),
  //         body: bytes(request.body) },
  //       text(credentials.access_key_id), text(credentials.secret_access_key), text(region), text(service));
  //     return { request: { method: signed.method, target: signed.path, headers: pairs(signed.headers) } };
  //
  // `normalize` and `double_encode` say how the path becomes canonical. Throw `Unsupported` where your signer has no
  // way to do what is asked, and `Unrepresentable` where it cannot hold the request.
  throw new Unsupported("no signer yet");
}

serve(HELLO, { sign });
