module sigv4-conformance/aws-sdk-go-v2

go 1.24

require (
	github.com/aws/aws-sdk-go-v2 v1.47.7
	github.com/aws/smithy-go v1.28.8
)

require sigv4-conformance/kit v0.0.0

replace sigv4-conformance/kit => ../kit/go
