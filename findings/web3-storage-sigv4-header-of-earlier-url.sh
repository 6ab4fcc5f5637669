#!/usr/bin/env bash
# @web3-storage/sigv4 signs a URL as if it had the header of an earlier one.
#
# Package (npm): @web3-storage/sigv4 1.0.2, a signer of upload URLs for S3.
#
# Seen: a signer that has made one URL with `checksum` lists x-amz-checksum-sha256 in SignedHeaders of each later URL,
# once more for each checksum before, while the canonical headers are those of the URL at hand. So the second URL with a
# checksum names the header twice and has one line for it, and a URL without a checksum names a header that is nowhere
# in what was signed. A new signer gives right URLs for the same two calls. Another thing is kept as well: all URLs of a
# signer have the time at which it was made, and expire that much sooner.
#
# Why it surprises: sign() takes all options of a URL as arguments, and the class is documented without a word on how
# often it may be called. The first URL is right, and so is any number of URLs without a checksum.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): SignedHeaders is the list of the headers that
# are in CanonicalHeaders.
#
# For a user: make a signer for each URL. A signer in a global variable of a worker fails from its second upload on.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @web3-storage/sigv4@1.0.2 @noble/hashes@1.8.0 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { SigV4 } from '@web3-storage/sigv4';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const CHECKSUM = 'x-amz-checksum-sha256';
const hash = (text) => createHash('sha256').update(text).digest('base64');

/** For a PUT of this URL with these headers, of which the names in the URL are signed. */
function signature(url, headers) {
  const names = url.searchParams.get('X-Amz-SignedHeaders');
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('=')).sort().join('&');
  const lines = names.split(';').map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const canonical = ['PUT', url.pathname, query, lines, names, 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = url.searchParams.get('X-Amz-Credential').split('/').slice(1).join('/');
  const text = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope,
    createHash('sha256').update(canonical).digest('hex')].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secretAccessKey}`).toString('hex');
}

function show(signer, key, checksum) {
  const url = signer.sign({ bucket: 'bucket', key, checksum });
  const right = signature(url, { host: url.host, [CHECKSUM]: checksum }) === url.searchParams.get('X-Amz-Signature');
  const names = url.searchParams.get('X-Amz-SignedHeaders');
  console.log(`  ${key} ${checksum ? 'with a checksum' : 'without'}: signs ${names}, right ${right}`);
  return url.searchParams.get('X-Amz-Date');
}

const signer = () => new SigV4({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey, region: 'us-east-1' });
console.log('one signer');
const one = signer();
const dates = [show(one, 'a'), show(one, 'b')];
await setTimeout(2000);
dates.push(show(one, 'c', hash('c')), show(one, 'd', hash('d')), show(one, 'e'));
console.log(`  all of the same second, though made over two: ${new Set(dates).size === 1}`);
console.log('a signer for each');
show(signer(), 'd', hash('d'));
show(signer(), 'e');
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
one signer
  a without: signs host, right true
  b without: signs host, right true
  c with a checksum: signs host;x-amz-checksum-sha256, right true
  d with a checksum: signs host;x-amz-checksum-sha256;x-amz-checksum-sha256, right false
  e without: signs host;x-amz-checksum-sha256;x-amz-checksum-sha256, right false
  all of the same second, though made over two: true
a signer for each
  d with a checksum: signs host;x-amz-checksum-sha256, right true
  e without: signs host, right true
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: @web3-storage/sigv4 no longer keeps headers as recorded."; exit 1; }
echo "As recorded: after a URL with a checksum, the same signer makes wrong URLs."
