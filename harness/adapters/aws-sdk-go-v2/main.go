// aws-sdk-go-v2 behind the sigv4-conformance protocol.
//
// The signer is aws/signer/v4, called as the SDK's middleware calls it: the time, the payload's hash
// and the header that shows it come from the caller, the expiry as a parameter of the URL. The
// stages are those that the signer logs with LogSigning.
//
// The signer works on a net/http request, so the answer is what net/http writes to the wire: it sets
// Content-Length and User-Agent, and it refuses what HTTP/1.1 cannot carry. A target that net/url
// would spell otherwise (a raw space, a raw letter outside ASCII) never reaches the signer.
//
// A presigner moves the caller's X-Amz- headers into the query unless DisableHeaderHoisting is set;
// here it is, since the question says what is a header.
package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"

	"sigv4-conformance/kit"
)

const (
	contentHeader = "X-Amz-Content-Sha256"
	tokenName     = "X-Amz-Security-Token"
)

var hello = kit.Object{
	"name":     "aws-sdk-go-v2",
	"version":  aws.SDKVersion,
	"roles":    []string{"sign-header", "sign-query", "sign-sequence", "sign-events"},
	"profiles": []string{"generic", "s3"},
	"features": []string{"content-sha256-header", "duplicate-headers", "non-utf8", "session-token",
		"unnormalized-double-encoded", "unsigned-payload", "unsigned-session-token"},
	"clock": "given",
}

// newStreamSigner makes the SDK's signer of event streams.
func newStreamSigner(keys kit.Credentials, service, region string, seed []byte) kit.MessageSigner {
	signer := v4.NewStreamSigner(credentials(keys), service, region, seed)
	return func(headers, payload []byte, moment time.Time) ([]byte, error) {
		return signer.GetSignature(context.Background(), headers, payload, moment)
	}
}

func newSigner() kit.Signer {
	signer := v4.NewSigner()
	return func(asked *kit.Sign) (kit.Object, error) { return sign(asked, signer) }
}

// sign signs a request of its own, as the SDK does for a retry: its middleware clones the request.
func sign(asked *kit.Sign, signer *v4.Signer) (kit.Object, error) {
	if asked.Normalize && !asked.DoubleEncode {
		return nil, kit.Unsupported("the signer never normalises a path")
	}
	hash, err := asked.PayloadHash()
	if err != nil {
		return nil, err
	}
	request, err := kit.Request(asked)
	if err != nil {
		return nil, err
	}
	keys := credentials(asked.Credentials)
	stages := map[string]kit.Text{}
	options := func(options *v4.SignerOptions) {
		options.DisableHeaderHoisting = true
		options.DisableURIPathEscaping = !asked.DoubleEncode
		options.DisableSessionToken = !asked.SessionTokenSigned
		options.LogSigning = true
		options.Logger = logging.LoggerFunc(func(_ logging.Classification, _ string, shown ...any) {
			stages["canonical_request"] = kit.Text(shown[0].(string))
			stages["string_to_sign"] = kit.Text(shown[1].(string))
		})
	}
	moment, region, service := asked.Time.Time, string(asked.Region), string(asked.Service)
	tokenAfter := !asked.SessionTokenSigned && keys.SessionToken != ""
	if asked.Placement == "header" {
		if asked.ContentSha256Header {
			request.Header.Set(contentHeader, hash)
		}
		err = signer.SignHTTP(context.Background(), keys, request, hash, service, region, moment, options)
		if tokenAfter {
			request.Header.Set(tokenName, keys.SessionToken)
		}
	} else {
		query := request.URL.Query()
		query.Set("X-Amz-Expires", strconv.FormatInt(asked.Expires, 10))
		request.URL.RawQuery = query.Encode()
		var signedURL string
		var signed http.Header
		signedURL, signed, err = signer.PresignHTTP(
			context.Background(), keys, request, hash, service, region, moment, options)
		if err != nil {
			return nil, err
		}
		if tokenAfter {
			signedURL += "&" + tokenName + "=" + url.QueryEscape(keys.SessionToken)
		}
		request.Host = signed.Get("Host") // these headers "must be included", says the SDK
		request.URL, err = url.Parse(signedURL)
	}
	if err != nil {
		return nil, err
	}
	answer, err := kit.Signed(request)
	if err == nil {
		answer["stages"] = stages
	}
	return answer, err
}

func credentials(given kit.Credentials) aws.Credentials {
	return aws.Credentials{
		AccessKeyID:     string(given.AccessKeyID),
		SecretAccessKey: string(given.SecretAccessKey),
		SessionToken:    given.Token(),
	}
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{
		"sign":          kit.Operate(func(asked *kit.Sign) (kit.Object, error) { return newSigner()(asked) }),
		"sign-sequence": kit.Sequence(newSigner),
		"sign-events":   kit.Events(newSigner, newStreamSigner),
	})
}
