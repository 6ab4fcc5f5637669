#!/usr/bin/env bash
# A CloudFront URL with a fragment: four official signers make four URLs of it, of which none works.
#
# Packages: botocore 1.44.8 (PyPI), @aws-sdk/cloudfront-signer 3.1166.0 (npm), aws-sdk-go-v2/feature/cloudfront/sign
# 1.9.16 (Go), software.amazon.awssdk:cloudfront 2.58.0 (Maven); cryptography 50.0.2 (PyPI) to verify. Run on 2026-11-30.
#
# Expected, as written down before the run: all four sign the same policy for the same URL. A fragment is dropped, or is at
# the end of the signed URL.
#
# Seen: for https://example.cloudfront.net/video.mp4#t=10 and a canned policy, botocore and Go append `?Expires=...` to
# the text, which puts the signature into the fragment: a client sends none of it. JavaScript escapes the `#`, and makes
# a URL for the file `video.mp4#t=10`. Java drops the fragment from the URL, but not from the policy that it signs, so
# that the signature is wrong for what is sent. Without the fragment all four are right.
#
# Why it surprises: each of the four is valid for the text that it was given, and no error is raised. A link to a time of
# a video or to a page of a PDF is usual.
# Says otherwise: RFC 3986, section 3.5: the fragment is not sent, and comes after the query. The CloudFront Developer
# Guide, "Create a signed URL using a canned policy": the policy has the base URL with its query, and the signature is
# appended to that as parameters.
#
# For a user: sign the URL without the fragment and append it afterwards.
set -euo pipefail
for tool in python3 node npm go java mvn openssl; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.8 cryptography==50.0.2
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @aws-sdk/cloudfront-signer@3.1166.0 >/dev/null 2>&1
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>cloudfront</artifactId>
      <version>2.58.0</version>
    </dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory=lib >/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>/dev/null
cat > Sign.java <<'JAVA'
import java.nio.file.Path;
import java.time.Instant;
import software.amazon.awssdk.services.cloudfront.CloudFrontUtilities;
import software.amazon.awssdk.services.cloudfront.model.CannedSignerRequest;

final class Sign {
    public static void main(String[] urls) throws Exception {
        for (String url : urls) {
            CannedSignerRequest request = CannedSignerRequest.builder().resourceUrl(url).keyPairId("EXAMPLE")
                .privateKey(Path.of("key.pem")).expirationDate(Instant.ofEpochSecond(1893456000)).build();
            System.out.println(CloudFrontUtilities.create().getSignedUrlWithCannedPolicy(request).url());
        }
    }
}
JAVA
cat > main.go <<'GO'
package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
)

func main() {
	text, _ := os.ReadFile("key.pem")
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	signer := sign.NewURLSigner("EXAMPLE", key.(*rsa.PrivateKey))
	for _, url := range os.Args[1:] {
		signed, err := signer.Sign(url, time.Unix(1893456000, 0))
		fmt.Println(signed)
		if err != nil {
			panic(err)
		}
	}
}
GO
go mod init fragments >/dev/null 2>&1
go get github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign@v1.9.16 >/dev/null 2>&1
go build -o sign .
cat > sign.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';

const privateKey = readFileSync('key.pem', 'utf8');
for (const url of process.argv.slice(2)) {
  console.log(getSignedUrl({ url, keyPairId: 'EXAMPLE', privateKey, dateLessThan: 1893456000000 }));
}
JS
cat > run.py <<'PY'
import base64, datetime, re, subprocess
from urllib.parse import unquote, urlsplit
from botocore.signers import CloudFrontSigner
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

HOST = "https://example.cloudfront.net"
URLS = [f"{HOST}/video.mp4", f"{HOST}/video.mp4#t=10"]
with open("key.pem", "rb") as file:
    key = serialization.load_pem_private_key(file.read(), None)


def signed_for(resource, signature):
    """Whether this is the signature of the canned policy for the resource, as CloudFront documents it."""
    policy = f'{{"Statement":[{{"Resource":"{resource}","Condition":{{"DateLessThan":{{"AWS:EpochTime":1893456000}}}}}}]}}'
    text = base64.b64decode(signature.translate(str.maketrans("-_~", "+=/")))
    try:
        key.public_key().verify(text, policy.encode(), PKCS1v15(), hashes.SHA1())
        return True
    except InvalidSignature:
        return False


def show(name, url, signed):
    # What a client sends: everything before the fragment, without the parameters of the signature in the resource.
    sent = signed.split("#")[0]
    resource = re.sub(r"[?&](Expires|Signature|Key-Pair-Id)=[^&]*", "", sent)
    signature = re.search(r"Signature=([^&#]+)", signed)[1]
    policy = next(text for text in (resource, url, unquote(url)) if signed_for(text, signature))
    verdict = "no signature" if "Signature=" not in sent else "right" if policy == resource else "wrong"
    if resource != url.split("#")[0]:
        verdict += " for another file"
    print(f"  {name}: asks for {resource.removeprefix(HOST)}, signed for {policy.removeprefix(HOST)}: {verdict}")


def run(*command):
    return subprocess.run([*command, *URLS], check=True, capture_output=True, text=True).stdout.split()


boto = CloudFrontSigner("EXAMPLE", lambda message: key.sign(message, PKCS1v15(), hashes.SHA1()))
date = datetime.datetime(2030, 1, 1)
made = {"botocore": [boto.generate_presigned_url(url, date_less_than=date) for url in URLS],
        "JavaScript": run("node", "sign.mjs"), "Go": run("./sign"), "Java": run("java", "--class-path", "lib/*", "Sign.java")}
for index, url in enumerate(URLS):
    print(url.removeprefix(HOST))
    for name, signed in made.items():
        show(name, url, signed[index])
PY
TZ=UTC venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
/video.mp4
  botocore: asks for /video.mp4, signed for /video.mp4: right
  JavaScript: asks for /video.mp4, signed for /video.mp4: right
  Go: asks for /video.mp4, signed for /video.mp4: right
  Java: asks for /video.mp4, signed for /video.mp4: right
/video.mp4#t=10
  botocore: asks for /video.mp4, signed for /video.mp4#t=10: no signature
  JavaScript: asks for /video.mp4%23t%3D10, signed for /video.mp4%23t%3D10: right for another file
  Go: asks for /video.mp4, signed for /video.mp4#t=10: no signature
  Java: asks for /video.mp4, signed for /video.mp4#t=10: wrong
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: a CloudFront signer no longer takes a fragment as recorded."; exit 1; }
echo "As recorded: of a URL with a fragment, no CloudFront signer makes a signed URL that a client can use."
