#!/usr/bin/env bash
# superagent-aws-signed-request signs a body as empty, unless its Content-Type is written in one way.
#
# Packages (npm): superagent-aws-signed-request 1.0.5, superagent 10.4.2, aws4 1.13.2, which computes the signature. Run
# on 2026-11-30.
#
# Expected, as written down before the run: JSON and forms are signed as they are sent, and parameters too, however they
# are given.
#
# Seen: an object sent as JSON is signed right. A form and a text are signed as if the body was empty, and so is the same
# JSON where the header was set as `content-type`: the plugin looks for `Content-Type` in this spelling with the value
# application/json, and takes the multipart form of the request, of which there is none, in all other cases. Parameters
# given as an object are signed; given as a text they are sent and not signed.
#
# Why it surprises: superagent finds a header in any spelling, and takes both forms of query(). There is no error: the
# empty text is hashed in place of the body, as for a GET.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): HashedPayload is the hash of the body, and every
# parameter is part of the canonical query. RFC 9110, section 5.1: field names are case-insensitive.
#
# For a user: .send() of an object with .type('json') or with no type, and .query() with an object. The calls of SQS, SNS
# and IAM are forms and cannot be signed with it.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund superagent-aws-signed-request@1.0.5 superagent@10.4.2 \
    aws4@1.13.2 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import superagent from 'superagent';
import signRequest from 'superagent-aws-signed-request';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const hash = (text) => createHash('sha256').update(text).digest('hex');

function signature(headers, query, body) {
  const parts = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
  const [, scope, names, sent] = headers.authorization.match(parts);
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', '/', query, lines, names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  return sent === [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secret}`).toString('hex');
}

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const query = request.url.slice(2);
  const signed = [['as sent', query, body], ['with an empty body', query, ''], ['without the query', '', body]]
    .find(([, text, content]) => signature(request.headers, text, content));
  console.log(`  arrives: ${request.url} ${body || '(no body)'}, signed ${signed ? signed[0] : 'otherwise'}`);
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
const origin = `http://127.0.0.1:${server.address().port}/`;
const calls = {
  "send({ a: 'b' })": (r) => r.send({ a: 'b' }),
  "type('json').send({ a: 'b' })": (r) => r.type('json').send({ a: 'b' }),
  "set('content-type', 'application/json').send({ a: 'b' })":
    (r) => r.set('content-type', 'application/json').send({ a: 'b' }),
  "type('form').send({ a: 'b' })": (r) => r.type('form').send({ a: 'b' }),
  "type('text').send('a')": (r) => r.type('text').send('a'),
  "query({ a: 'b' })": (r) => r.query({ a: 'b' }),
  "query('a=b')": (r) => r.query('a=b'),
};
for (const [text, call] of Object.entries(calls)) {
  console.log(text);
  const options = { key: 'AKIDEXAMPLE', secret, region: 'us-east-1' };
  await call(superagent.post(origin)).use(signRequest('execute-api', options));
}
server.close();
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
send({ a: 'b' })
  arrives: / {"a":"b"}, signed as sent
type('json').send({ a: 'b' })
  arrives: / {"a":"b"}, signed as sent
set('content-type', 'application/json').send({ a: 'b' })
  arrives: / {"a":"b"}, signed with an empty body
type('form').send({ a: 'b' })
  arrives: / a=b, signed with an empty body
type('text').send('a')
  arrives: / a, signed with an empty body
query({ a: 'b' })
  arrives: /?a=b (no body), signed as sent
query('a=b')
  arrives: /?a=b (no body), signed without the query
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: superagent-aws-signed-request no longer signs as recorded."; exit 1; }
echo "As recorded: forms, texts and JSON under another spelling are signed as empty, and a query given as text not at all."
