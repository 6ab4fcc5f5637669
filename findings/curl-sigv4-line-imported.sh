#!/usr/bin/env bash
# A curl line with --aws-sigv4, handed to three importers of curl lines.
#
# Packages (npm): curl-to-postmanv2 1.8.4 (Postman's own importer), newman 6.2.2 (Postman's command line, to send what
# was imported), curlconverter 4.12.0, insomnia-importers 3.6.0.
#
# Seen: none of the three keeps the signing, each in its own way.
# - curl-to-postmanv2 knows neither the option nor that --user holds a key here. It answers `result: true`, warns of
#   nothing, and makes HTTP Basic of it: sent by newman, the SECRET KEY leaves in base64, on every request.
# - curlconverter's Python warns that the value "isn't parsed", and writes the whole value (provider:provider:region:
#   service) three times: as the host to sign, as the region and as the service. That program runs and signs.
# - insomnia-importers takes the option for a switch, so that its value becomes the URL, and the real URL is lost.
#
# Why it surprises: Postman has an auth type of its own for SigV4 (`awsv4`), so one expects it to be used, or an error.
# Says otherwise: curl's manual, "--aws-sigv4 <provider1[:provider2[:region[:service]]]>": --user then is access key and
# secret, used for signing. The SigV4 documentation ("Elements of an AWS API request signature"): the secret key is
# never sent, only a signature made with it. RFC 7617, section 4: Basic is as good as clear text.
#
# For a user: whoever pastes a signing curl line into Postman gets a 403 and has shown the secret to the other end (and
# to a proxy or a log between). Such a key is to be replaced. Choose "AWS Signature" by hand after the import.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund \
    curl-to-postmanv2@1.8.4 newman@6.2.2 curlconverter@4.12.0 insomnia-importers@3.6.0 >/dev/null 2>&1
cat > run.mjs <<'JS'
import http from 'node:http';
import { createRequire } from 'node:module';
import { toPythonWarn } from 'curlconverter';
const require = createRequire(import.meta.url);
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const server = http.createServer((request, response) => {
  const [scheme, value] = (request.headers.authorization ?? 'none -').split(' ');
  const text = Buffer.from(value, 'base64').toString();
  console.log(`newman sent: ${scheme}, of which base64 gives ${text === 'AKIDEXAMPLE:' + secret ? 'key id and secret' : text}`);
  console.log(`newman sent: x-amz-date ${request.headers['x-amz-date'] ?? 'absent'}`);
  response.end('{}');
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.on('listening', ready));
const url = `http://127.0.0.1:${server.address().port}/stage/x?b=1`;
const line = `curl --aws-sigv4 "aws:amz:us-east-1:execute-api" --user "AKIDEXAMPLE:${secret}" "${url}"`;

const postman = await new Promise((done, fail) =>
  require('curl-to-postmanv2').convert({ type: 'string', data: line }, (error, answer) => error ? fail(error) : done(answer)));
const request = postman.output[0].data;
console.log(`curl-to-postmanv2: result ${postman.result}, reason ${postman.reason ?? 'none'}, auth ${request.auth.type}`);
const collection = { info: { name: 'c', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [{ name: 'r', request }] };
await new Promise((done, fail) => require('newman').run({ collection, reporters: [] }, (error) => error ? fail(error) : done()));

const [python] = toPythonWarn(line);
console.log('curlconverter: ' + python.match(/aws_host=.*aws_service='[^']*'/)[0]);
const insomnia = await require('insomnia-importers').convert(line);
console.log(`insomnia-importers: url ${insomnia.data.resources[0].url}`);
server.close();
JS
node run.mjs > seen.txt 2> errors.txt || { cat errors.txt; exit 1; }
cat > expected.txt <<'TXT'
curl-to-postmanv2: result true, reason none, auth basic
newman sent: Basic, of which base64 gives key id and secret
newman sent: x-amz-date absent
curlconverter: aws_host='aws:amz:us-east-1:execute-api', aws_region='aws:amz:us-east-1:execute-api', aws_service='aws:amz:us-east-1:execute-api'
insomnia-importers: url aws:amz:us-east-1:execute-api
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the importers no longer treat curl's --aws-sigv4 as recorded."; exit 1; }
echo "As recorded: no importer keeps --aws-sigv4, and Postman's turns it into Basic, which sends the secret key."
