"""htslib, by way of pysam: a compressed file written in parts and read again."""

import os
import urllib.parse

endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
# htslib reads these when it is loaded.
os.environ["HTS_S3_HOST"] = endpoint.netloc
os.environ["HTS_S3_ADDRESS_STYLE"] = "path"

import pysam  # noqa: E402

for key in ["a.gz", "dir/a b+c.gz"]:
    url = f"s3+{endpoint.scheme}://bucket/{urllib.parse.quote(key)}"
    with pysam.BGZFile(url, "w") as file:
        file.write(b"hello")
    with pysam.BGZFile(url, "r") as file:
        assert file.read() == b"hello", key
