#!/usr/bin/env bash
# fetch-aws4 takes headers as an object only: of a Headers it sends none, and of a list it signs the position.
#
# Packages (npm): fetch-aws4 1.0.3, with aws4 1.13.2 and node-fetch 2.7.0, which it wraps. Run on 2026-12-01.
#
# To be expected: the wrapper of fetch takes what fetch takes; headers in any of its three forms are signed or at least
# sent. (Guess of before the source was read. Before the run it had been read, and the loss was foreseen.)
#
# Seen: headers in a plain object are signed and sent. Given as a Headers object, they are gone: the request is sent
# without them, with a right signature, and nothing is said. For a POST the wrapper puts its own Content-Type in place
# of the lost one, so that JSON arrives as a form. Given as a list of pairs, they arrive under the name `0`, which is
# signed, too. node-fetch by itself sends all three forms alike.
#
# Why it surprises: no request fails. A condition such as If-None-Match, or the type of the body, is missing where the
# service looks for it, and the signature is right for the request without it, so that no check can find it.
# Says otherwise: the Fetch standard, section 5.1, "Headers class": HeadersInit is a sequence of pairs or a record, and
# a Headers object passes as one. The README of the package: it wraps node-fetch to sign the request.
#
# For a user: hand over `Object.fromEntries(headers)`.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund fetch-aws4@1.0.3 aws4@1.13.2 node-fetch@2.7.0 >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require("node:crypto");
const http = require("node:http");
const plain = require("node-fetch");
const signed = require("fetch-aws4").default;

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

function judge({ method, url, headers }, body) {
    if (!headers.authorization) return "unsigned";
    const form = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
    const [, scope, names, signature] = headers.authorization.match(form);
    const lines = names.split(";").map((name) => `${name}:${headers[name]}\n`).join("");
    const canonical = `${method}\n${url}\n\n${lines}\n${names}\n${sha256(body)}`;
    const text = `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${sha256(canonical)}`;
    const key = scope.split("/").reduce(hmac, "AWS4" + credentials.secretAccessKey);
    const usual = ["host", "x-amz-date", "content-length"];
    const others = names.split(";").filter((name) => !usual.includes(name)).join() || "none";
    return `signed: ${others}, ${hmac(key, text).toString("hex") === signature ? "right" : "wrong"}`;
}

const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const given = ["if-none-match", "content-type", "0"].filter((name) => name in request.headers);
    const values = given.map((name) => `${name}: ${request.headers[name].split(";")[0]}`).join(" and ");
    console.log(`    ${values || "neither"}; ${judge(request, Buffer.concat(parts))}`);
    response.end("{}");
});

server.listen(0, "127.0.0.1", async () => {
    const url = `http://127.0.0.1:${server.address().port}/a`;
    for (const [name, request] of [
        ["GET", { headers: { "If-None-Match": '"1"' } }],
        ["POST", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }],
    ]) {
        for (const [form, headers] of [
            ["an object", request.headers],
            ["a Headers", new plain.Headers(request.headers)],
            ["a list", Object.entries(request.headers)],
        ]) {
            console.log(`${name}, headers in ${form}: node-fetch, then fetch-aws4`);
            await plain(url, { ...request, headers });
            await signed(url, { ...request, headers, region: "us-east-1", credentials });
        }
    }
    process.exit();
});
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
GET, headers in an object: node-fetch, then fetch-aws4
    if-none-match: "1"; unsigned
    if-none-match: "1"; signed: if-none-match, right
GET, headers in a Headers: node-fetch, then fetch-aws4
    if-none-match: "1"; unsigned
    neither; signed: none, right
GET, headers in a list: node-fetch, then fetch-aws4
    if-none-match: "1"; unsigned
    0: If-None-Match,"1"; signed: 0, right
POST, headers in an object: node-fetch, then fetch-aws4
    content-type: application/json; unsigned
    content-type: application/json; signed: content-type, right
POST, headers in a Headers: node-fetch, then fetch-aws4
    content-type: application/json; unsigned
    content-type: application/x-www-form-urlencoded; signed: content-type, right
POST, headers in a list: node-fetch, then fetch-aws4
    content-type: application/json; unsigned
    content-type: application/x-www-form-urlencoded and 0: Content-Type,application/json; signed: 0,content-type, right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: fetch-aws4 no longer loses headers as recorded."; exit 1; }
echo "As recorded: fetch-aws4 loses the headers of a Headers object, and signs the request without them."
