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
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"
)

const (
	baseURL       = "https://example.amazonaws.com" // for the URL only: the Host header is given
	contentHeader = "X-Amz-Content-Sha256"
	tokenName     = "X-Amz-Security-Token"
)

type object map[string]any

var hello = object{
	"op":       "hello",
	"protocol": 1,
	"name":     "aws-sdk-go-v2",
	"version":  aws.SDKVersion,
	"language": "Go " + strings.TrimPrefix(runtime.Version(), "go"),
	"roles":    []string{"sign-header", "sign-query", "sign-sequence", "sign-events"},
	"profiles": []string{"generic", "s3"},
	"features": []string{"content-sha256-header", "duplicate-headers", "non-utf8", "session-token",
		"unnormalized-double-encoded", "unsigned-payload", "unsigned-session-token"},
	"clock": "given",
}

type question struct {
	Op                  string          `json:"op"`
	Seq                 json.RawMessage `json:"seq"`
	Calls               []question      `json:"calls"`
	Placement           string          `json:"placement"`
	Normalize           bool            `json:"normalize"`
	DoubleEncode        bool            `json:"double_encode"`
	Time                string          `json:"time"`
	Region              text            `json:"region"`
	Service             text            `json:"service"`
	SessionTokenSigned  bool            `json:"session_token_signed"`
	Payload             string          `json:"payload"`
	ContentSha256Header bool            `json:"content_sha256_header"`
	Expires             int             `json:"expires"`
	Credentials         keys            `json:"credentials"`
	Request             request         `json:"request"`
	Key                 struct {
		Credentials *keys `json:"credentials"`
	} `json:"key"`
	Start struct {
		Request       *request `json:"request"`
		SeedSignature text     `json:"seed_signature"`
	} `json:"start"`
	Messages []struct {
		Time    string `json:"time"`
		Headers text   `json:"headers"`
		Payload text   `json:"payload"`
	} `json:"messages"`
}

type keys struct {
	AccessKeyID     text `json:"access_key_id"`
	SecretAccessKey text `json:"secret_access_key"`
	SessionToken    text `json:"session_token"`
}

type request struct {
	Method  text      `json:"method"`
	Target  text      `json:"target"`
	Headers [][2]text `json:"headers"`
	Body    text      `json:"body"`
}

// refusal is a result other than `signed`, and why.
type refusal struct{ result, detail string }

func (refused refusal) Error() string { return refused.detail }

func unrepresentable(format string, arguments ...any) error {
	return refusal{"unrepresentable", fmt.Sprintf(format, arguments...)}
}

// signSequence makes the calls as one client does: with one signer.
func signSequence(asked *question) (object, error) {
	signer, calls := v4.NewSigner(), []object{}
	for index := range asked.Calls {
		signed, err := sign(&asked.Calls[index], signer)
		if err != nil {
			return nil, err
		}
		calls = append(calls, signed)
	}
	return object{"result": "signed-sequence", "calls": calls}, nil
}

// signEvents signs messages with the SDK's signer of event streams, which takes the signature before
// the first one as bytes. The head is signed as its middleware does, with the marker as hash.
func signEvents(asked *question) (object, error) {
	if asked.Key.Credentials == nil {
		return nil, refusal{"unsupported", "the signer derives its key itself"}
	}
	given, seed := *asked.Key.Credentials, string(asked.Start.SeedSignature)
	reply := object{"result": "signed-events"}
	if asked.Start.Request != nil {
		head := *asked
		head.Credentials, head.Request, head.Placement = given, *asked.Start.Request, "header"
		head.Normalize, head.DoubleEncode, head.SessionTokenSigned = true, true, true
		head.ContentSha256Header, head.Payload = true, "STREAMING-AWS4-HMAC-SHA256-EVENTS"
		signed, err := sign(&head, v4.NewSigner())
		if err != nil {
			return nil, err
		}
		delete(signed, "result")
		reply["head"] = signed
		for _, header := range signed["request"].(object)["headers"].([][2]text) {
			if _, signature, found := strings.Cut(string(header[1]), "Signature="); found {
				seed = signature
			}
		}
	}
	before, err := hex.DecodeString(seed)
	if err != nil {
		return nil, unrepresentable("a signature is bytes here, written in hexadecimal: %v", err)
	}
	signer := v4.NewStreamSigner(aws.Credentials{
		AccessKeyID:     string(given.AccessKeyID),
		SecretAccessKey: string(given.SecretAccessKey),
		SessionToken:    string(given.SessionToken),
	}, string(asked.Service), string(asked.Region), before)
	messages := []object{}
	for _, message := range asked.Messages {
		signingTime, err := time.Parse("20060102T150405Z", message.Time)
		if err != nil {
			return nil, err
		}
		signature, err := signer.GetSignature(
			context.Background(), []byte(message.Headers), []byte(message.Payload), signingTime)
		if err != nil {
			return nil, err
		}
		messages = append(messages, object{"signature": hex.EncodeToString(signature)})
	}
	reply["messages"] = messages
	return reply, nil
}

// sign signs a request of its own, as the SDK does for a retry: its middleware clones the request.
func sign(asked *question, signer *v4.Signer) (object, error) {
	if asked.Normalize && !asked.DoubleEncode {
		return nil, refusal{"unsupported", "the signer never normalises a path"}
	}
	hash := "UNSIGNED-PAYLOAD"
	switch asked.Payload {
	case "signed":
		sum := sha256.Sum256([]byte(asked.Request.Body))
		hash = hex.EncodeToString(sum[:])
	case "unsigned":
	case "STREAMING-AWS4-HMAC-SHA256-EVENTS":
		hash = asked.Payload
	default:
		return nil, refusal{"unsupported", "payload " + asked.Payload}
	}
	signingTime, err := time.Parse("20060102T150405Z", asked.Time)
	if err != nil {
		return nil, err
	}
	request, err := buildRequest(asked)
	if err != nil {
		return nil, err
	}
	keys := asked.Credentials
	credentials := aws.Credentials{
		AccessKeyID:     string(keys.AccessKeyID),
		SecretAccessKey: string(keys.SecretAccessKey),
		SessionToken:    string(keys.SessionToken),
	}
	stages := map[string]text{}
	options := func(options *v4.SignerOptions) {
		options.DisableHeaderHoisting = true
		options.DisableURIPathEscaping = !asked.DoubleEncode
		options.DisableSessionToken = !asked.SessionTokenSigned
		options.LogSigning = true
		options.Logger = logging.LoggerFunc(func(_ logging.Classification, _ string, shown ...any) {
			stages["canonical_request"] = text(shown[0].(string))
			stages["string_to_sign"] = text(shown[1].(string))
		})
	}
	region, service := string(asked.Region), string(asked.Service)
	tokenAfter := !asked.SessionTokenSigned && keys.SessionToken != ""
	if asked.Placement == "header" {
		if asked.ContentSha256Header {
			request.Header.Set(contentHeader, hash)
		}
		err = signer.SignHTTP(context.Background(), credentials, request, hash, service, region, signingTime, options)
		if tokenAfter {
			request.Header.Set(tokenName, credentials.SessionToken)
		}
	} else {
		query := request.URL.Query()
		query.Set("X-Amz-Expires", strconv.Itoa(asked.Expires))
		request.URL.RawQuery = query.Encode()
		var signedURL string
		var signed http.Header
		signedURL, signed, err = signer.PresignHTTP(
			context.Background(), credentials, request, hash, service, region, signingTime, options)
		if err != nil {
			return nil, err
		}
		if tokenAfter {
			signedURL += "&" + tokenName + "=" + url.QueryEscape(credentials.SessionToken)
		}
		request.Host = signed.Get("Host") // these headers "must be included", says the SDK
		request.URL, err = url.Parse(signedURL)
	}
	if err != nil {
		return nil, err
	}
	sent, err := wire(request)
	return object{"result": "signed", "request": sent, "stages": stages}, err
}

func buildRequest(asked *question) (*http.Request, error) {
	given := asked.Request
	path, query, _ := strings.Cut(string(given.Target), "?")
	request, err := http.NewRequest(
		string(given.Method), baseURL+string(given.Target), strings.NewReader(string(given.Body)))
	if err != nil {
		return nil, unrepresentable("http.NewRequest: %v", err)
	}
	if request.URL.EscapedPath() != path || request.URL.RawQuery != query {
		return nil, unrepresentable("net/url makes of this target %s", request.URL.RequestURI())
	}
	request.Host = ""
	for _, header := range given.Headers {
		name, value := string(header[0]), string(header[1])
		switch http.CanonicalHeaderKey(name) {
		case "Host":
			if request.Host != "" {
				return nil, unrepresentable("an http.Request has one Host")
			}
			request.Host = value
		case "Content-Length":
			if err := setContentLength(request, value, asked.Placement); err != nil {
				return nil, err
			}
		default:
			request.Header.Add(name, value)
		}
	}
	if request.Host == "" {
		return nil, unrepresentable("an http.Request without Host takes the host from its URL")
	}
	return request, nil
}

// setContentLength sets the field that net/http has for that header. It is the length of the body,
// but a URL may be presigned for a body that is still to come.
func setContentLength(request *http.Request, value, placement string) error {
	length, err := strconv.ParseInt(value, 10, 64)
	if err == nil && length == request.ContentLength {
		return nil
	}
	if err != nil || length < 0 || placement == "header" || request.ContentLength > 0 {
		return unrepresentable("net/http sends the body's own length, not Content-Length %s", value)
	}
	request.ContentLength, request.Body = length, io.NopCloser(strings.NewReader(""))
	return nil
}

// wire is what net/http sends.
func wire(request *http.Request) (object, error) {
	dump, err := httputil.DumpRequestOut(request, false)
	if err != nil {
		return nil, unrepresentable("net/http does not send it: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(dump), "\r\n\r\n"), "\r\n")
	start, headers := strings.Split(lines[0], " "), [][2]text{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		headers = append(headers, [2]text{text(name), text(value)})
	}
	return object{"method": text(start[0]), "target": text(start[1]), "headers": headers}, nil
}

// text is bytes of the protocol: a string, or an object with base64.
type text string

func (bytes *text) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return json.Unmarshal(raw, (*string)(bytes))
	}
	var encoded struct{ Base64 []byte }
	err := json.Unmarshal(raw, &encoded)
	*bytes = text(encoded.Base64)
	return err
}

func (bytes text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(bytes)) {
		return json.Marshal(string(bytes))
	}
	return json.Marshal(map[string][]byte{"base64": []byte(bytes)})
}

func answer(asked *question) (reply object) {
	defer func() {
		if failure := recover(); failure != nil {
			reply = object{"result": "error", "detail": fmt.Sprint(failure)}
		}
		reply["seq"] = asked.Seq
	}()
	var err error
	switch asked.Op {
	case "sign":
		reply, err = sign(asked, v4.NewSigner())
	case "sign-sequence":
		reply, err = signSequence(asked)
	case "sign-events":
		reply, err = signEvents(asked)
	default:
		return object{"result": "unsupported", "detail": "no operation " + asked.Op}
	}
	if refused, is := err.(refusal); is {
		return object{"result": refused.result, "detail": refused.detail}
	} else if err != nil {
		return object{"result": "error", "detail": err.Error()}
	}
	return reply
}

func main() {
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		asked := question{}
		if questions.Decode(&asked) != nil {
			return
		}
		if asked.Op == "hello" {
			answers.Encode(hello)
		} else {
			answers.Encode(answer(&asked))
		}
	}
}
