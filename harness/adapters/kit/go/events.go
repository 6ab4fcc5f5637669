package kit

import (
	"encoding/hex"
	"strings"
	"time"
)

const eventsMarker = "STREAMING-AWS4-HMAC-SHA256-EVENTS"

// MessageSigner signs the next message of an event stream.
type MessageSigner = func(headers, payload []byte, moment time.Time) ([]byte, error)

type events struct {
	Time    Time `json:"time"`
	Region  Text `json:"region"`
	Service Text `json:"service"`
	Key     struct {
		Credentials *Credentials `json:"credentials"`
	} `json:"key"`
	Start struct {
		Request       *Given `json:"request"`
		SeedSignature Text   `json:"seed_signature"`
	} `json:"start"`
	Messages []struct {
		Time    Time `json:"time"`
		Headers Text `json:"headers"`
		Payload Text `json:"payload"`
	} `json:"messages"`
}

// Events makes the operation `sign-events` for a signer that derives its key itself and takes the
// signature before the first message as bytes. The head is signed with the marker as hash.
func Events(newSigner func() Signer,
	newMessageSigner func(keys Credentials, service, region string, seed []byte) MessageSigner) Operation {
	return Operate(func(asked *events) (Object, error) {
		if asked.Key.Credentials == nil {
			return nil, Unsupported("the signer derives its key itself")
		}
		given, seed := *asked.Key.Credentials, string(asked.Start.SeedSignature)
		reply := Object{"result": "signed-events"}
		if asked.Start.Request != nil {
			head, err := newSigner()(&Sign{
				Placement: "header", Normalize: true, DoubleEncode: true, Time: asked.Time, Region: asked.Region,
				Service: asked.Service, Credentials: given, SessionTokenSigned: true, Payload: eventsMarker,
				ContentSha256Header: true, Request: *asked.Start.Request,
			})
			if err != nil {
				return nil, err
			}
			delete(head, "result")
			reply["head"] = head
			for _, header := range head["request"].(Object)["headers"].([][2]Text) {
				if _, signature, found := strings.Cut(string(header[1]), "Signature="); found {
					seed = signature
				}
			}
		}
		before, err := hex.DecodeString(seed)
		if err != nil {
			return nil, Unrepresentable("a signature is bytes here, written in hexadecimal: %v", err)
		}
		sign := newMessageSigner(given, string(asked.Service), string(asked.Region), before)
		messages := []Object{}
		for _, message := range asked.Messages {
			signature, err := sign([]byte(message.Headers), []byte(message.Payload), message.Time.Time)
			if err != nil {
				return nil, err
			}
			messages = append(messages, Object{"signature": hex.EncodeToString(signature)})
		}
		reply["messages"] = messages
		return reply, nil
	})
}
