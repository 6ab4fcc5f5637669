#!/usr/bin/env bash
# aws-api-gateway-client signs every JSON body with one hash, 4ea5c508..., if its Content-Type has a charset.
#
# Packages (npm): aws-api-gateway-client 0.3.7, with axios 0.21.4, which sends, and crypto-js 4.2.0, which hashes. Run
# on 2026-12-01.
#
# To be expected: the body is signed as it is sent, whatever the Content-Type says of it.
#
# Seen: an object with `Content-Type: application/json` is signed as the JSON that is sent. With `application/json;
# charset=utf-8`, or `application/vnd.api+json`, axios sends the same JSON, and the payload hash in the signature is
# 4ea5c508a6566e76240543f8feb06fd457777be39549c4016436afda65d2330e, for {"a":1} as for {"b":[2,3]}. The package turns
# the body into text for exactly one Content-Type, and hands the object itself to crypto-js for any other. What is no
# text crypto-js takes for a list of words with a length. An object has neither: no word of it is hashed, and the
# padding is put in the wrong place, as the length is not a number.
#
# Why it surprises: one expects an error, or the hash of "[object Object]". This hash is not even that of the empty
# text, and has no trace of the body: two bodies, sent within one second, have one signature.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): HashedPayload is the hash of the payload in
# the body of the request. RFC 9110, section 8.3.1: a media type may have parameters.
#
# For a user: write the header as `Content-Type: application/json`, or give the body as text. Whoever looks for the
# cause of a wrong signature of a program in JavaScript can try this hash: each signer that uses crypto-js has it for
# objects.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund aws-api-gateway-client@0.3.7 axios@0.21.4 crypto-js@4.2.0 \
    >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require('node:crypto');
const http = require('node:http');
const { once } = require('node:events');
const gateway = require('aws-api-gateway-client').default;
const SHA256 = require('crypto-js/sha256');

const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const constant = SHA256({}).toString();

/** What hash is in the signature of a request. */
function signed({ method, url, headers }, body) {
  const [, scope, names, sent] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/
    .exec(headers.authorization);
  const host = headers.host.replace(/:\d+$/, ''); // It signs the host without the port.
  const lines = names.split(';').map((name) => `${name}:${name === 'host' ? host : headers[name]}\n`).join('');
  const hashes = { 'the body': sha256(body), 'the empty text': sha256(''), '[object Object]': sha256('[object Object]'),
    '4ea5c508...': constant };
  return Object.keys(hashes).filter((name) => {
    const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope,
      sha256([method, url, '', lines, names, hashes[name]].join('\n'))].join('\n');
    return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
      `AWS4${secretKey}`).toString('hex') === sent;
  }).join() || 'something else';
}

(async () => {
  console.log('crypto-js:', constant);
  const same = [{ a: 1 }, { b: [2, 3] }, [1], 5].every((value) => SHA256(value).toString() === constant);
  console.log('the same for all objects:', same);
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', () => {
      const body = Buffer.concat(parts).toString();
      console.log(`${request.headers['content-type']}: sent ${body}, signed for ${signed(request, body)}`);
      response.end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = gateway.newClient({ invokeUrl: `http://127.0.0.1:${server.address().port}`, accessKey: 'AKIDEXAMPLE',
    secretKey, region: 'us-east-1' });
  const types = ['application/json', 'application/json; charset=utf-8', 'application/vnd.api+json'];
  for (const type of types) {
    for (const body of [{ a: 1 }, { b: [2, 3] }]) {
      await client.invokeApi({}, '/items', 'POST', { headers: { 'Content-Type': type } }, body);
    }
  }
  server.close();
})();
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
crypto-js: 4ea5c508a6566e76240543f8feb06fd457777be39549c4016436afda65d2330e
the same for all objects: true
application/json: sent {"a":1}, signed for the body
application/json: sent {"b":[2,3]}, signed for the body
application/json; charset=utf-8: sent {"a":1}, signed for 4ea5c508...
application/json; charset=utf-8: sent {"b":[2,3]}, signed for 4ea5c508...
application/vnd.api+json: sent {"a":1}, signed for 4ea5c508...
application/vnd.api+json: sent {"b":[2,3]}, signed for 4ea5c508...
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the body is no longer signed as recorded."; exit 1; }
echo "As recorded: with another Content-Type, all bodies are signed with one hash, which is of none of them."
