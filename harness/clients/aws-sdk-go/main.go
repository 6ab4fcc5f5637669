// aws-sdk-go-v2: objects, a stream that cannot be rewound, listing, a presigned URL.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := s3.NewFromConfig(settings, func(options *s3.Options) { options.UsePathStyle = true })
	bucket := aws.String("bucket")
	_, err = client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket})
	check(err)
	for _, key := range []string{"a b", "a+b", "a=b(c)'d*e~f", "é", "dir/x", "a//b"} {
		input := s3.PutObjectInput{Bucket: bucket, Key: aws.String(key), Body: strings.NewReader(key)}
		_, err := client.PutObject(ctx, &input)
		check(err)
		object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String(key)})
		check(err)
		expect(object.Body, key)
	}
	listed, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket})
	check(err)
	if len(listed.Contents) != 6 {
		log.Fatalf("%d objects, expected 6", len(listed.Contents))
	}
	presigned, err := s3.NewPresignClient(client).PresignGetObject(ctx,
		&s3.GetObjectInput{Bucket: bucket, Key: aws.String("a b")})
	check(err)
	answer, err := http.Get(presigned.URL)
	check(err)
	expect(answer.Body, "a b")
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String("a b")})
	check(err)
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
