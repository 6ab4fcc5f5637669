"""boto3, object by object."""

import boto3
from steps import answer, read, write

s3 = boto3.client("s3")
answer(
    put=lambda key, file: s3.put_object(Bucket="bucket", Key=key, Body=read(file)),
    head=lambda key: s3.head_object(Bucket="bucket", Key=key),
    get=lambda key, file: write(file, s3.get_object(Bucket="bucket", Key=key)["Body"].read()),
    list=lambda prefix: s3.list_objects_v2(Bucket="bucket", Prefix=prefix),
)
