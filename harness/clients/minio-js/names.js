// minio for JavaScript, object by object.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { answer } = require('../kit/node/steps.js');

const minio = createRequire(`${process.argv[2]}/`)('minio');
const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const client = new minio.Client({
  endPoint: endpoint.hostname,
  port: Number(endpoint.port),
  useSSL: false,
  region: 'us-east-1',
  accessKey: process.env.AWS_ACCESS_KEY_ID,
  secretKey: process.env.AWS_SECRET_ACCESS_KEY,
});

answer({
  put: (key, file) => client.putObject('bucket', key, readFileSync(file)),
  head: (key) => client.statObject('bucket', key),
  get: (key, file) => client.fGetObject('bucket', key, file),
  list: (prefix) => client.listObjectsV2('bucket', prefix).toArray(),
});
