#!/usr/bin/env bash
# @smithy/signature-v4a derives another key pair than all others where the first candidate is too large.
#
# Package (npm): @smithy/signature-v4a 3.6.2, with @smithy/signature-v4 5.7.5 and @smithy/core 3.41.0.
#
# Seen: for the access key id AKIDEXAMPLEAAEQ7KU27 with the vendor's example secret, the first candidate for the private
# key is above the order of P-256 less two, so that the second one counts. The package appends the input of the second
# candidate to that of the first (`outputBufferWriter` in credentialDerivation.js is not emptied), and derives a private
# key that no verifier expects.
#
# Why it surprises: the package's own test of the derivation passes, as those of all others do: no published vector needs a
# second candidate, since one pair of id and secret in four thousand million does.
# Says otherwise: NIST SP 800-108, section 4.1, and the vendor's other signers; awscrt 0.38.1 and aws-sigv4 1.6.4 (Rust)
# sign with 845276b5e50d1619ca46224c3cf5cb74aac9cff7bdd48405572d19e8a0ad8308.
#
# For a user: SigV4A from JavaScript is refused for such an access key, always. Make another access key.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @smithy/signature-v4a@3.6.2 @smithy/signature-v4@5.7.5 \
    @smithy/core@3.41.0 >/dev/null
cat > run.cjs <<'JS'
const { createHmac } = require("node:crypto");
const { Sha256 } = require("@smithy/core/checksum");
const { SignatureV4a } = require("@smithy/signature-v4a");
const { HttpRequest } = require("@smithy/core/protocols");

const ID = "AKIDEXAMPLEAAEQ7KU27";
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

class Showing extends SignatureV4a {
  getSignature(privateKey, text) {
    console.log(`signs with ${Buffer.from(privateKey).toString("hex")}`);
    return super.getSignature(privateKey, text);
  }
}
function input(count) {
  const number = (value) => Buffer.from([0, 0, value >> 8, value & 255]);
  return Buffer.concat([number(1), Buffer.from(`AWS4-ECDSA-P256-SHA256\0${ID}`), Buffer.from([count]), number(256)]);
}
function candidate(bytes) {
  return createHmac("sha256", `AWS4A${SECRET}`).update(bytes).digest("hex");
}
function plusOne(digits) {
  return (BigInt(`0x${digits}`) + 1n).toString(16).padStart(64, "0");
}
console.log(`first candidate ${candidate(input(1))}`);
console.log(`second, plus one ${plusOne(candidate(input(2)))}`);
console.log(`both inputs, plus one ${plusOne(candidate(Buffer.concat([input(1), input(2)])))}`);
const signer = new Showing({
  credentials: { accessKeyId: ID, secretAccessKey: SECRET }, region: "us-east-1", service: "service", sha256: Sha256,
});
signer.sign(new HttpRequest({ method: "GET", path: "/", headers: { host: "example.amazonaws.com" } }));
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
first candidate fffffffffcfbfcb8dde9f9dc4d1e531bffc5951557cbba9d410616a1788fa1df
second, plus one 845276b5e50d1619ca46224c3cf5cb74aac9cff7bdd48405572d19e8a0ad8308
both inputs, plus one 70449c0dff7858cfbd3e0d6fa882938718153285df3a6bd9cd75fac52bf3fb97
signs with 70449c0dff7858cfbd3e0d6fa882938718153285df3a6bd9cd75fac52bf3fb97
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the key pair is no longer derived as recorded."; exit 1; }
echo "As recorded: the private key is that of both inputs, one after the other."
