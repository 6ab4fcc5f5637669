// minio-go behind the sigv4-conformance protocol.
//
// The signer is pkg/signer. It reads the system's clock, and it takes the payload's hash from the header
// that shows it, which the library's client always sets. Presigned URLs are for S3 and leave the body open.
package main

import (
	"github.com/minio/minio-go/v7/pkg/signer"

	"sigv4-conformance/kit"
)

const contentHeader = "X-Amz-Content-Sha256"

var hello = kit.Object{
	"name":     "minio-go",
	"version":  kit.Version("github.com/minio/minio-go/v7"),
	"roles":    []string{"sign-header", "sign-query", "sign-sequence"},
	"profiles": []string{"s3"},
	"features": []string{"content-sha256-header", "duplicate-headers", "non-utf8", "session-token",
		"unsigned-payload"},
	"clock": "own",
}

func sign(asked *kit.Sign) (kit.Object, error) {
	if asked.Normalize || asked.DoubleEncode {
		return nil, kit.Unsupported("the path is always canonical as S3 has it")
	}
	token := asked.Credentials.Token()
	if token != "" && !asked.SessionTokenSigned {
		return nil, kit.Unsupported("the session token is always signed")
	}
	hash, err := asked.PayloadHash()
	if err != nil {
		return nil, err
	}
	request, err := kit.Request(asked)
	if err != nil {
		return nil, err
	}
	id, secret := string(asked.Credentials.AccessKeyID), string(asked.Credentials.SecretAccessKey)
	if id == "" || secret == "" {
		return nil, kit.Unrepresentable("a request without keys is sent unsigned")
	}
	region, service := string(asked.Region), string(asked.Service)
	if asked.Placement == "header" {
		request.Header.Set(contentHeader, hash)
		return kit.Signed(signer.SignV4WithServiceType(*request, id, secret, token, region, service))
	}
	if asked.Payload != "unsigned" {
		return nil, kit.Unsupported("URLs are presigned without a body")
	}
	switch service {
	case signer.ServiceTypeS3:
		return kit.Signed(signer.PreSignV4(*request, id, secret, token, region, asked.Expires))
	case signer.ServiceTypeS3Outposts:
		return kit.Signed(signer.PreSignV4Outposts(*request, id, secret, token, region, asked.Expires))
	}
	return nil, kit.Unsupported("URLs are presigned for s3 and s3-outposts")
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{
		"sign":          kit.Operate(sign),
		"sign-sequence": kit.Sequence(func() kit.Signer { return sign }),
	})
}
