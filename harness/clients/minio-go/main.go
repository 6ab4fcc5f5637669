// minio-go: objects, an upload in parts, listing, a presigned URL; with the argument `names`, object by object.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
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
	if len(os.Args) > 1 && os.Args[1] == "names" {
		answer(client)
		return
	}
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

// answer does what the lines of standard input say, and answers each: `ok`, or `failed`, a tab and why.
func answer(client *minio.Client) {
	ctx := context.Background()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		var err error
		switch words[0] {
		case "put":
			_, err = client.FPutObject(ctx, "bucket", words[1], words[2], minio.PutObjectOptions{})
		case "head":
			_, err = client.StatObject(ctx, "bucket", words[1], minio.StatObjectOptions{})
		case "get":
			err = client.FGetObject(ctx, "bucket", words[1], words[2], minio.GetObjectOptions{})
		case "list":
			for object := range client.ListObjects(ctx, "bucket", minio.ListObjectsOptions{Prefix: words[1]}) {
				err = object.Err
			}
		}
		if err != nil {
			fmt.Printf("failed\t%s\n", strings.Join(strings.Fields(err.Error()), " "))
		} else {
			fmt.Println("ok")
		}
	}
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
