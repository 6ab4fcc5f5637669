module sigv4-conformance/smithy-go

go 1.24

require github.com/aws/smithy-go/aws-http-auth v1.2.2

require sigv4-conformance/kit v0.0.0

replace sigv4-conformance/kit => ../kit/go
