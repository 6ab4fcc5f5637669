#!/usr/bin/env bash
# Postman's runtime signs the body of a GET and sends none, and adds a third line to a header that is given twice.
#
# Packages (npm): postman-runtime 7.56.1, the library that runs Postman's collections, with postman-collection 5.3.1 and
# aws4 1.13.2. Run on 2026-12-01.
#
# Expected, as written down before the run: AWS authentication is right for every kind of body, header and query.
#
# Seen: a GET has a body in the collection, as one may that was a POST before. The runtime does not send it, unless
# protocolProfileBehavior.disableBodyPruning says so. But it signs it: x-amz-content-sha256 is the hash of a body that
# the service never gets, and so is the last line of the canonical request. HEAD and COPY do the same, DELETE sends its
# body. A header that is given twice, with b and a, is signed as "b,a" and sent as three lines, b, a and a. If the
# authentication data go to the query (addAuthDataToQuery), a body is sent and signed as an empty one, here for the
# service execute-api.
#
# Why it surprises: one part of the runtime drops the body, and another one signs it. What is sent looks like any GET,
# and the hash in its header like any hash.
# Says otherwise: the IAM User Guide, "Create a signed API request", step 1: the hash is that of the body of the
# request; without a body it is that of an empty string. RFC 9110, section 5.3: the lines of a header are a list, and
# one more of them makes another value.
#
# For a user: set the body to none, not just the method, and write a header once, with commas.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund postman-runtime@7.56.1 postman-collection@5.3.1 aws4@1.13.2 \
    >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require("node:crypto");
const http = require("node:http");
const { Collection } = require("postman-collection");
const { Runner } = require("postman-runtime");

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

// Is the signature right for this body, and these values of X-Foo?
function isRight({ method, url, headers }, body, foo) {
    const [path, query = ""] = url.split("?");
    const fields = new URLSearchParams(query);
    const inQuery = fields.has("X-Amz-Signature");
    const form = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
    const [, scope, names, signature] = inQuery
        ? [, fields.get("X-Amz-Credential").replace(/^[^/]+\//, ""), fields.get("X-Amz-SignedHeaders"),
            fields.get("X-Amz-Signature")]
        : headers.authorization.match(form);
    const date = inQuery ? fields.get("X-Amz-Date") : headers["x-amz-date"];
    fields.delete("X-Amz-Signature");
    fields.sort();
    const lines = names.split(";").map((name) => `${name}:${name === "x-foo" ? foo : headers[name]}\n`).join("");
    const canonical = `${method}\n${path}\n${fields}\n${lines}\n${names}\n${sha256(body)}`;
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
    const key = scope.split("/").reduce(hmac, "AWS4" + secret);
    return hmac(key, text).toString("hex") === signature ? "right" : "wrong";
}

const text = { mode: "raw", raw: "hello" };
const server = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const sent = Buffer.concat(parts).toString();
    const foo = request.headersDistinct["x-foo"] ?? [];
    const values = foo.length ? `, X-Foo ${foo.join(" and ")}` : "";
    const judged = (body, values = foo.join()) => isRight(request, body, values);
    const other = foo.length ? `for X-Foo b,a ${judged(sent, "b,a")}`
        : sent ? `for an empty one ${judged("")}` : `for hello ${judged("hello")}`;
    console.log(`    sent ${sent ? `"${sent}"` : "no body"}${values}: ${judged(sent)}; ${other}`);
    response.end("{}");
});

server.listen(0, "127.0.0.1", async () => {
    const url = `http://127.0.0.1:${server.address().port}/a`;
    const twice = [{ key: "X-Foo", value: "b" }, { key: "X-Foo", value: "a" }];
    for (const [name, request, inQuery = false, behavior = {}] of [
        ["POST hello", { method: "POST", body: text }],
        ["GET hello", { method: "GET", body: text }],
        ["HEAD hello", { method: "HEAD", body: text }],
        ["COPY hello", { method: "COPY", body: text }],
        ["DELETE hello", { method: "DELETE", body: text }],
        ["GET hello, disableBodyPruning", { method: "GET", body: text }, false, { disableBodyPruning: true }],
        ["GET, X-Foo twice", { method: "GET", header: twice }],
        ["GET, signed in the query", { method: "GET" }, true],
        ["POST hello, signed in the query", { method: "POST", body: text }, true],
    ]) {
        console.log(name);
        const awsv4 = Object.entries({ accessKey: "AKIDEXAMPLE", secretKey: secret, region: "us-east-1",
            service: "execute-api", addAuthDataToQuery: inQuery }).map(([key, value]) => ({ key, value }));
        const signed = { url, ...request, auth: { type: "awsv4", awsv4 } };
        const collection = new Collection({ item: [{ name, request: signed, protocolProfileBehavior: behavior }] });
        await new Promise((done) => new Runner().run(collection, {}, (_, run) => run.start({ done })));
    }
    process.exit();
});
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
POST hello
    sent "hello": right; for an empty one wrong
GET hello
    sent no body: wrong; for hello right
HEAD hello
    sent no body: wrong; for hello right
COPY hello
    sent no body: wrong; for hello right
DELETE hello
    sent "hello": right; for an empty one wrong
GET hello, disableBodyPruning
    sent "hello": right; for an empty one wrong
GET, X-Foo twice
    sent no body, X-Foo b and a and a: wrong; for X-Foo b,a right
GET, signed in the query
    sent no body: right; for hello wrong
POST hello, signed in the query
    sent "hello": wrong; for an empty one right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: bodies and repeated headers are signed otherwise."; exit 1; }
echo "As recorded: the runtime signs the body of a GET that it does not send, and sends a header more than it signs."
