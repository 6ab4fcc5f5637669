"""pyarrow, whose filesystem is the AWS SDK for C++."""

import os

from pyarrow import fs

s3 = fs.S3FileSystem(
    endpoint_override=os.environ["AWS_ENDPOINT_URL"],
    region="us-east-1",
    tls_ca_file_path=os.environ.get("AWS_CA_BUNDLE"),
    allow_bucket_creation=True,
)
s3.create_dir("bucket")
for key in ["a b", "a+b", "é", "dir/x"]:
    with s3.open_output_stream(f"bucket/{key}") as file:
        file.write(key.encode())
    with s3.open_input_stream(f"bucket/{key}") as file:
        assert file.read() == key.encode(), key
assert len(s3.get_file_info(fs.FileSelector("bucket", recursive=True))) >= 4
s3.delete_file("bucket/a b")
