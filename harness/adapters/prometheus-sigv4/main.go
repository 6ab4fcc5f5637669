// prometheus/sigv4 behind the sigv4-conformance protocol.
//
// The subject is a net/http round tripper, with the signer of the AWS SDK for Go, version 2, inside. It
// reads the system's clock, has its keys from its configuration, and hands the signed request to the next
// round tripper, which here keeps it.
package main

import (
	"io"
	"net/http"
	"strings"

	"github.com/prometheus/common/config"
	"github.com/prometheus/sigv4"

	"sigv4-conformance/kit"
)

var hello = kit.Object{
	"name":     "prometheus-sigv4",
	"version":  kit.Version("github.com/prometheus/sigv4"),
	"roles":    []string{"sign-header", "sign-sequence"},
	"profiles": []string{"generic"},
	"features": []string{"duplicate-headers", "non-utf8"},
	"clock":    "own",
}

// keeper is the round tripper that comes after the signing one.
type keeper struct{ request *http.Request }

func (kept *keeper) RoundTrip(request *http.Request) (*http.Response, error) {
	kept.request = request
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// newSigner has one round tripper for as long as the configuration is the same.
func newSigner() kit.Signer {
	var configured sigv4.SigV4Config
	var tripper http.RoundTripper
	next := &keeper{}
	return func(asked *kit.Sign) (kit.Object, error) {
		if !asked.Normalize || !asked.DoubleEncode || asked.Placement != "header" {
			return nil, kit.Unsupported("requests are signed for services other than S3, in a header")
		}
		if asked.Credentials.SessionToken != nil || asked.Payload != "signed" || asked.ContentSha256Header {
			return nil, kit.Unsupported("no session token, no payload but the body's hash, no header for it")
		}
		wanted := sigv4.SigV4Config{
			Region: string(asked.Region), ServiceName: string(asked.Service),
			AccessKey: string(asked.Credentials.AccessKeyID),
			SecretKey: config.Secret(asked.Credentials.SecretAccessKey),
		}
		if wanted.Region == "" || wanted.ServiceName == "" || wanted.AccessKey == "" || wanted.SecretKey == "" {
			return nil, kit.Unrepresentable("what is empty is taken from elsewhere")
		}
		request, err := kit.Request(asked)
		if err != nil {
			return nil, err
		}
		if tripper == nil || !same(wanted, configured) {
			configured = wanted
			if tripper, err = sigv4.NewSigV4RoundTripper(&configured, next); err != nil {
				return nil, err
			}
		}
		if _, err := tripper.RoundTrip(request); err != nil {
			return nil, err
		}
		return kit.Signed(next.request)
	}
}

func same(one, other sigv4.SigV4Config) bool {
	return one.Region == other.Region && one.ServiceName == other.ServiceName &&
		one.AccessKey == other.AccessKey && one.SecretKey == other.SecretKey
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{
		"sign":          kit.Operate(newSigner()),
		"sign-sequence": kit.Sequence(newSigner),
	})
}
