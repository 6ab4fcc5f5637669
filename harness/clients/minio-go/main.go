// minio-go: objects, an upload in parts, listing, a presigned URL.
package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

func main() {
	endpoint, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL"))
	check(err)
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds:  credentials.NewEnvAWS(),
		Secure: endpoint.Scheme == "https",
		Region: "us-east-1",
	})
	check(err)
	ctx := context.Background()
	check(client.MakeBucket(ctx, "bucket", minio.MakeBucketOptions{}))
	for _, key := range []string{"a b", "a+b", "a=b(c)'d*e~f", "é", "dir/x"} {
		_, err := client.PutObject(ctx, "bucket", key, strings.NewReader(key), int64(len(key)), minio.PutObjectOptions{})
		check(err)
		object, err := client.GetObject(ctx, "bucket", key, minio.GetObjectOptions{})
		check(err)
		expect(object, key)
	}
	parts := bytes.NewReader(make([]byte, 6<<20))
	_, err = client.PutObject(ctx, "bucket", "parts", parts, -1, minio.PutObjectOptions{PartSize: 5 << 20})
	check(err)
	count := 0
	for object := range client.ListObjects(ctx, "bucket", minio.ListObjectsOptions{Recursive: true}) {
		check(object.Err)
		count++
	}
	if count != 6 {
		log.Fatalf("%d objects, expected 6", count)
	}
	presigned, err := client.PresignedGetObject(ctx, "bucket", "a b", time.Minute, nil)
	check(err)
	answer, err := http.Get(presigned.String())
	check(err)
	expect(answer.Body, "a b")
	check(client.RemoveObject(ctx, "bucket", "a b", minio.RemoveObjectOptions{}))
}

func expect(body io.Reader, text string) {
	read, err := io.ReadAll(body)
	check(err)
	if string(read) != text {
		log.Fatalf("got %q, expected %q", read, text)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
