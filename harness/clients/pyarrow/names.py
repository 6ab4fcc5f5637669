"""pyarrow, object by object. It lists folders, not prefixes."""

import os

from pyarrow import fs
from steps import answer, read, write

s3 = fs.S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"], region="us-east-1")


def put(key, file):
    with s3.open_output_stream(f"bucket/{key}") as stream:
        stream.write(read(file))


def get(key, file):
    with s3.open_input_stream(f"bucket/{key}") as stream:
        write(file, stream.read())


def head(key):
    assert s3.get_file_info(f"bucket/{key}").type == fs.FileType.File


answer(put=put, head=head, get=get)
