"""minio-py: objects, an upload in parts, listing, a presigned URL."""

import io
import os
import urllib.parse
import urllib.request

from minio import Minio

endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
client = Minio(
    endpoint.netloc,
    access_key=os.environ["AWS_ACCESS_KEY_ID"],
    secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    secure=endpoint.scheme == "https",
    region="us-east-1",
)
client.make_bucket("bucket")
for key in ["a b", "a+b", "a=b(c)'d*e~f", "é", "dir/x"]:
    client.put_object("bucket", key, io.BytesIO(key.encode()), len(key.encode()))
    answer = client.get_object("bucket", key)
    assert answer.read() == key.encode(), key
    answer.close()
client.put_object("bucket", "parts", io.BytesIO(bytes(6 << 20)), -1, part_size=5 << 20)
assert client.stat_object("bucket", "parts").size == 6 << 20
assert len(list(client.list_objects("bucket", recursive=True))) == 6
url = client.presigned_get_object("bucket", "a b")
assert urllib.request.urlopen(url).read() == b"a b"
client.remove_object("bucket", "a b")
