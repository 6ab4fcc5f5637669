#!/usr/bin/env bash
# A KafkaJS mechanism for MSK asks its provider twice: it names one set of keys and signs with the next one.
#
# Packages (npm): @jm18457/kafkajs-msk-iam-authentication-mechanism 4.0.0, with @smithy/signature-v4 5.7.5, which makes
# the signature; aws-msk-iam-sasl-signer-js 1.0.3, Amazon's own, for comparison. Run on 2026-12-01.
#
# To be expected: each authentication takes one set of keys from the provider, and is right for it.
#
# Seen: `credentials` is a function that hands out another set at each call, as one that calls AssumeRole does. The
# mechanism calls it for the key id and the session token, and the signer, which was given the same function, calls it
# again for the secret. So the payload has the id and the token of one set, and the signature is that of the next set,
# every time. With a fixed set in place of the function it is right. Amazon's signer asks once for each token.
#
# Why it surprises: each answer of a provider is whole, and one answer is enough. With the default chain, which keeps
# its answer, the two calls agree until the keys are renewed between them, so that it fails once in a long while. With a
# provider that keeps nothing it always fails, though all of its sets are good.
# Says otherwise: the README of the package: `credentials` is credentials or an AWS credentials provider. The IAM User
# Guide, "Temporary security credentials in IAM": id, secret and session token are issued and used together.
#
# For a user: wrap the function in one that keeps its answer until it expires.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund @jm18457/kafkajs-msk-iam-authentication-mechanism@4.0.0 \
    @smithy/signature-v4@5.7.5 aws-msk-iam-sasl-signer-js@1.0.3 >/dev/null 2>&1
cat > run.cjs <<'JS'
const { createHash, createHmac } = require('node:crypto');
const { createMechanism } = require('@jm18457/kafkajs-msk-iam-authentication-mechanism');
const { generateAuthTokenFromCredentialsProvider } = require('aws-msk-iam-sasl-signer-js');

const sets = [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'first' },
  { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: 'second' },
];
let calls = 0;
const provider = async () => sets[calls++ % 2];
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The id, the token, and the id of the set whose secret made the signature. */
function judge(host, parameters) {
  const { 'x-amz-signature': sent, ...rest } = parameters;
  const written = (name) => name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase()).replace('Signedh', 'SignedH');
  const query = Object.keys(rest).sort().map((name) => `${written(name)}=${encodeURIComponent(rest[name])}`).join('&');
  const scope = rest['x-amz-credential'].split('/').slice(1);
  const text = ['AWS4-HMAC-SHA256', rest['x-amz-date'], scope.join('/'),
    sha256(['GET', '/', query, `host:${host}`, '', 'host', sha256('')].join('\n'))].join('\n');
  const signer = sets.find(({ secretAccessKey }) => [...scope, text]
    .reduce((key, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secretAccessKey}`)
    .toString('hex') === sent);
  const [id] = rest['x-amz-credential'].split('/');
  return `id ${id}, token ${rest['x-amz-security-token']}, signed by ${signer?.accessKeyId}`;
}

async function mechanism(credentials) {
  let payload;
  const saslAuthenticate = async ({ request }) => {
    payload = JSON.parse(request.encode().subarray(4).toString());
    return { version: '2020_10_22' };
  };
  const logger = { info() {}, error() {} };
  await createMechanism({ region: 'us-east-1', credentials })
    .authenticationProvider({ host: 'broker.example.com', port: 9098, logger, saslAuthenticate }).authenticate();
  const { version, host, 'user-agent': agent, ...parameters } = payload;
  return judge(host, parameters);
}

async function official(awsCredentialsProvider) {
  const { token } = await generateAuthTokenFromCredentialsProvider({ region: 'us-east-1', awsCredentialsProvider });
  const url = new URL(Buffer.from(token, 'base64url').toString());
  url.searchParams.delete('User-Agent');
  return judge(url.host, Object.fromEntries([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])));
}

(async () => {
  console.log('mechanism, fixed set:', await mechanism(sets[0]));
  for (let round = 0; round < 2; round++) console.log('mechanism, provider:', await mechanism(provider));
  console.log('provider called', calls, 'times for 2 authentications');
  calls = 0;
  for (let round = 0; round < 2; round++) console.log("Amazon's signer, provider:", await official(provider));
  console.log('provider called', calls, 'times for 2 tokens');
})();
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
mechanism, fixed set: id AKIDEXAMPLE, token first, signed by AKIDEXAMPLE
mechanism, provider: id AKIDEXAMPLE, token first, signed by AKIAIOSFODNN7EXAMPLE
mechanism, provider: id AKIDEXAMPLE, token first, signed by AKIAIOSFODNN7EXAMPLE
provider called 4 times for 2 authentications
Amazon's signer, provider: id AKIDEXAMPLE, token first, signed by AKIDEXAMPLE
Amazon's signer, provider: id AKIAIOSFODNN7EXAMPLE, token second, signed by AKIAIOSFODNN7EXAMPLE
provider called 2 times for 2 tokens
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the mechanism no longer asks its provider as recorded."; exit 1; }
echo "As recorded: the mechanism names one set of keys and signs with another."
