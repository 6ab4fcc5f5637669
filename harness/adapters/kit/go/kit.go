// Package kit is what the adapters in Go share: the protocol of harness/PROTOCOL.md, and requests of
// net/http. An adapter names this folder in its go.mod (`replace sigv4-conformance/kit => ../kit/go`)
// and calls:
//
//	func sign(asked *kit.Sign) (kit.Object, error) {
//		request, err := kit.Request(asked) // or a type of the subject's own
//		...
//		return kit.Signed(request)
//	}
//
//	func main() {
//		kit.Serve(kit.Object{"name": "my-signer", "roles": []string{"sign-header"}},
//			map[string]kit.Operation{"sign": kit.Operate(sign)})
//	}
package kit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"
)

// Object is a message, or a part of one.
type Object = map[string]any

// Operation answers a question, given as JSON.
type Operation func(question []byte) (Object, error)

// Sign is the question `sign`.
type Sign struct {
	Placement           string      `json:"placement"`
	Normalize           bool        `json:"normalize"`
	DoubleEncode        bool        `json:"double_encode"`
	Time                Time        `json:"time"`
	Region              Text        `json:"region"`
	Service             Text        `json:"service"`
	Credentials         Credentials `json:"credentials"`
	SessionTokenSigned  bool        `json:"session_token_signed"`
	Payload             string      `json:"payload"`
	ContentSha256Header bool        `json:"content_sha256_header"`
	Expires             int64       `json:"expires"`
	Request             Given       `json:"request"`
}

// Given is the request of a question.
type Given struct {
	Method  Text      `json:"method"`
	Target  Text      `json:"target"`
	Headers [][2]Text `json:"headers"`
	Body    Text      `json:"body"`
}

// Credentials have a SessionToken of nil if there is none.
type Credentials struct {
	AccessKeyID     Text  `json:"access_key_id"`
	SecretAccessKey Text  `json:"secret_access_key"`
	SessionToken    *Text `json:"session_token"`
}

// Token is the session token, and empty without one.
func (credentials Credentials) Token() string {
	if credentials.SessionToken == nil {
		return ""
	}
	return string(*credentials.SessionToken)
}

// Text is bytes of the protocol: a string, or an object with base64.
type Text string

func (text *Text) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return json.Unmarshal(raw, (*string)(text))
	}
	var encoded struct{ Base64 []byte }
	err := json.Unmarshal(raw, &encoded)
	*text = Text(encoded.Base64)
	return err
}

func (text Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(text)) {
		return json.Marshal(string(text))
	}
	return json.Marshal(map[string][]byte{"base64": []byte(text)})
}

// Time is a moment of the protocol.
type Time struct{ time.Time }

func (moment *Time) UnmarshalJSON(raw []byte) (err error) {
	moment.Time, err = time.Parse(`"20060102T150405Z"`, string(raw))
	return err
}

// Refusal is a result other than that of success, and why.
type Refusal struct{ Result, Detail string }

func (refusal Refusal) Error() string { return refusal.Detail }

// Unsupported is the refusal of what the subject lacks.
func Unsupported(format string, arguments ...any) error {
	return Refusal{"unsupported", fmt.Sprintf(format, arguments...)}
}

// Unrepresentable is the refusal of what the subject's interface cannot hold.
func Unrepresentable(format string, arguments ...any) error {
	return Refusal{"unrepresentable", fmt.Sprintf(format, arguments...)}
}

// Operate makes an operation of a function that takes a question of any type.
func Operate[Question any](answer func(*Question) (Object, error)) Operation {
	return func(raw []byte) (Object, error) {
		asked := new(Question)
		if err := json.Unmarshal(raw, asked); err != nil {
			return nil, err
		}
		return answer(asked)
	}
}

// Signer makes one call.
type Signer = func(*Sign) (Object, error)

// Sequence makes the operation `sign-sequence`; each sequence has a signer of its own.
func Sequence(newSigner func() Signer) Operation {
	return Operate(func(asked *struct {
		Calls []Sign `json:"calls"`
	}) (Object, error) {
		sign, calls := newSigner(), []Object{}
		for index := range asked.Calls {
			signed, err := sign(&asked.Calls[index])
			if err != nil {
				return nil, err
			}
			calls = append(calls, signed)
		}
		return Object{"result": "signed-sequence", "calls": calls}, nil
	})
}

// Version is the version of a module that the adapter was built with.
func Version(module string) string {
	built, _ := debug.ReadBuildInfo()
	for _, dependency := range built.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	panic("not built with " + module)
}

// Serve greets with hello, and answers questions until the input ends.
func Serve(hello Object, operations map[string]Operation) {
	greeting := Object{"op": "hello", "protocol": 1, "language": "Go " + strings.TrimPrefix(runtime.Version(), "go")}
	for field, value := range hello {
		greeting[field] = value
	}
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for raw := (json.RawMessage{}); questions.Decode(&raw) == nil; {
		var head struct {
			Op  string          `json:"op"`
			Seq json.RawMessage `json:"seq"`
		}
		if err := json.Unmarshal(raw, &head); err != nil {
			panic(err)
		}
		if head.Op == "hello" {
			answers.Encode(greeting)
			continue
		}
		answer := reply(operations[head.Op], head.Op, bytes.Clone(raw))
		answer["seq"] = head.Seq
		answers.Encode(answer)
	}
}

func reply(operation Operation, name string, question []byte) (answer Object) {
	defer func() {
		if failure := recover(); failure != nil {
			answer = Object{"result": "error", "detail": fmt.Sprint("panic: ", failure)}
		}
	}()
	if operation == nil {
		return Object{"result": "unsupported", "detail": "no operation " + name}
	}
	answer, err := operation(question)
	if refusal, is := err.(Refusal); is {
		return Object{"result": refusal.Result, "detail": refusal.Detail}
	} else if err != nil {
		return Object{"result": "error", "detail": err.Error()}
	}
	return answer
}
