#!/usr/bin/env bash
# @scaldwell77/aws-signed-fetch sends every body as JSON, and signs a compressed one as text.
#
# Packages (npm): @scaldwell77/aws-signed-fetch 5.1.1, with @smithy/signature-v4 5.7.5, which computes the signature.
#
# Seen: the signed fetch replaces the Content-Type of the caller by application/json, and gives a GET one as well. The
# signature is right for that. So a form is announced as JSON; a FormData body loses its boundary and has no parts any
# more; and lines of JSON for OpenSearch's _bulk are announced as one JSON text. A gzip body is read as text before it
# is hashed: bytes that are not UTF-8 become U+FFFD, so that neither the hash nor the signature is for what is sent.
#
# Why it surprises: it is presented as fetch with signature headers added, and takes the same arguments. Only that one
# header is exchanged, and the signature is right, so that the service finds no fields and the signer is not suspected.
# Says otherwise: the package's README: "An implementation of fetch that adds AWS signature headers to the request".
# The Fetch standard takes the Content-Type from the caller, or from the body if there is none.
#
# For a user: use it for JSON in UTF-8 only.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @scaldwell77/aws-signed-fetch@5.1.1 \
    @smithy/signature-v4@5.7.5 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { createSignedFetch } from '@scaldwell77/aws-signed-fetch';

const awsCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** For the request that arrived, with this hash of its payload. */
function signature(request, scope, names, payload) {
  const lines = names.split(';').map((name) => `${name}:${request.headers[name]}\n`).join('');
  const canonical = [request.method, request.url, '', lines, names, payload].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${awsCredentials.secretAccessKey}`).toString('hex');
}

/** The names of the fields that a server finds. */
async function fields(body, type) {
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => new FormData());
  return [...form.keys()].join() || 'none';
}

/** What was hashed for the signature: the bytes that arrived, or what is left of them as text. */
function signedOver(request, body) {
  const [, scope, names, sent] = request.headers.authorization
    .match(/Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/);
  return [['the bytes', body], ['the bytes as text', body.toString()]]
    .find(([, payload]) => signature(request, scope, names, hash(payload)) === sent)?.[0];
}

let arrived;
const server = http.createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const type = request.headers['content-type']?.replace(/(?<=boundary=).*/, '...') ?? 'nothing';
  arrived = `sent as ${type}, form fields ${await fields(body, request.headers['content-type'] ?? '')}`;
  if (request.headers.authorization) arrived += `, signed over ${signedOver(request, body)}`;
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
const signedFetch = createSignedFetch({ service: 'execute-api', awsRegion: 'us-east-1', awsCredentials });
const form = new FormData();
form.set('name', 'value');
for (const [what, init] of [
  ['nothing', { method: 'GET' }],
  ['JSON', { body: '{"name":"é"}', headers: { 'Content-Type': 'application/json' } }],
  ['lines of JSON', { body: '{}\n{}\n', headers: { 'Content-Type': 'application/x-ndjson' } }],
  ['a form', { body: new URLSearchParams({ name: 'value' }) }],
  ['FormData', { body: form }],
  ['gzip', { body: gzipSync('{}'), headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' } }],
]) {
  const url = `http://127.0.0.1:${server.address().port}/`;
  console.log(what);
  await fetch(url, { method: 'POST', ...init });
  console.log(`  fetch: ${arrived}`);
  await signedFetch(url, { method: 'POST', ...init });
  console.log(`  signed: ${arrived}`);
}
server.close();
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
nothing
  fetch: sent as nothing, form fields none
  signed: sent as application/json, form fields none, signed over the bytes
JSON
  fetch: sent as application/json, form fields none
  signed: sent as application/json, form fields none, signed over the bytes
lines of JSON
  fetch: sent as application/x-ndjson, form fields none
  signed: sent as application/json, form fields none, signed over the bytes
a form
  fetch: sent as application/x-www-form-urlencoded;charset=UTF-8, form fields name
  signed: sent as application/json, form fields none, signed over the bytes
FormData
  fetch: sent as multipart/form-data; boundary=..., form fields name
  signed: sent as application/json, form fields none, signed over the bytes
gzip
  fetch: sent as application/json, form fields none
  signed: sent as application/json, form fields none, signed over the bytes as text
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-signed-fetch no longer treats bodies as recorded."; exit 1; }
echo "As recorded: aws-signed-fetch announces every body as JSON, and signs gzip as text."
