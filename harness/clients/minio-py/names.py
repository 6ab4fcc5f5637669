"""minio-py, object by object."""

import io
import os
import urllib.parse

from minio import Minio
from steps import answer, read, write

client = Minio(
    urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc,
    access_key=os.environ["AWS_ACCESS_KEY_ID"],
    secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    secure=False,
    region="us-east-1",
)


def put(key, file):
    contents = read(file)
    client.put_object("bucket", key, io.BytesIO(contents), len(contents))


answer(
    put=put,
    head=lambda key: client.stat_object("bucket", key),
    get=lambda key, file: write(file, client.get_object("bucket", key).read()),
    list=lambda prefix: list(client.list_objects("bucket", prefix)),
)
