"""boto3: objects, a large upload in parts, a presigned URL, and services with other protocols."""

import io
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

s3 = boto3.client("s3")
s3.create_bucket(Bucket="bucket")
for key in ["a b", "a+b", "a=b(c)'d*e~f", "é", "dir/x", "a%20b", "a//b", "../up"]:
    s3.put_object(Bucket="bucket", Key=key, Body=key.encode(), Metadata={"note": "a  b"})
    assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == key.encode(), key
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", PaginationConfig={"PageSize": 3})
assert len([item for page in pages for item in page["Contents"]]) == 8

parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
s3.upload_fileobj(io.BytesIO(bytes(6 << 20)), "bucket", "parts", Config=parts)
assert s3.head_object(Bucket="bucket", Key="parts")["ContentLength"] == 6 << 20

# Without this setting it presigns with version 2.
s3v4 = boto3.client("s3", config=Config(signature_version="s3v4"))
url = s3v4.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "a b"})
assert urllib.request.urlopen(url).read() == b"a b"
s3.copy_object(Bucket="bucket", Key="copy", CopySource={"Bucket": "bucket", "Key": "a b"})
s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "copy"}, {"Key": "a b"}]})

assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
boto3.client("dynamodb").list_tables()
boto3.client("sqs").list_queues()
