// The module aws-http-auth of smithy-go behind the sigv4-conformance protocol.
//
// The signer takes the time and the hash of the body; the expiry comes from the caller, as a parameter of
// the URL. Unless it is given rules, it signs only Host and the X-Amz- headers. The rules here are those
// of the AWS SDK for Go: everything is signed but three headers.
package main

import (
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/smithy-go/aws-http-auth/credentials"
	"github.com/aws/smithy-go/aws-http-auth/sigv4"
	"github.com/aws/smithy-go/aws-http-auth/sigv4a"
	v4 "github.com/aws/smithy-go/aws-http-auth/v4"

	"sigv4-conformance/kit"
)

const module = "github.com/aws/smithy-go/aws-http-auth"

var hello = kit.Object{
	"name":     "smithy-go",
	"version":  kit.Version(module),
	"roles":    []string{"sign-header", "sign-query", "sign-sequence", "sign-events", "sign-v4a"},
	"profiles": []string{"generic", "s3"},
	"features": []string{"content-sha256-header", "duplicate-headers", "empty-credential", "non-utf8",
		"session-token", "unnormalized-double-encoded", "unsigned-payload"},
	"clock": "given",
}

type rules struct{}

func (rules) IsSigned(name string) bool {
	return name != "authorization" && name != "user-agent" && name != "x-amzn-trace-id"
}

// prepare makes what both signers take.
func prepare(asked *kit.Sign) (*http.Request, []byte, v4.SignatureType, v4.SignerOption, error) {
	kind := v4.SignatureTypeHeader
	if asked.Normalize && !asked.DoubleEncode {
		return nil, nil, kind, nil, kit.Unsupported("the signer never normalises a path")
	}
	if asked.Credentials.Token() != "" && !asked.SessionTokenSigned {
		return nil, nil, kind, nil, kit.Unsupported("the session token is always signed")
	}
	hash := v4.UnsignedPayload()
	switch asked.Payload {
	case "signed":
		sum := sha256.Sum256([]byte(asked.Request.Body))
		hash = sum[:]
	case "unsigned":
	default:
		return nil, nil, kind, nil, kit.Unsupported("payload %s", asked.Payload)
	}
	request, err := kit.Request(asked)
	if err != nil {
		return nil, nil, kind, nil, err
	}
	if asked.Placement == "query" {
		kind = v4.SignatureTypeQueryString
		query := request.URL.Query()
		query.Set("X-Amz-Expires", strconv.FormatInt(asked.Expires, 10))
		request.URL.RawQuery = query.Encode()
	}
	return request, hash, kind, func(options *v4.SignerOptions) {
		options.HeaderRules = rules{}
		options.DisableDoublePathEscape = !asked.DoubleEncode
		options.AddPayloadHashHeader = asked.Placement == "header" && asked.ContentSha256Header
	}, nil
}

func sign(asked *kit.Sign) (kit.Object, error) {
	request, hash, kind, options, err := prepare(asked)
	if err != nil {
		return nil, err
	}
	err = sigv4.New(options).SignRequest(&sigv4.SignRequestInput{
		Request: request, PayloadHash: hash, Credentials: keys(asked.Credentials), Service: string(asked.Service),
		Region: string(asked.Region), Time: asked.Time.Time, SignatureType: kind,
	})
	if err != nil {
		return nil, err
	}
	return kit.Signed(request)
}

func signV4a(asked *kit.Sign) (kit.Object, error) {
	request, hash, kind, options, err := prepare(asked)
	if err != nil {
		return nil, err
	}
	err = sigv4a.New(options).SignRequest(&sigv4a.SignRequestInput{
		Request: request, PayloadHash: hash, Credentials: keys(asked.Credentials), Service: string(asked.Service),
		RegionSet: strings.Split(string(asked.Region), ","), Time: asked.Time.Time, SignatureType: kind,
	})
	if err != nil {
		return nil, err
	}
	answer, err := kit.Signed(request)
	if err == nil {
		answer["result"] = "signed-v4a"
	}
	return answer, err
}

func newMessageSigner(given kit.Credentials, service, region string, seed []byte) kit.MessageSigner {
	return sigv4.NewEventStreamSigner(keys(given), service, region, seed).SignMessage
}

func keys(given kit.Credentials) credentials.Credentials {
	return credentials.Credentials{
		AccessKeyID:     string(given.AccessKeyID),
		SecretAccessKey: string(given.SecretAccessKey),
		SessionToken:    given.Token(),
	}
}

func main() {
	newSigner := func() kit.Signer { return sign }
	kit.Serve(hello, map[string]kit.Operation{
		"sign":          kit.Operate(sign),
		"sign-sequence": kit.Sequence(newSigner),
		"sign-events":   kit.Events(newSigner, newMessageSigner),
		"sign-v4a":      kit.Operate(signV4a),
	})
}
