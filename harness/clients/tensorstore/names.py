"""tensorstore's key-value store on S3, object by object."""

import os

import tensorstore
from steps import answer, read, write

s3 = tensorstore.KvStore.open({
    "driver": "s3",
    "bucket": "bucket",
    "endpoint": os.environ["AWS_ENDPOINT_URL"],
    "aws_region": "us-east-1",
}).result()


def get(key, file):
    write(file, s3.read(key).result().value)


answer(
    put=lambda key, file: s3.write(key, read(file)).result(),
    get=get,
    list=lambda prefix: s3.list(tensorstore.KvStore.KeyRange(prefix, prefix + "\U0010ffff")).result(),
)
