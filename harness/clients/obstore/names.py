"""obstore, which is object_store of Apache Arrow, object by object."""

import os

import obstore
from obstore.store import S3Store
from steps import answer, read, write

s3 = S3Store(
    "bucket",
    endpoint=os.environ["AWS_ENDPOINT_URL"],
    region="us-east-1",
    access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
    secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    virtual_hosted_style_request=False,
    client_options={"allow_http": True},
)
answer(
    put=lambda key, file: obstore.put(s3, key, read(file)),
    head=lambda key: obstore.head(s3, key),
    get=lambda key, file: write(file, obstore.get(s3, key).bytes()),
    list=lambda prefix: obstore.list(s3, prefix).collect(),
)
