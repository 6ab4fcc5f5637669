module sigv4-conformance/minio-go

go 1.26.0

require github.com/minio/minio-go/v7 v7.4.1

require sigv4-conformance/kit v0.0.0

require (
	github.com/klauspost/cpuid/v2 v2.4.0 // indirect
	github.com/minio/md5-simd v1.1.2 // indirect
	golang.org/x/net v0.60.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.42.0 // indirect
)

replace sigv4-conformance/kit => ../kit/go
