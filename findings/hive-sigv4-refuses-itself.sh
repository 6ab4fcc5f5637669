#!/usr/bin/env bash
# GraphQL Hive's SigV4 plugin refuses what it signs, and counts x-amz-expires in milliseconds.
#
# Packages (npm): @graphql-hive/plugin-aws-sigv4 2.0.68, with aws4 1.13.2, which signs for it, graphql-yoga 5.24.1 and
# graphql 16.15.0. Run on 2026-11-30.
#
# Expected, as written down before the run: what the plugin signs with `outgoing` is accepted by the plugin with
# `incoming` and the same key; x-amz-expires is a number of seconds.
#
# Seen: with one key on both sides, a request that is signed for execute-api gets 401, "The signature does not match". The
# signature is right. `incoming` requires x-amz-content-sha256, which aws4 adds only for S3, and says the same of a
# missing header as of a wrong signature. With that header, given by the caller, it is accepted. If the request is five
# seconds old and has x-amz-expires: 900, it gets 401, "Request is expired"; with 900000 it is accepted.
#
# Why it surprises: two gateways behind each other are the obvious use of the two halves, and they are configured by two
# words of one option. The message sends one to look for a wrong key. That a request with a lifetime of a quarter of an
# hour dies within its first second is seen only where a request takes longer than that.
# Says otherwise: the package's CHANGELOG: incoming authentication mimics the behaviour of the AWS APIs. The SigV4
# documentation ("Create a canonical request"): the header x-amz-content-sha256 is required for S3; X-Amz-Expires is in
# seconds.
#
# For a user: give each request x-amz-content-sha256, with the hash of its body, before the plugin signs it, and no
# x-amz-expires.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @graphql-hive/plugin-aws-sigv4@2.0.68 aws4@1.13.2 \
    graphql-yoga@5.24.1 graphql@16.15.0 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { createHash, createHmac } from 'node:crypto';
import { createSchema, createYoga } from 'graphql-yoga';
import { useAWSSigv4 } from '@graphql-hive/plugin-aws-sigv4';

const accessKeyId = 'AKIDEXAMPLE', secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', region = 'us-east-1';
const schema = createSchema({ typeDefs: 'type Query { a: String }', resolvers: { Query: { a: () => 'b' } } });
const incoming = useAWSSigv4({ incoming: { secretAccessKey: () => secretAccessKey } });
const server = createYoga({ schema, logging: false, plugins: [incoming] });
const body = '{"query":"{ a }"}';
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** Whether the signature is the one for this request, computed here. */
function right(headers) {
  const parts = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/;
  const [, scope, names, sent] = headers.get('authorization').match(parts);
  const lines = names.split(';').map((name) => `${name}:${headers.get(name)}\n`).join('');
  const canonical = ['POST', '/graphql', '', lines, names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers.get('x-amz-date'), scope, hash(canonical)].join('\n');
  return sent === [...scope.split('/'), text].reduce((key, part) => createHmac('sha256', key).update(part).digest(),
    `AWS4${secretAccessKey}`).toString('hex');
}

async function send(what, given = {}) {
  const outgoing = useAWSSigv4({ outgoing: { accessKeyId, secretAccessKey, region, serviceName: 'execute-api' } });
  let url = 'http://127.0.0.1:4000/graphql';
  let options = { method: 'POST', headers: { 'content-type': 'application/json', ...given }, body };
  const take = { setURL: (text) => { url = text; }, setOptions: (all) => { options = all; } };
  await outgoing.onFetch({ url, options, ...take, executionRequest: {} });
  const answer = await server.fetch(url, options);
  const { data, errors } = await answer.json();
  const signature = right(new Headers(options.headers)) ? 'right' : 'wrong';
  console.log(`${what}: signature ${signature}, ${answer.status}, ${data ? 'data' : errors[0].message}`);
}

const withHash = { 'x-amz-content-sha256': hash(body) };
const past = (seconds) => new Date(Date.now() - 1000 * seconds).toISOString().replace(/[-:]|\.\d+/g, '');
await send('as the plugin signs it');
await send('with a hash of the body', withHash);
for (const expires of ['900', '900000']) {
  const aged = { ...withHash, 'x-amz-date': past(5), 'x-amz-expires': expires };
  await send(`with that, of five seconds ago, expires ${expires}`, aged);
}
JS
node run.mjs > seen.txt
cat > expected.txt <<'TXT'
as the plugin signs it: signature right, 401, The signature does not match
with a hash of the body: signature right, 200, data
with that, of five seconds ago, expires 900: signature right, 401, Request is expired
with that, of five seconds ago, expires 900000: signature right, 200, data
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the plugin no longer refuses its own requests as recorded."; exit 1; }
echo "As recorded: the plugin refuses what it signs, and takes the seconds of x-amz-expires for milliseconds."
