#!/usr/bin/env bash
# Bruno cannot send a multipart form with AWS authentication, and names no part of either in its error.
#
# Packages (npm): @usebruno/cli 4.1.0, which runs collections of Bruno, with its aws4-axios and aws4. Run on 2026-11-30.
#
# Expected, as written down before the run: JSON, a form and a multipart form are each signed as they are sent.
#
# Seen: with `auth: awsv4`, JSON and a form arrive with a signature that is right. A multipart form is never sent: the
# request fails with a TypeError about `The "string" argument`, which is Node.js's, as aws4 takes the length of
# the body, and the body is an object of form-data. Without authentication the same request is sent.
#
# Why it surprises: both are chosen from menus of one program, and neither the documentation nor the error says that they
# exclude each other. A signature over a form of unknown text may be wrong; one expects it to be tried.
# Says otherwise: Bruno's documentation has "AWS Signature" as a mode of authentication of a request and "Multipart Form" as
# one of its bodies, without a limit.
#
# For a user: write the form into a text body by hand, with a boundary and the Content-Type.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @usebruno/cli@4.1.0 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const hash = (text) => createHash('sha256').update(text).digest('hex');
const auth = `auth:awsv4 {
  accessKeyId: AKIDEXAMPLE
  secretAccessKey: ${secret}
  sessionToken:
  service: execute-api
  region: us-east-1
  profileName:
}
`;
const bodies = {
  json: 'body:json {\n  {"name": "value"}\n}\n',
  formUrlEncoded: 'body:form-urlencoded {\n  name: a value\n}\n',
  multipartForm: 'body:multipart-form {\n  name: a value\n}\n',
};

let received;
const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (data) => parts.push(data)).on('end', () => {
    received = { headers: request.headers, body: Buffer.concat(parts) };
    response.end('{}');
  });
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));

function signature({ headers, body }, names, scope) {
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', '/', '', lines, names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(), 'AWS4' + secret)
    .toString('hex');
}

mkdirSync('collection');
process.chdir('collection');
writeFileSync('bruno.json', '{"version": "1", "name": "collection", "type": "collection"}');
for (const [mode, body] of Object.entries(bodies)) {
  for (const signed of [false, true]) {
    const url = `http://127.0.0.1:${server.address().port}/`;
    const head = `meta {\n  name: request\n  type: http\n  seq: 1\n}\n`;
    const post = `post {\n  url: ${url}\n  body: ${mode}\n  auth: ${signed ? 'awsv4' : 'none'}\n}\n`;
    writeFileSync('request.bru', [head, post, signed ? auth : '', body].join('\n'));
    received = undefined;
    const command = ['../node_modules/.bin/bru', 'run', 'request.bru', '--output', 'report.json'];
    await new Promise((done) => execFile('node', command, done));
    const { error } = JSON.parse(readFileSync('report.json', 'utf8'))[0].results[0];
    const parts = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(received?.headers.authorization);
    const right = parts && signature(received, parts[2], parts[1]) === parts[3];
    const verdict = parts ? `, signature ${right ? 'right' : 'wrong'}` : '';
    console.log(`${mode}, auth ${signed ? 'awsv4' : 'none'}: ${received ? 'sent' : 'not sent: ' + error}${verdict}`);
  }
}
server.close();
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
json, auth none: sent
json, auth awsv4: sent, signature right
formUrlEncoded, auth none: sent
formUrlEncoded, auth awsv4: sent, signature right
multipartForm, auth none: sent
multipartForm, auth awsv4: not sent: The "string" argument must be of type string or an instance of Buffer or ArrayBuffer. Received an instance of FormData
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Bruno no longer takes a multipart form as recorded."; exit 1; }
echo "As recorded: Bruno sends no multipart form that it would have to sign."
