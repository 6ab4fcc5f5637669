#!/usr/bin/env bash
# s3rver stores a stream of the AWS SDK for JavaScript with its framing, and says 200.
#
# Packages (npm): s3rver 3.7.1, @aws-sdk/client-s3 3.1175.0. Run on 2026-11-30.
#
# Expected, as written down before the run: a stream is stored as its content.
#
# Seen: put with its default settings, a text is stored as it is. A stream of the same five bytes is sent in chunks with a
# checksum behind them (STREAMING-UNSIGNED-PAYLOAD-TRAILER), and the server stores all 46 bytes: the length of the chunk,
# `hello`, the end and the checksum. It answers 200 to the PUT, and the GET returns the 46 bytes, which the SDK hands out
# without an error. With requestChecksumCalculation WHEN_REQUIRED, the stream is stored right.
#
# Why it surprises: the server takes chunks apart that are signed (STREAMING-AWS4-HMAC-SHA256-PAYLOAD), and knows them by
# the same header. The value of the newer form it does not know, and would refuse, if it did not look for UNSIGNED-PAYLOAD
# anywhere in it. That the request says aws-chunked in Content-Encoding, and five bytes in
# x-amz-decoded-content-length, does not count.
# Says otherwise: the S3 API reference, "Signature calculations for the Authorization header": with this value of
# x-amz-content-sha256 the body is chunks and a trailer.
#
# For a user: a test against this server that uploads a stream fails far from its cause, or passes with wrong content.
# Set requestChecksumCalculation: 'WHEN_REQUIRED'.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund s3rver@3.7.1 @aws-sdk/client-s3@3.1175.0 >/dev/null 2>&1
cat > run.mjs <<'JS'
import { mkdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

mkdirSync('data');
const server = new S3rver({
  port: 0, address: '127.0.0.1', silent: true, directory: 'data', configureBuckets: [{ name: 'bucket' }],
});
const { port } = await server.run();
const bodies = { text: () => 'hello', stream: () => Readable.from([Buffer.from('hello')]) };
for (const requestChecksumCalculation of ['WHEN_SUPPORTED', 'WHEN_REQUIRED']) {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }, requestChecksumCalculation,
  });
  for (const [Key, body] of Object.entries(bodies)) {
    const put = await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: body(), ContentLength: 5 }));
    const got = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
    const content = JSON.stringify(await got.Body.transformToString());
    console.log(`${requestChecksumCalculation}, ${Key}: PUT ${put.$metadata.httpStatusCode}, stored ${content}`);
  }
}
await server.close();
process.exit();
JS
node run.mjs > seen.txt 2>errors.txt
cat > expected.txt <<'TXT'
WHEN_SUPPORTED, text: PUT 200, stored "hello"
WHEN_SUPPORTED, stream: PUT 200, stored "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
WHEN_REQUIRED, text: PUT 200, stored "hello"
WHEN_REQUIRED, stream: PUT 200, stored "hello"
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: s3rver no longer stores a stream as recorded."; exit 1; }
echo "As recorded: s3rver stores the chunks and the checksum of a stream as its content."
