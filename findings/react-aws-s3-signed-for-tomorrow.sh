#!/usr/bin/env bash
# react-aws-s3 and aws-s3: upload forms are signed for tomorrow, and deletions are not signed at all.
#
# Packages (npm): react-aws-s3 1.5.0, aws-s3 2.0.5; both make S3's upload forms for Signature Version 4 in the browser.
#
# Seen: one moment serves for three fields, and it is a day after the module was loaded: `expiration` of the policy,
# `X-Amz-Date`, and the date in `X-Amz-Credential`. The signing key is tomorrow's, too. `X-Amz-Date` has milliseconds:
# 20150831T123600123Z, which is not the form YYYYMMDD'T'HHMMSS'Z'. The moment does not move: a page that stays open
# for more than a day sends forms that have expired. deleteFile() sends a DELETE with no header at all, although it was
# given the credentials.
#
# Why it surprises: the scope and the date of a signature are expected to be those of the day. A server that reads
# X-Amz-Date strictly, or compares it with its clock, refuses these forms. And a bucket from which deleteFile() removes
# something is one from which anyone can.
# Says otherwise: the S3 documentation ("Creating an HTML form using AWS Signature Version 4"): x-amz-date is "the date
# value in ISO8601 format", as in 20130728T000000Z; the README of react-aws-s3 shows deleteFile() of a client with keys.
set -euo pipefail
command -v npm >/dev/null || { echo "needs npm"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund react-aws-s3@1.5.0 aws-s3@2.0.5
cat > run.cjs <<'JS'
const { createHmac } = require("node:crypto");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const day = (time) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "");
const [today, tomorrow] = [day(Date.now()), day(Date.now() + 86_400_000)];
const calls = [];
globalThis.fetch = async (url, options) => {
    calls.push(options);
    return { ok: true, status: 204 };
};
(async () => {
    for (const name of ["react-aws-s3", "aws-s3"]) {
        const Client = require(name);
        const client = new Client({
            bucketName: "bucket", region: "us-east-1", accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret,
        });
        await client.uploadFile(new File(["hi"], "a.txt", { type: "text/plain" }), "a.txt");
        await client.deleteFile("a.txt");
        const [upload, deletion] = calls.splice(0);
        const date = upload.body.get("X-Amz-Date");
        const scope = upload.body.get("X-Amz-Credential").split("/");
        const policy = upload.body.get("Policy");
        const { expiration } = JSON.parse(Buffer.from(policy, "base64"));
        const named = (text) => ({ [today]: "today", [tomorrow]: "tomorrow" })[text] ?? text;
        const form = date.slice(8).replace(/[0-9]/g, "0");
        const same = expiration.replace(/[-:.]/g, "") === date ? "the expiration" : expiration;
        const key = ["us-east-1", "s3", "aws4_request"].reduce(hmac, hmac("AWS4" + secret, tomorrow));
        const isOfTomorrow = hmac(key, policy).toString("hex") === upload.body.get("X-Amz-Signature");
        console.log(`${name}: X-Amz-Date is ${named(date.slice(0, 8))}${form}, ${same}; scope of ${named(scope[1])}; ` +
            `signed with the key of ${isOfTomorrow ? "tomorrow" : "another day"}`);
        const headers = [...new Headers(deletion.headers)].length;
        console.log(`${name}: deleteFile sends ${deletion.method.toUpperCase()} with ${headers} headers`);
    }
})();
JS
node run.cjs > seen.txt
cat > expected.txt <<'TXT'
react-aws-s3: X-Amz-Date is tomorrowT000000000Z, the expiration; scope of tomorrow; signed with the key of tomorrow
react-aws-s3: deleteFile sends DELETE with 0 headers
aws-s3: X-Amz-Date is tomorrowT000000000Z, the expiration; scope of tomorrow; signed with the key of tomorrow
aws-s3: deleteFile sends DELETE with 0 headers
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: these packages no longer sign forms as recorded."; exit 1; }
echo "As recorded: forms are signed for tomorrow, with milliseconds in the date; deletions are not signed."
