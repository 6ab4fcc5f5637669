// Command adapter puts my-signer behind the protocol of sigv4-conformance, whose PROTOCOL.md describes every field of
// a question.
package main

import "sigv4-conformance/kit"

var hello = kit.Object{
	"name":     "my-signer",
	"version":  "0.1.0",
	"roles":    []string{"sign-header"}, // and "sign-query", if it presigns URLs
	"profiles": []string{"generic", "s3"},
	"features": []string{}, // what else it can do, such as "session-token"
}

func sign(asked *kit.Sign) (kit.Object, error) {
	// YOUR SIGNER GOES HERE. For example, for a signer of net/http:
	//
	//	request, err := kit.Request(asked)
	//	if err != nil {
	//		return nil, err
	//	}
	//	if asked.Payload != "signed" || asked.Credentials.SessionToken != nil || asked.Placement != "header" {
	//		return nil, kit.Unsupported("it signs the body, in a header, without a session token")
	//	}
	//	keys := asked.Credentials
	//	err = mysigner.Sign(request, string(keys.AccessKeyID), string(keys.SecretAccessKey),
	//		string(asked.Region), string(asked.Service), asked.Time.Time)
	//	if err != nil {
	//		return nil, err
	//	}
	//	return kit.Signed(request)
	//
	// Normalize and DoubleEncode say how the path becomes canonical. Return kit.Unsupported("why") where your signer
	// has no way to do what is asked, and kit.Unrepresentable("why") where it cannot hold the request.
	return nil, kit.Unsupported("no signer yet")
}

func main() {
	kit.Serve(hello, map[string]kit.Operation{"sign": kit.Operate(sign)})
}
