// Command adapter puts my-verifier behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field
// of a question.
package main

import "sigv4-conformance/kit"

var hello = kit.Object{
	"name":     "my-verifier",
	"version":  "0.1.0",
	"roles":    []string{"verify"},
	"profiles": []string{"generic", "s3"},
	"features": []string{}, // what else it can do, such as "session-token"
}

// arrived is the question `verify`.
type arrived struct {
	Time          kit.Time  `json:"time"`
	WindowSeconds int64     `json:"window_seconds"`
	Region        kit.Text  `json:"region"`
	Service       kit.Text  `json:"service"`
	Profile       string    `json:"profile"`
	Keys          []key     `json:"keys"`
	Request       kit.Given `json:"request"`
}

// key has no SecretAccessKey if the verifier gets a derived key, and no SessionToken if there is none.
type key struct {
	AccessKeyID     kit.Text  `json:"access_key_id"`
	SecretAccessKey *kit.Text `json:"secret_access_key"`
	SessionToken    *kit.Text `json:"session_token"`
	Active          bool      `json:"active"`
}

func verify(asked *arrived) (kit.Object, error) {
	// YOUR VERIFIER GOES HERE. For example, for a verifier of net/http:
	//
	//	request, err := kit.Request(&kit.Sign{Request: asked.Request})
	//	if err != nil {
	//		return nil, err
	//	}
	//	if err := myverifier.Verify(request, asked.Keys, asked.Time.Time); err != nil {
	//		return kit.Object{"result": "reject", "detail": err.Error()}, nil
	//	}
	//	return kit.Object{"result": "accept"}, nil
	//
	// Return kit.Unsupported("why") where your verifier has no way to do what is asked (chunks, forms, SigV4A, derived
	// keys), and kit.Unrepresentable("why") where it cannot hold the request.
	return nil, kit.Unsupported("no verifier yet")
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{"verify": kit.Operate(verify)})
}
