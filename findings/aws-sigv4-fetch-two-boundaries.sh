#!/usr/bin/env bash
# aws-sigv4-fetch writes a FormData body twice, and signs the one that it does not send.
#
# Packages (npm): aws-sigv4-fetch 4.4.1, aws-sigv4-sign 1.2.1 (its signing half), @smithy/signature-v4 5.7.5.
#
# Seen: signedFetch(url, { method: 'POST', body: FormData }) serialises the form once to hash it, under a random boundary
# that goes into Content-Type, and then makes a new Request of the same FormData, which invents a second boundary for
# the body that is sent. The signature is right for all that is signed (content-type and x-amz-content-sha256
# included), and yet neither header belongs to the body: the hash is of other bytes, and the boundary announced in
# Content-Type nowhere occurs, so that no parser finds a field. Plain fetch of the same FormData, and signedFetch with
# URLSearchParams, are right.
#
# Why it surprises: one expects a refusal (aws4fetch 1.0.20 throws for a FormData) or at worst a wrong hash. Here a server
# that does not check the hash fails as well, at reading the form, and the fault shows as "malformed multipart".
# Says otherwise: the package's README hands fetch's own RequestInit through, with no limit on the body. The SigV4
# documentation ("Create a canonical request") hashes the body of the request; RFC 2046, section 5.1.1: the boundary
# parameter is that of the body. The Fetch standard ("extract a body") draws a new boundary at each extraction.
#
# For a user: turn the form into bytes first (new Response(form), its arrayBuffer and its content-type) and pass those.
# A fallback to UNSIGNED-PAYLOAD would not help, since the body cannot be parsed either.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund \
    aws-sigv4-fetch@4.4.1 aws-sigv4-sign@1.2.1 @smithy/signature-v4@5.7.5 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createSignedFetcher } from 'aws-sigv4-fetch';
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const hash = (text) => createHash('sha256').update(text).digest('hex');

function signatureIsRight(headers, payloadHash) {
  const [, scope, names, signature] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(headers.authorization);
  const canonical = ['POST', '/upload', '', ...names.split(';').map((n) => `${n}:${headers[n]}`), '', names, payloadHash].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  return signature === [...scope.split('/'), text]
    .reduce((key, part) => createHmac('sha256', key).update(part).digest(), 'AWS4' + secretAccessKey).toString('hex');
}

let name;
const server = http.createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces), { headers } = request;
  const fields = await new Response(body, { headers: { 'content-type': headers['content-type'] } }).formData()
    .then((form) => `${[...form].length} field`, () => 'no field');
  console.log(`${name}: a parser finds ${fields}`);
  const boundary = headers['content-type'].split('boundary=')[1];
  if (boundary) console.log(`  the boundary of Content-Type occurs in the body: ${body.includes('--' + boundary)}`);
  const stated = headers['x-amz-content-sha256'];
  if (stated) console.log(`  signature right for the stated hash: ${signatureIsRight(headers, stated)}; stated hash is that of the body: ${stated === hash(body)}`);
  response.end('{}');
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
const url = `http://127.0.0.1:${server.address().port}/upload`;
const signedFetch = createSignedFetcher({ service: 'execute-api', region: 'us-east-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey } });
const form = () => { const made = new FormData(); made.append('a', 'b'); return made; };
for (const [what, send, body] of [['signedFetch, FormData', signedFetch, form()], ['fetch, FormData', fetch, form()],
  ['signedFetch, URLSearchParams', signedFetch, new URLSearchParams({ a: 'b' })]]) {
  name = what;
  await send(url, { method: 'POST', body });
}
server.close();
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
signedFetch, FormData: a parser finds no field
  the boundary of Content-Type occurs in the body: false
  signature right for the stated hash: true; stated hash is that of the body: false
fetch, FormData: a parser finds 1 field
  the boundary of Content-Type occurs in the body: true
signedFetch, URLSearchParams: a parser finds 1 field
  signature right for the stated hash: true; stated hash is that of the body: true
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-sigv4-fetch no longer treats FormData as recorded."; exit 1; }
echo "As recorded: aws-sigv4-fetch signs one multipart body and sends another, with a boundary that is not announced."
