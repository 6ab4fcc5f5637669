// aws4fetch, object by object. The key is escaped as its callers do.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { answer } = require('../kit/node/steps.js');

const { AwsClient } = createRequire(`${process.argv[2]}/`)('aws4fetch');
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
const client = new AwsClient({
  accessKeyId: AWS_ACCESS_KEY_ID,
  secretAccessKey: AWS_SECRET_ACCESS_KEY,
  service: 's3',
  region: 'us-east-1',
  retries: 0,
});

async function send(method, path, body) {
  const response = await client.fetch(`${AWS_ENDPOINT_URL}/bucket/${path}`, { method, body });
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
}

const path = (key) => key.split('/').map(encodeURIComponent).join('/');

answer({
  put: (key, file) => send('PUT', path(key), readFileSync(file)),
  head: (key) => send('HEAD', path(key)),
  get: async (key, file) => writeFileSync(file, await (await send('GET', path(key))).text()),
  list: (prefix) => send('GET', `?list-type=2&prefix=${encodeURIComponent(prefix)}`),
});
