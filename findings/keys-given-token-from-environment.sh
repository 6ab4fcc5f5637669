#!/usr/bin/env bash
# Keys that are given in the code, and a session token that is not: four npm packages take the token of the environment.
#
# Packages (npm): appsync-client 2.15.0, aws-mqtt 1.0.0 (with aws-signature-v4 1.2.1, which it asks for), aws-transcribe
# 1.1.1, gremlin-aws-sigv4 3.6.1; aws4 1.13.2, with which two of them sign, for comparison. Run on 2026-12-01.
#
# To be expected: keys of a user that are given in the code are complete, and no token is sent.
#
# Seen: the environment has the keys of a role, with AWS_SESSION_TOKEN, as it has in Lambda. Each package gets the id
# and the secret of a user, which have no token. All four send the id of the user with the token of the role. Each of
# them, or the signer behind it, looks for each of the three values on its own, first in its arguments and then in the
# environment. aws4 itself, given the same two values, sends no token. An empty text as the token keeps appsync-client
# from sending one, and none of the others.
#
# Why it surprises: on a computer without that variable the same program works. The signature is right in either case,
# so that a recomputation finds nothing: what is wrong is that one request has parts of two identities.
# Says otherwise: the IAM User Guide, "Temporary security credentials in IAM": the token is issued with an id and a
# secret, and used with these. The README of gremlin-aws-sigv4, "Usage without environment variables", calls the token
# optional.
#
# For a user: "The security token included in the request is invalid", and in the cloud alone: compare the id of the
# credential with the one that the token was issued with. Remove AWS_SESSION_TOKEN from the environment of the process.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund appsync-client@2.15.0 aws-mqtt@1.0.0 \
    aws-transcribe@1.1.1 gremlin-aws-sigv4@3.6.1 aws4@1.13.2 graphql@15.11.0 >/dev/null 2>&1
cat > run.cjs <<'JS'
const http = require('node:http');
const https = require('node:https');
const { once } = require('node:events');
const AppsyncClient = require('appsync-client').default;
const { signedUrl } = require('aws-mqtt/lib/urlSigner');
const { AwsTranscribe } = require('aws-transcribe');
const { driver } = require('gremlin-aws-sigv4');
const aws4 = require('aws4');
const { parse } = require('graphql');

const user = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const region = 'us-east-1';

/** Whose id and which token are in a URL or in headers. */
function show(name, sent) {
  const text = typeof sent === 'string' ? decodeURIComponent(sent) : JSON.stringify(sent);
  const [, id] = /Credential=(\w+)/.exec(text);
  const token = /x-amz-security-token(?:=|":")([\w-]*)/i.exec(text);
  console.log(`${name}: id ${id}, ${token ? `token ${token[1]}` : 'no token'}`);
}

async function appsync(sessionToken) {
  const request = https.request;
  let headers;
  https.request = (options) => { headers = options.headers; throw new Error('not sent'); };
  const apiUrl = 'https://example.appsync-api.us-east-1.amazonaws.com/graphql';
  await Promise.resolve().then(() => new AppsyncClient({ apiUrl, ...user, sessionToken })
    .request({ query: parse('{ a }'), variables: {} })).catch(() => {});
  https.request = request;
  return headers;
}

async function gremlin(sessionToken) {
  const server = http.createServer((request, response) => response.writeHead(503).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const failed = once(process, 'uncaughtException'); // It throws what its callback was told, too.
  const { port } = server.address();
  new driver.AwsSigV4DriverRemoteConnection('127.0.0.1', port, { ...user, region, sessionToken }, null, null, () => {});
  const [request] = await once(server, 'request');
  await failed;
  server.closeAllConnections();
  server.close();
  return request.headers;
}

(async () => {
  for (const [kind, sessionToken] of [['', undefined], [', empty token given', '']]) {
    show(`appsync-client${kind}`, await appsync(sessionToken));
    show(`aws-mqtt${kind}`, signedUrl({ credentials: { ...user, sessionToken }, endpoint: 'example.com', region }));
    show(`aws-transcribe${kind}`, new AwsTranscribe({ ...user, sessionToken })
      .createPreSignedUrl({ region, languageCode: 'en-US', sampleRate: 16000 }));
    show(`gremlin-aws-sigv4${kind}`, await gremlin(sessionToken));
  }
  show('aws4', aws4.sign({ host: 'sts.amazonaws.com', path: '/' }, user).headers);
})();
JS
AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY \
    AWS_SESSION_TOKEN=of-the-role node run.cjs > seen.txt
cat > expected.txt <<'TXT'
appsync-client: id AKIAIOSFODNN7EXAMPLE, token of-the-role
aws-mqtt: id AKIAIOSFODNN7EXAMPLE, token of-the-role
aws-transcribe: id AKIAIOSFODNN7EXAMPLE, token of-the-role
gremlin-aws-sigv4: id AKIAIOSFODNN7EXAMPLE, token of-the-role
appsync-client, empty token given: id AKIAIOSFODNN7EXAMPLE, no token
aws-mqtt, empty token given: id AKIAIOSFODNN7EXAMPLE, token of-the-role
aws-transcribe, empty token given: id AKIAIOSFODNN7EXAMPLE, token of-the-role
gremlin-aws-sigv4, empty token given: id AKIAIOSFODNN7EXAMPLE, token of-the-role
aws4: id AKIAIOSFODNN7EXAMPLE, no token
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: a package no longer takes the token as recorded."; exit 1; }
echo "As recorded: the id of one identity is sent with the token of another."
