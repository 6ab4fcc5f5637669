#!/usr/bin/env bash
# google-auth-library signs the query in the order in which it is configured.
#
# Package (npm): google-auth-library 10.9.1, whose AwsClient proves an AWS identity to Google.
#
# Seen: retrieveSubjectToken() makes the signed request for AWS's GetCallerIdentity from
# `regional_cred_verification_url` of the configuration. Its query becomes the canonical query as it is written. With
# Action before Version, as in the default, that is the right order by chance. With Version before Action, the
# signature is wrong.
#
# Why it surprises: the headers are sorted, under a comment that they need to be. The default URL is sorted already,
# so that nobody misses the step. A wrong signature shows late: the request goes to Google's token service, which
# sends it on.
# Says otherwise: the SigV4 documentation ("Create a canonical request"): sort the parameters by name. The source of
# the signer links to that page.
#
# For a user: write the parameters of the verification URL in the order of the alphabet.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund google-auth-library@10.9.1 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import { AwsClient } from 'google-auth-library';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: secret };
Object.assign(process.env, keys, { AWS_REGION: 'us-east-2' });

/** For this text of the query. */
function signature(headers, query) {
  const [, scope, names] = headers.authorization.match(/Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+),/);
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`).join('');
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const canonical = ['POST', '/', query, lines, names, hash('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  return [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    'AWS4' + secret).toString('hex');
}

for (const query of ['Action=GetCallerIdentity&Version=2011-06-15', 'Version=2011-06-15&Action=GetCallerIdentity']) {
  const client = new AwsClient({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/aws',
    subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    credential_source: {
      environment_id: 'aws1',
      regional_cred_verification_url: `https://sts.{region}.amazonaws.com?${query}`,
    },
  });
  const token = JSON.parse(decodeURIComponent(await client.retrieveSubjectToken()));
  const headers = Object.fromEntries(token.headers.map(({ key, value }) => [key, value]));
  const sorted = query.split('&').sort().join('&');
  const signed = [sorted, query].find((text) => headers.authorization.endsWith(signature(headers, text)));
  console.log(`${query}: signed as ${signed}, ${signed === sorted ? 'right' : 'wrong'}`);
}
JS
env -u AWS_SESSION_TOKEN -u AWS_DEFAULT_REGION node run.mjs > seen.txt
cat > expected.txt <<'TXT'
Action=GetCallerIdentity&Version=2011-06-15: signed as Action=GetCallerIdentity&Version=2011-06-15, right
Version=2011-06-15&Action=GetCallerIdentity: signed as Version=2011-06-15&Action=GetCallerIdentity, wrong
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: google-auth-library no longer signs the query as recorded."; exit 1; }
echo "As recorded: google-auth-library signs the query unsorted."
