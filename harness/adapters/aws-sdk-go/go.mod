module sigv4-conformance/aws-sdk-go

go 1.24

require github.com/aws/aws-sdk-go v1.55.8

require sigv4-conformance/kit v0.0.0

require github.com/jmespath/go-jmespath v0.4.0 // indirect

replace sigv4-conformance/kit => ../kit/go
