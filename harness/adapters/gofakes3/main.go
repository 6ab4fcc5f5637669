// An adapter of github.com/rclone/gofakes3/signature, the verifier of `rclone serve s3`.
//
// A server of net/http reads the request from its bytes, over a pipe in memory; what it refuses by itself is
// unrepresentable. Its handler calls V4SignVerifyWithLookup with the keys of the question; TimeNow of the package
// gives its time. Only S3: the service of the key is fixed, and the region is taken from the request. Session tokens
// are not its part.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/rclone/gofakes3/signature"
)

type text []byte

func (value *text) UnmarshalJSON(line []byte) error {
	var plain string
	if json.Unmarshal(line, &plain) == nil {
		*value = text(plain)
		return nil
	}
	var encoded struct{ Base64 []byte }
	err := json.Unmarshal(line, &encoded)
	*value = encoded.Base64
	return err
}

type question struct {
	Op      string
	Seq     json.RawMessage
	Time    string
	Profile string
	Keys    []struct {
		ID     text  `json:"access_key_id"`
		Secret *text `json:"secret_access_key"`
		Token  *text `json:"session_token"`
		Active bool
	}
	Request struct {
		Method, Target, Body text
		Headers              [][2]text
	}
}

type object = map[string]any

func said(result string, detail any) object {
	return object{"result": result, "detail": fmt.Sprint(detail)}
}

// unsupported says what the package cannot judge, by what the request says of itself.
func unsupported(asked *question) string {
	header := map[string]string{}
	for _, pair := range asked.Request.Headers {
		name := strings.ToLower(string(pair[0]))
		if _, known := header[name]; !known {
			header[name] = strings.TrimSpace(string(pair[1]))
		}
	}
	algorithm, target := "AWS4-ECDSA-P256-SHA256", string(asked.Request.Target)
	switch {
	case asked.Profile != "s3":
		return "no services other than S3"
	case strings.HasPrefix(header["authorization"], algorithm) || header["x-amz-region-set"] != "",
		strings.Contains(target, "X-Amz-Algorithm="+algorithm), strings.Contains(target, "X-Amz-Region-Set="):
		return "no SigV4A"
	case strings.HasPrefix(header["content-type"], "multipart/form-data"):
		return "no forms"
	case strings.HasPrefix(header["x-amz-content-sha256"], "STREAMING-"), header["x-amz-decoded-content-length"] != "",
		strings.Contains(header["content-encoding"], "aws-chunked"):
		return "no bodies in chunks"
	}
	for _, key := range asked.Keys {
		if key.Secret == nil {
			return "it derives the keys itself, from the secret"
		}
		if key.Token != nil {
			return "no session tokens"
		}
	}
	return ""
}

func verify(asked *question) (answer object) {
	if lacks := unsupported(asked); lacks != "" {
		return said("unsupported", lacks)
	}
	now, err := time.Parse("20060102T150405Z", asked.Time)
	if err != nil {
		return said("error", err)
	}
	var wire bytes.Buffer
	fmt.Fprintf(&wire, "%s %s HTTP/1.1\r\n", asked.Request.Method, asked.Request.Target)
	for _, pair := range asked.Request.Headers {
		fmt.Fprintf(&wire, "%s: %s\r\n", pair[0], pair[1])
	}
	fmt.Fprintf(&wire, "\r\n%s", asked.Request.Body)
	signature.TimeNow = func() time.Time { return now }
	return served(wire.Bytes(), func(request *http.Request) (answer object) {
		defer func() {
			if problem := recover(); problem != nil {
				answer = said("error", problem)
			}
		}()
		code := signature.V4SignVerifyWithLookup(request, func(id string) (string, bool) {
			for _, key := range asked.Keys {
				if key.Active && string(key.ID) == id {
					return string(*key.Secret), true
				}
			}
			return "", false
		})
		if code != signature.ErrNone {
			return said("reject", signature.GetAPIError(code).Code)
		}
		return object{"result": "accept"}
	})
}

// served gives what judge says of the request that a server reads from these bytes.
func served(wire []byte, judge func(*http.Request) object) object {
	var answer object
	near, far := net.Pipe()
	server := http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		answer = judge(request)
	})}
	go server.Serve(&once{conn: far})
	go near.Write(wire)
	response, err := http.ReadResponse(bufio.NewReader(near), nil)
	near.Close()
	switch {
	case err != nil:
		return said("error", err)
	case answer == nil:
		return said("unrepresentable", "the server says "+response.Status)
	}
	return answer
}

// once is a listener of one connection.
type once struct {
	conn net.Conn
	done bool
}

func (listener *once) Accept() (net.Conn, error) {
	if listener.done {
		return nil, io.EOF
	}
	listener.done = true
	return listener.conn, nil
}

func (listener *once) Close() error   { return nil }
func (listener *once) Addr() net.Addr { return listener.conn.LocalAddr() }

func version() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/rclone/gofakes3" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}

func main() {
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for asked := (question{}); questions.Decode(&asked) == nil; asked = (question{}) {
		answer := said("unsupported", "it only verifies")
		switch asked.Op {
		case "hello":
			answers.Encode(object{
				"op": "hello", "protocol": 1, "name": "gofakes3", "version": version(), "language": "Go",
				"roles": []string{"verify"}, "profiles": []string{"s3"},
				"features": []string{"absent-host", "duplicate-headers", "empty-header-value", "odd-method",
					"odd-header-name", "padded-header-value"},
			})
			continue
		case "verify":
			answer = verify(&asked)
		}
		answer["seq"] = asked.Seq
		answers.Encode(answer)
	}
}
