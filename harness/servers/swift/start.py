"""Swift with the S3 API in one process: the proxy with tempauth, and one server each for accounts, containers and objects.

The configuration of tempauth can only hold access keys of the form ACCOUNT:USER, so its user is renamed afterwards.
"""

import os
import sys

import eventlet
from swift.common import utils

utils.monkey_patch()

from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

data, access_key_id, secret_access_key, region, *ports = sys.argv[1:]
PIPELINE = "catch_errors gatekeeper healthcheck s3api tempauth copy slo dlo proxy-server"
STORES = ("account", "container", "object")


def write(name, text):
    path = os.path.join(data, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def serve(app, port):
    socket = eventlet.listen(("127.0.0.1", int(port)), backlog=128)
    return eventlet.spawn(eventlet.wsgi.server, socket, app, log_output=False)


write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = vectors\n[storage-policy:0]\nname = only\ndefault = yes\n")
utils.set_swift_dir(data)
common = f"[DEFAULT]\nswift_dir = {data}\ndevices = {data}/devices\nmount_check = false\nfallocate_reserve = 0\nlog_address = /dev/null\n"
os.makedirs(os.path.join(data, "devices", "disk"))
for store, port in zip(STORES, ports[1:]):
    ring = RingBuilder(4, 1, 0)
    device = {"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": int(port), "device": "disk"}
    ring.add_dev(device | {"replication_ip": "127.0.0.1", "replication_port": int(port), "meta": ""})
    ring.rebalance()
    ring.get_ring().save(os.path.join(data, f"{store}.ring.gz"))
    configuration = write(f"{store}.conf", f"{common}[app:main]\nuse = egg:swift#{store}\n")
    serve(loadapp(configuration), port)

filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in PIPELINE.split() if name not in ("s3api", "tempauth", "proxy-server"))
configuration = write("proxy.conf", f"""{common}
[pipeline:main]
pipeline = {PIPELINE}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
{filters}
[filter:s3api]
use = egg:swift#s3api
location = {region}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret_access_key} .admin
""")
proxy = loadapp(configuration)
auth = proxy
while not hasattr(auth, "users"):
    auth = auth.app
auth.users[access_key_id] = auth.users.pop("test:tester")
serve(proxy, ports[0]).wait()
