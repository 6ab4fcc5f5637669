#!/usr/bin/env bash
# A SigV4 proxy for Backstage writes the JSON body again, and signs it with the length of the one that it was given.
#
# Packages (npm): @segment/backstage-plugin-proxy-sigv4-backend 0.6.0 with aws4 1.13.2, node-fetch 2.7.0 and
# express 4.22.3. Run on 2026-12-01.
#
# To be expected: what a client posts arrives as it was, with a signature that is right for it. (Guess of before the
# source was read. Before the run it had been read, and the wrong length was foreseen.)
#
# Seen: the proxy parses the JSON and writes it again. The Content-Length of the client goes into the signature as it
# is, and the request is sent with the length of the new text. Where the client's text has no character to spare, all is
# well. One space after a colon, or 1.0 for 1, and the signature is wrong. The body is not to blame: with the old length
# in its place, the signature fits. An integer of twenty digits is rounded on the way, and since its text stays as long,
# this request is signed right. A form or a text is sent as an empty body, with the length of the lost one signed.
#
# Why it surprises: whether a request works depends on the spelling of its JSON. A client that writes compact JSON
# never sees it, and where a number was changed, the signature is right for the changed one.
# Says otherwise: the README of the package: requests of the routes in app-config.yaml are signed with SigV4. Its
# list of limitations has nothing about bodies. RFC 9110, section 8.6: Content-Length is the length of the content.
#
# For a user: post compact JSON through this proxy, ids of more than 15 digits as strings, and nothing but JSON.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund @segment/backstage-plugin-proxy-sigv4-backend@0.6.0 \
    aws4@1.13.2 node-fetch@2.7.0 express@4.22.3 >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require("node:crypto");
const http = require("node:http");
const express = require("express");
const { createRouter } = require("@segment/backstage-plugin-proxy-sigv4-backend");

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

function isRight(request, body, length) {
    const values = { ...request.headers, "content-length": String(length) };
    const form = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
    const [, scope, names, signature] = values.authorization.match(form);
    const lines = names.split(";").map((name) => `${name}:${values[name]}\n`).join("");
    const canonical = `POST\n${request.url}\n\n${lines}\n${names}\n${sha256(body)}`;
    const text = `AWS4-HMAC-SHA256\n${values["x-amz-date"]}\n${scope}\n${sha256(canonical)}`;
    const key = scope.split("/").reduce(hmac, "AWS4" + process.env.AWS_SECRET_ACCESS_KEY);
    return hmac(key, text).toString("hex") === signature;
}

const start = (handler) => new Promise((ready) => {
    const server = http.createServer(handler);
    server.listen(0, "127.0.0.1", () => ready(`http://127.0.0.1:${server.address().port}`));
});

(async () => {
    let given;
    const target = await start(async (request, response) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        const body = Buffer.concat(parts).toString();
        const right = isRight(request, body, request.headers["content-length"]) ? "right" : "wrong";
        const old = isRight(request, body, given.length) ? "right" : "wrong";
        console.log(`    sent ${body || "nothing"}: ${right}; with Content-Length ${given.length}: ${old}`);
        response.end("{}");
    });
    const quiet = { info() {}, warn() {}, error: console.log };
    const routes = { "/api": { target, service: "execute-api", region: "us-east-1" } };
    const proxy = await createRouter({ logger: quiet, config: { getOptional: () => routes } });
    const front = await start(express().use(proxy));
    for (const [type, body] of [
        ["application/json", '{"id":1}'],
        ["application/json", '{"id": 1}'],
        ["application/json", '{"id":1.0}'],
        ["application/json", '{"id":12345678901234567890}'],
        ["application/x-www-form-urlencoded", "id=1"],
        ["text/plain", "hello"],
    ]) {
        given = body;
        console.log(`${type} ${body}`);
        await fetch(`${front}/api/items`, { method: "POST", headers: { "content-type": type }, body });
    }
    process.exit();
})();
JS
AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY AWS_SESSION_TOKEN='' \
    node run.cjs > seen.txt
cat > expected.txt <<'TXT'
application/json {"id":1}
    sent {"id":1}: right; with Content-Length 8: right
application/json {"id": 1}
    sent {"id":1}: wrong; with Content-Length 9: right
application/json {"id":1.0}
    sent {"id":1}: wrong; with Content-Length 10: right
application/json {"id":12345678901234567890}
    sent {"id":12345678901234567000}: right; with Content-Length 27: right
application/x-www-form-urlencoded id=1
    sent nothing: wrong; with Content-Length 4: right
text/plain hello
    sent nothing: wrong; with Content-Length 5: right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the proxy no longer signs the length of the given body."; exit 1; }
echo "As recorded: the body is written again and signed with the length of the old one."
