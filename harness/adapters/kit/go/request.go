package kit

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
)

const baseURL = "https://example.amazonaws.com" // for the URL only: the Host header is given

// PayloadHash is the body's hash, or the marker that stands for it.
func (asked *Sign) PayloadHash() (string, error) {
	switch asked.Payload {
	case "signed":
		sum := sha256.Sum256([]byte(asked.Request.Body))
		return hex.EncodeToString(sum[:]), nil
	case "unsigned":
		return "UNSIGNED-PAYLOAD", nil
	case eventsMarker: // only Events asks for it: the harness has an operation of its own for it
		return eventsMarker, nil
	}
	return "", Unsupported("payload %s", asked.Payload)
}

// Request is the question's request as net/http has it. A target that net/url would spell otherwise (a
// raw space, a raw letter outside ASCII) never reaches a signer of such requests.
func Request(asked *Sign) (*http.Request, error) {
	given := asked.Request
	path, query, _ := strings.Cut(string(given.Target), "?")
	request, err := http.NewRequest(
		string(given.Method), baseURL+string(given.Target), strings.NewReader(string(given.Body)))
	if err != nil {
		return nil, Unrepresentable("http.NewRequest: %v", err)
	}
	if request.URL.EscapedPath() != path || request.URL.RawQuery != query {
		return nil, Unrepresentable("net/url makes of this target %s", request.URL.RequestURI())
	}
	request.Host = ""
	for _, header := range given.Headers {
		name, value := string(header[0]), string(header[1])
		switch http.CanonicalHeaderKey(name) {
		case "Host":
			if request.Host != "" {
				return nil, Unrepresentable("an http.Request has one Host")
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
		return nil, Unrepresentable("an http.Request without Host takes the host from its URL")
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
		return Unrepresentable("net/http sends the body's own length, not Content-Length %s", value)
	}
	request.ContentLength, request.Body = length, io.NopCloser(strings.NewReader(""))
	return nil
}

// Signed is the answer for a signed request: what net/http sends.
func Signed(request *http.Request) (Object, error) {
	dump, err := httputil.DumpRequestOut(request, false)
	if err != nil {
		return nil, Unrepresentable("net/http does not send it: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(dump), "\r\n\r\n"), "\r\n")
	method, rest, _ := strings.Cut(lines[0], " ")
	target, headers := strings.TrimSuffix(rest, " HTTP/1.1"), [][2]Text{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		headers = append(headers, [2]Text{Text(name), Text(value)})
	}
	sent := Object{"method": Text(method), "target": Text(target), "headers": headers}
	return Object{"result": "signed", "request": sent}, nil
}
