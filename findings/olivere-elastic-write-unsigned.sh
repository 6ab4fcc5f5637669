#!/usr/bin/env bash
# olivere/elastic: where credentials cannot be had, a read is refused and a write is sent without a signature.
#
# Packages (Go): github.com/olivere/elastic/v7 7.0.32, its package aws/v4, with github.com/aws/aws-sdk-go 1.55.8. Run on
# 2026-11-30.
#
# Expected, as written down before the run: an error and no request, with and without a body alike.
#
# Seen: the provider of the credentials fails, as one does whose token has expired. A GET returns that error, and nothing
# is sent. A PUT of a document is sent with its body, with a Date, and with no Authorization, and what the server says
# is the result; where it says 200, all is well. The signer of the SDK reports the error each time; on the way of a
# request with a body, it is kept in a variable that ends with its block.
#
# Why it surprises: one transport has two answers to one failure, and the one for writes looks like success, or like a
# policy that forbids what it allowed before: the service answers that an anonymous user may not write.
# Says otherwise: net/http, RoundTripper: RoundTrip returns an error if it fails to obtain a response. The comment of the
# transport: it signs a request first.
#
# For a user: "User: anonymous is not authorized" in the log of a program that signs means that the credentials are
# missing. Look for errors of reads at the same time.
set -euo pipefail
command -v go >/dev/null || { echo "needs go"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
cat > main.go <<'GO'
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-sdk-go/aws/credentials"
	v4 "github.com/olivere/elastic/v7/aws/v4"
)

// A provider that fails, as one that asks for keys does when its token has expired.
type failing struct{}

func (failing) Retrieve() (credentials.Value, error) { return credentials.Value{}, errors.New("expired") }
func (failing) IsExpired() bool                      { return true }

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, signed := r.Header["Authorization"]
		fmt.Printf("  arrives: %s, body %q, signed %v\n", r.Method, body, signed)
	}))
	static := credentials.NewStaticCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "")
	send := func(keys *credentials.Credentials, method, body string) {
		var reader io.Reader
		if body != "" {
			reader = strings.NewReader(body)
		}
		request, _ := http.NewRequest(method, server.URL+"/logs/_doc/1", reader)
		answer, err := v4.NewV4SigningClient(keys, "us-east-1").Do(request)
		if err != nil {
			fmt.Printf("  %s: error %v\n", method, errors.Unwrap(err))
			return
		}
		fmt.Printf("  %s: %d\n", method, answer.StatusCode)
	}
	for _, way := range []string{"with keys", "without keys"} {
		keys := static
		if way == "without keys" {
			keys = credentials.NewCredentials(failing{})
		}
		fmt.Println(way)
		send(keys, "GET", "")
		send(keys, "PUT", "{}")
		send(keys, "DELETE", "")
	}
}
GO
go mod init unsigned >/dev/null 2>&1
go get github.com/olivere/elastic/v7/aws/v4@v7.0.32 github.com/aws/aws-sdk-go@v1.55.8 >/dev/null 2>&1
go run . > seen.txt
cat > expected.txt <<'TXT'
with keys
  arrives: GET, body "", signed true
  GET: 200
  arrives: PUT, body "{}", signed true
  PUT: 200
  arrives: DELETE, body "", signed true
  DELETE: 200
without keys
  GET: error expired
  arrives: PUT, body "{}", signed false
  PUT: 200
  DELETE: error expired
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: olivere/elastic no longer sends unsigned writes as recorded."; exit 1; }
echo "As recorded: without credentials, a request with a body is sent unsigned, and one without a body is an error."
