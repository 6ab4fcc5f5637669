// @aws-sdk/client-s3: objects, a stream, listing, a presigned URL.
'use strict';
const { createRequire } = require('node:module');
const { Readable } = require('node:stream');
const assert = require('node:assert');

const load = createRequire(`${process.argv[2]}/`);
const aws = load('@aws-sdk/client-s3');
const { getSignedUrl } = load('@aws-sdk/s3-request-presigner');

async function main() {
  const client = new aws.S3Client({ forcePathStyle: true });
  const Bucket = 'bucket';
  await client.send(new aws.CreateBucketCommand({ Bucket }));
  for (const Key of ['a b', 'a+b', "a=b(c)'d*e~f", 'é', 'dir/x', 'a//b']) {
    await client.send(new aws.PutObjectCommand({ Bucket, Key, Body: Key }));
    const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }));
    assert.equal(await Body.transformToString(), Key);
  }
  const Body = Readable.from([Buffer.alloc(70000)]);
  await client.send(new aws.PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 70000 }));
  const { KeyCount } = await client.send(new aws.ListObjectsV2Command({ Bucket }));
  assert.equal(KeyCount, 7);
  const url = await getSignedUrl(client, new aws.GetObjectCommand({ Bucket, Key: 'a b' }), { expiresIn: 60 });
  assert.equal(await (await fetch(url)).text(), 'a b');
  await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'a b' }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
