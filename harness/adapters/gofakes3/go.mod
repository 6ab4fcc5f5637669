module sigv4-conformance/gofakes3

go 1.24.0

require github.com/rclone/gofakes3 v0.0.12

require github.com/minio/xxml v0.0.3 // indirect
