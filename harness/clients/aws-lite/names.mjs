// @aws-lite/client with its plugin for S3, object by object.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import steps from '../kit/node/steps.js';

const load = createRequire(`${process.argv[2]}/`);
const { default: awsLite } = await import(pathToFileURL(load.resolve('@aws-lite/client')));
const { default: plugin } = await import(pathToFileURL(load.resolve('@aws-lite/s3')));
const aws = await awsLite({ endpoint: process.env.AWS_ENDPOINT_URL, region: 'us-east-1', plugins: [plugin] });
const Bucket = 'bucket';

await steps.answer({
  put: (Key, file) => aws.S3.PutObject({ Bucket, Key, Body: readFileSync(file) }),
  head: (Key) => aws.S3.HeadObject({ Bucket, Key }),
  get: async (Key, file) =>
    writeFileSync(file, (await aws.S3.GetObject({ Bucket, Key, rawResponsePayload: true })).Body),
  list: (Prefix) => aws.S3.ListObjectsV2({ Bucket, Prefix }),
});
