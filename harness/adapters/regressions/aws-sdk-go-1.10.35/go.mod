module sigv4-conformance/aws-sdk-go

go 1.24

require github.com/aws/aws-sdk-go v1.10.35

require sigv4-conformance/kit v0.0.0

replace sigv4-conformance/kit => ../kit/go

require (
	github.com/go-ini/ini v1.25.4 // indirect
	github.com/jmespath/go-jmespath v0.4.0 // indirect
	github.com/smartystreets/goconvey v1.8.1 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
)
