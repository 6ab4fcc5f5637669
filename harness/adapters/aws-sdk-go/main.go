// aws-sdk-go, version 1, behind the sigv4-conformance protocol.
//
// The signer is aws/signer/v4. It takes the time, and hashes the body unless the caller gives the header
// that shows the hash. For S3 the body of a presigned request is signed only if that header is there. A
// presigner moves the caller's X-Amz- headers into the query unless
// DisableHeaderHoisting is set; here it is, since the question says what is a header.
package main

import (
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials"
	v4 "github.com/aws/aws-sdk-go/aws/signer/v4"

	"sigv4-conformance/kit"
)

const contentHeader = "X-Amz-Content-Sha256"

var hello = kit.Object{
	"name":     "aws-sdk-go",
	"version":  aws.SDKVersion,
	"roles":    []string{"sign-header", "sign-query", "sign-sequence"},
	"profiles": []string{"generic", "s3"},
	"features": []string{"content-sha256-header", "duplicate-headers", "non-utf8",
		"presigned-s3-payload-hash", "session-token",
		"unnormalized-double-encoded", "unsigned-payload"},
	"clock": "given",
}

func sign(asked *kit.Sign) (kit.Object, error) {
	if asked.Normalize && !asked.DoubleEncode {
		return nil, kit.Unsupported("the signer never normalises a path")
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
	service, region := string(asked.Service), string(asked.Region)
	isS3 := service == "s3" || service == "s3-object-lambda"
	if asked.Placement == "header" && asked.ContentSha256Header ||
		asked.Placement == "query" && asked.Payload == "signed" && isS3 {
		request.Header.Set(contentHeader, hash)
	}
	var body io.ReadSeeker
	if asked.Request.Body != "" {
		body = strings.NewReader(string(asked.Request.Body))
	}
	signer := v4.NewSigner(credentials.NewStaticCredentials(
		string(asked.Credentials.AccessKeyID), string(asked.Credentials.SecretAccessKey), token))
	signer.DisableHeaderHoisting = true
	signer.DisableURIPathEscaping = !asked.DoubleEncode
	if field := reflect.ValueOf(signer).Elem().FieldByName("UnsignedPayload"); field.IsValid() {
		field.SetBool(asked.Payload == "unsigned")
	} else if asked.Payload == "unsigned" {
		return nil, kit.Unsupported("no release before 1.10.42 has UnsignedPayload")
	}
	if asked.Placement == "header" {
		_, err = signer.Sign(request, body, service, region, asked.Time.Time)
	} else {
		life := time.Duration(asked.Expires) * time.Second
		_, err = signer.Presign(request, body, service, region, life, asked.Time.Time)
	}
	if failure, is := err.(awserr.Error); is && failure.Code() == "EmptyStaticCreds" {
		return nil, kit.Unrepresentable("%v", err)
	} else if err != nil {
		return nil, err
	}
	return kit.Signed(request)
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{
		"sign":          kit.Operate(sign),
		"sign-sequence": kit.Sequence(func() kit.Signer { return sign }),
	})
}
