#!/usr/bin/env bash
# aws-api-gateway-client signs a query with !, ', ( or ) right, and one with an asterisk wrong.
#
# Packages (npm): aws-api-gateway-client 0.3.7, with axios 0.21.4, which sends. Run on 2026-12-01.
#
# To be expected: all five marks that encodeURIComponent leaves are right, or all are wrong.
#
# Seen: the value of a parameter is written with encodeURIComponent, and the five marks that it leaves raw are replaced
# by their number in hexadecimal digits. JavaScript writes these digits in lower case. `!`, `'`, `(` and `)` are 21, 27,
# 28 and 29, which have no letter, and are right. The asterisk is 2a: it is sent as `%2a`, and signed as that, where the
# canonical query has `%2A`. Letters outside ASCII are right, as encodeURIComponent writes them with capitals. Names are
# sent and signed as they are given, so that `filter[name]` is refused as well.
#
# Why it surprises: somebody has written the step that these five need, and it is right for four. A search for `(new)`
# works, and one for `*` is answered with 403. The URL itself is right: case in an escape does not count elsewhere.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): the hexadecimal letters of an escape must be
# in upper case, and names are encoded as values are.
#
# For a user: the generated SDK of API Gateway for JavaScript, on which the package is based, is worth the same test.
# Where the service allows it, write another sign for "all", and put names with brackets into the body.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund aws-api-gateway-client@0.3.7 axios@0.21.4 >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require('node:crypto');
const http = require('node:http');
const { once } = require('node:events');
const gateway = require('aws-api-gateway-client').default;

const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
/** By the rules of SigV4, from the bytes of a text. */
const encoded = (text) => [...Buffer.from(text)].map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte)) && byte < 128
  ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');

/** Whether the signature of a request is the one for this canonical query. */
function right({ method, headers }, path, query) {
  const [, scope, names, sent] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/
    .exec(headers.authorization);
  const host = headers.host.replace(/:\d+$/, ''); // It signs the host without the port.
  const lines = names.split(';').map((name) => `${name}:${name === 'host' ? host : headers[name]}\n`).join('');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope,
    sha256([method, path, query, lines, names, sha256('')].join('\n'))].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secretKey}`).toString('hex') === sent;
}

(async () => {
  const server = http.createServer((request, response) => {
    const [path, sent] = request.url.split('?');
    const canonical = sent.split('=').map((part) => encoded(decodeURIComponent(part))).join('=');
    const signedAs = [...new Set([canonical, sent])].find((query) => right(request, path, query));
    console.log(`sent ${sent}, signed for ${signedAs}: ${signedAs === canonical ? 'right' : `wrong, not ${canonical}`}`);
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = gateway.newClient({ invokeUrl: `http://127.0.0.1:${server.address().port}`, accessKey: 'AKIDEXAMPLE',
    secretKey, region: 'us-east-1' });
  const queries = ['a!', "a'", '(a)', 'a b', 'é', 'a*'].map((q) => ({ q }));
  for (const queryParams of [...queries, { 'filter[name]': 'a' }]) {
    await client.invokeApi({}, '/items', 'GET', { queryParams });
  }
  server.close();
})();
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
sent q=a%21, signed for q=a%21: right
sent q=a%27, signed for q=a%27: right
sent q=%28a%29, signed for q=%28a%29: right
sent q=a%20b, signed for q=a%20b: right
sent q=%C3%A9, signed for q=%C3%A9: right
sent q=a%2a, signed for q=a%2a: wrong, not q=a%2A
sent filter[name]=a, signed for filter[name]=a: wrong, not filter%5Bname%5D=a
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-api-gateway-client no longer signs queries as recorded."; exit 1; }
echo "As recorded: of the five marks the asterisk alone is signed wrong."
