"""OpenDAL, object by object."""

import os

import opendal
from steps import answer, read, write

s3 = opendal.Operator(
    "s3",
    bucket="bucket",
    endpoint=os.environ["AWS_ENDPOINT_URL"],
    region="us-east-1",
    access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
    secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    disable_ec2_metadata="true",
)
answer(
    put=lambda key, file: s3.write(key, read(file)),
    head=lambda key: s3.stat(key),
    get=lambda key, file: write(file, s3.read(key)),
    list=lambda prefix: list(s3.list(prefix)),
)
