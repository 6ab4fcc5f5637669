#!/usr/bin/env bash
# Uppy signs the tilde of an upload id escaped, and every upload id of Ceph has one.
#
# Packages (npm): @uppy/aws-s3 6.3.1, @uppy/core 6.3.1; jsdom 24.1.3, which stands for the browser.
#
# Seen: with `getCredentials`, the plugin signs in the browser. A server that names the upload `2~abc`, as Ceph does, is
# asked for `uploadId=2%7Eabc`, and that text is in the canonical request. Decoded and encoded by the rules of SigV4 it
# is `2~abc`, for which the signature is wrong, so that a server that does this, as Ceph does, has to refuse each part.
# With an id of `2-abc` the signatures are right. The query is written by URLSearchParams, whose encoding is that of
# HTML forms: it escapes the tilde, which is unreserved, and leaves the asterisk.
#
# Why it surprises: small files are uploaded without an upload id, and large ones as well at servers whose ids are of
# letters, digits and hyphens. The path is encoded by a function of the plugin's own that is right about both letters.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): do not encode the unreserved characters, A-Z,
# a-z, 0-9, hyphen, period, underscore and tilde. Ceph's source (MULTIPART_UPLOAD_ID_PREFIX) begins each id with `2~`.
#
# For a user: with Ceph, sign on a server of one's own (`signRequest`), or keep `shouldUseMultipart` false.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @uppy/aws-s3@6.3.1 @uppy/core@6.3.1 \
    jsdom@24.1.3 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import { JSDOM } from 'jsdom';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** For this text of the query, without the signature. */
function signature(request, url, query) {
  const canonical = [request.method, url.pathname, query, `host:${request.headers.host}\n`, 'host', 'UNSIGNED-PAYLOAD'];
  const scope = url.searchParams.get('X-Amz-Credential').split('/').slice(1).join('/');
  const text = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope,
    createHash('sha256').update(canonical.join('\n')).digest('hex')].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`).toString('hex');
}

function show(request, url) {
  const pairs = url.search.slice(1).split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const encode = (text) => encodeURIComponent(decodeURIComponent(text));
  const encoded = pairs.map((pair) => pair.split('=').map(encode).join('='));
  const [sent, canonical] = [pairs, encoded].map((texts) =>
    signature(request, url, texts.sort().join('&')) === url.searchParams.get('X-Amz-Signature'));
  const own = pairs.filter((pair) => !pair.startsWith('X-Amz-')).join('&');
  const what = `${request.method} ${own || 'without a query'}`;
  console.log(`  ${what}: right as sent ${sent}, as SigV4 encodes it ${canonical}`);
}

let id;
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  show(request, url);
  response.setHeader('ETag', '"e"');
  response.setHeader('Content-Type', 'application/xml');
  const started = `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
  const done = '<CompleteMultipartUploadResult><Location>/bucket/key</Location><Key>key</Key>'
    + '<ETag>"e"</ETag></CompleteMultipartUploadResult>';
  const answer = request.method !== 'POST' ? '' : url.searchParams.has('uploads') ? started : done;
  request.resume().on('end', () => response.end(answer));
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
const origin = `http://127.0.0.1:${server.address().port}`;
const { window } = new JSDOM('', { url: origin });
for (const name of ['document', 'XMLHttpRequest', 'DOMParser', 'File', 'Blob', 'FormData', 'ProgressEvent', 'Event']) {
  globalThis[name] = window[name];
}
globalThis.window = window;
const { default: Uppy } = await import('@uppy/core');
const { default: AwsS3 } = await import('@uppy/aws-s3');

async function upload(what, shouldUseMultipart) {
  console.log(what);
  const uppy = new Uppy();
  const getCredentials = async () => ({ credentials, region: 'us-east-1' });
  uppy.use(AwsS3, { s3Endpoint: `${origin}/bucket`, region: 'us-east-1', getCredentials, shouldUseMultipart });
  uppy.addFile({ name: 'key', type: 'text/plain', data: new window.Blob(['text']) });
  const result = await uppy.upload();
  if (result.failed.length) throw new Error(result.failed[0].error);
}

await upload('in one request', false);
for (id of ['2-abc', '2~abc']) await upload(`in parts, as ${id}`, true);
process.exit();
JS
timeout 120 node run.mjs > seen.txt
cat > expected.txt <<'TXT'
in one request
  PUT without a query: right as sent true, as SigV4 encodes it true
in parts, as 2-abc
  POST uploads=: right as sent true, as SigV4 encodes it true
  PUT partNumber=1&uploadId=2-abc: right as sent true, as SigV4 encodes it true
  POST uploadId=2-abc: right as sent true, as SigV4 encodes it true
in parts, as 2~abc
  POST uploads=: right as sent true, as SigV4 encodes it true
  PUT partNumber=1&uploadId=2%7Eabc: right as sent true, as SigV4 encodes it false
  POST uploadId=2%7Eabc: right as sent true, as SigV4 encodes it false
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: Uppy no longer signs a tilde as recorded."; exit 1; }
echo "As recorded: Uppy signs the tilde of an upload id as %7E, and SigV4 signs it as it is."
