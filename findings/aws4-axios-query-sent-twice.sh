#!/usr/bin/env bash
# aws4-axios with signQuery signs the parameters of the URL once and sends them twice.
#
# Packages (npm): aws4-axios 3.4.0, with axios 1.21.1 and aws4 1.13.2, which computes the signature.
#
# Seen: with signQuery, a request for `/items?a=1` is signed as that and sent as `/items?a=1&a=1`. The same request with
# the parameter in `params` is right; an array or an object in `params` is not: its last value is sent once more. The
# interceptor takes every parameter of the signed URL, not only those of the signature, and adds them to `params`, which
# axios appends to the URL that it has. Without signQuery, the signature is in a header and all of these are right.
#
# Why it surprises: whether a request is accepted depends on where its parameters were written, though axios documents
# the two places as equal. A service refuses the signature, and nothing in the program has a parameter twice.
# Says otherwise: the README of axios: `params` are the URL parameters to be sent with the request. The SigV4
# documentation ("Create a canonical request"): every parameter of the query is part of the canonical request.
#
# For a user: with signQuery, put all parameters into `params`, and lists as one text, or sign in a header.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund aws4-axios@3.4.0 axios@1.21.1 aws4@1.13.2 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import { aws4Interceptor } from 'aws4-axios';
import axios from 'axios';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** Where the signature of the request is, and the parts of it. */
function authorization(request, url) {
  if (!request.headers.authorization) {
    const [key, names, date, sent] = ['Credential', 'SignedHeaders', 'Date', 'Signature'].map((name) =>
      url.searchParams.get(`X-Amz-${name}`));
    return { scope: key.split('/').slice(1).join('/'), names, date, sent };
  }
  const found = request.headers.authorization
    .match(/Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/);
  return { scope: found[1], names: found[2], date: request.headers['x-amz-date'], sent: found[3] };
}

/** Whether it was signed with these parameters of its own, besides those of the signature. */
function signedWith(request, own) {
  const url = new URL(request.url, 'http://localhost');
  const { scope, names, date, sent } = authorization(request, url);
  const added = [...url.searchParams].filter(([name]) => name.startsWith('X-Amz-') && name !== 'X-Amz-Signature');
  const query = [...added, ...own].map((pair) => pair.map(encodeURIComponent).join('=')).sort().join('&');
  const lines = names.split(';').map((name) => `${name}:${request.headers[name]}\n`).join('');
  const canonical = [request.method, url.pathname, query, lines, names, hash('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n');
  return sent === [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`).toString('hex');
}

const show = (pairs) => decodeURIComponent(pairs.map((pair) => pair.join('=')).join('&'));
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const sent = [...url.searchParams].filter(([name]) => !name.startsWith('X-Amz-'));
  const once = sent.filter((pair, index) => sent.findIndex((other) => String(other) === String(pair)) === index);
  const signed = [sent, once].find((pairs) => signedWith(request, pairs));
  console.log(`  sent as ${show(sent)}, signed as ${signed ? show(signed) : 'neither'}`);
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
for (const signQuery of [false, true]) {
  const client = axios.create({ baseURL: `http://127.0.0.1:${server.address().port}` });
  const options = { region: 'us-east-1', service: 'execute-api', signQuery };
  client.interceptors.request.use(aws4Interceptor({ instance: client, options, credentials }));
  for (const request of [
    { url: '/items', params: { a: 1 } },
    { url: '/items?a=1' },
    { url: '/items?a=1', params: { b: 2 } },
    { url: '/items', params: { a: [1, 2] } },
    { url: '/items', params: { a: { b: 1 } } },
  ]) {
    console.log(`${signQuery ? 'query' : 'header'}: ${JSON.stringify(request)}`);
    await client.request(request);
  }
}
server.close();
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
header: {"url":"/items","params":{"a":1}}
  sent as a=1, signed as a=1
header: {"url":"/items?a=1"}
  sent as a=1, signed as a=1
header: {"url":"/items?a=1","params":{"b":2}}
  sent as a=1&b=2, signed as a=1&b=2
header: {"url":"/items","params":{"a":[1,2]}}
  sent as a[]=1&a[]=2, signed as a[]=1&a[]=2
header: {"url":"/items","params":{"a":{"b":1}}}
  sent as a[b]=1, signed as a[b]=1
query: {"url":"/items","params":{"a":1}}
  sent as a=1, signed as a=1
query: {"url":"/items?a=1"}
  sent as a=1&a=1, signed as a=1
query: {"url":"/items?a=1","params":{"b":2}}
  sent as a=1&b=2&a=1, signed as a=1&b=2
query: {"url":"/items","params":{"a":[1,2]}}
  sent as a[]=1&a[]=2&a[]=2, signed as a[]=1&a[]=2
query: {"url":"/items","params":{"a":{"b":1}}}
  sent as a[b]=1&a[b]=1, signed as a[b]=1
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws4-axios no longer sends parameters as recorded."; exit 1; }
echo "As recorded: with signQuery, the parameters of the URL are signed once and sent twice."
