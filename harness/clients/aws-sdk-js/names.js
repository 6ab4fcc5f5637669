// @aws-sdk/client-s3, object by object.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { answer } = require('../kit/node/steps.js');

const aws = createRequire(`${process.argv[2]}/`)('@aws-sdk/client-s3');
const client = new aws.S3Client({ forcePathStyle: true });
const Bucket = 'bucket';

answer({
  put: (Key, file) => client.send(new aws.PutObjectCommand({ Bucket, Key, Body: readFileSync(file) })),
  head: (Key) => client.send(new aws.HeadObjectCommand({ Bucket, Key })),
  get: async (Key, file) => {
    const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }));
    writeFileSync(file, await Body.transformToByteArray());
  },
  list: (Prefix) => client.send(new aws.ListObjectsV2Command({ Bucket, Prefix })),
});
