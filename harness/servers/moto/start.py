"""The server of moto, where one user has the key that is given and every request needs a signature.

moto makes up its keys, and lets a number of requests pass unsigned: both are set here.
"""

import json
import os
import sys

port, access_key_id, secret_access_key = sys.argv[1:]
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"

from moto.core import DEFAULT_ACCOUNT_ID  # noqa: E402
from moto.iam.models import iam_backends  # noqa: E402
from moto.server import main  # noqa: E402

iam = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
user = iam.create_user("us-east-1", "vectors")
everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
iam.put_user_policy("vectors", "everything", json.dumps(everything))
key = iam.create_access_key("vectors", prefix="AKIA")
key.access_key_id, key.secret_access_key = access_key_id, secret_access_key

main(["-H", "127.0.0.1", "-p", port])
