// s3mini, object by object.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import steps from '../kit/node/steps.js';

const load = createRequire(`${process.argv[2]}/`);
const { S3mini } = await import(pathToFileURL(load.resolve('s3mini')));
const s3 = new S3mini({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  endpoint: `${process.env.AWS_ENDPOINT_URL}/bucket`,
  region: 'us-east-1',
});

await steps.answer({
  put: (key, file) => s3.putObject(key, readFileSync(file)),
  head: async (key) => {
    if ((await s3.objectExists(key)) !== true) throw new Error('no such object');
  },
  get: async (key, file) => writeFileSync(file, await s3.getObject(key)),
  list: (prefix) => s3.listObjects('/', prefix),
});
