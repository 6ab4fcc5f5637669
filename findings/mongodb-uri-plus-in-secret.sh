#!/usr/bin/env bash
# A plus in a MongoDB URI: pymongo signs its AWS login with a space in the secret, and four drivers do in the token.
#
# Packages: pymongo 4.20.1 with pymongo-auth-aws 1.3.0, boto3 1.44.8 and dnspython 2.9.2 (PyPI); mongodb 6.22.0 with
# aws4 1.13.2 and @aws-sdk/credential-providers 3.1175.0 (npm); go.mongodb.org/mongo-driver/v2 2.10.0 (Go);
# org.mongodb:mongodb-driver-sync 5.6.0 (Maven). Run on 2026-12-01.
#
# Expected, as written down before the run: all four sign with the plus, in the secret as in the token.
#
# Seen: one URI, with authMechanism=MONGODB-AWS, an example secret and a token, in which each slash and equals sign is
# escaped and each plus is written as it is. The login is a signed GetCallerIdentity. Node, Go and Java sign it with the
# right secret. pymongo reads the plus as a space, and its signature is the one for a secret with a space. The token,
# which is an option of the same URI, has its plus turned into a space by all four, signed so and sent so. So one URI
# has two rules for a plus in three of the drivers, and one in the other. With %2B all of it is right everywhere.
#
# Why it surprises: secrets of AWS have plus signs, as its example has. The driver takes the URI without a word and logs
# in with another secret, and the next driver takes the same URI and logs in with the right one.
# Says otherwise: RFC 3986, section 3.2.1: a plus may stand in the user info as it is. Section 2.2: a reserved character
# and another one in its place make two URIs. (PyMongo's manual escapes with quote_plus(), which gives a hint.)
#
# For a user: escape the plus as well, in both places, or leave the keys to the environment.
set -euo pipefail
for tool in python3 node npm go java mvn; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
work=$(mktemp -d); trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pymongo==4.20.1 pymongo-auth-aws==1.3.0 \
    boto3==1.44.8 dnspython==2.9.2
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund mongodb@6.22.0 aws4@1.13.2 \
    @aws-sdk/credential-providers@3.1175.0 >/dev/null 2>&1
cat > server.py <<'PY'
# Speaks as much of MongoDB as a login needs, and says with which secret and token the login was signed.
import base64, datetime, hashlib, hmac, re, socketserver, struct
import bson

PLUS = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST, BODY = "sts.us-east-1.amazonaws.com", "Action=GetCallerIdentity&Version=2011-06-15"


def signature(names, scope, payload, nonce, secret):
    values = {"content-length": str(len(BODY)), "content-type": "application/x-www-form-urlencoded", "host": HOST,
              "x-amz-date": payload["d"], "x-amz-security-token": payload.get("t"), "x-mongodb-gs2-cb-flag": "n",
              "x-mongodb-server-nonce": base64.b64encode(nonce).decode()}
    lines = "".join(f"{name}:{values[name]}\n" for name in names.split(";"))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(BODY.encode()).hexdigest()}"
    text = "\n".join(["AWS4-HMAC-SHA256", payload["d"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while head := self.rfile.read(16):
            length, number, _, kind = struct.unpack("<4i", head)
            data = self.rfile.read(length - 16)
            start = 5 if kind == 2013 else data.index(b"\0", 4) + 9
            answer = bson.encode(self.answer(bson.decode(data[start:start + struct.unpack_from("<i", data, start)[0]])))
            kind, front = (2013, bytes(5)) if kind == 2013 else (1, struct.pack("<iqii", 8, 0, 0, 1))
            self.wfile.write(struct.pack("<4i", 16 + len(front + answer), 1, number, kind) + front + answer)

    def answer(self, command):
        if "saslStart" in command:
            self.nonce = bson.decode(command["payload"])["r"] + b"n" * 32
            payload = bson.encode({"s": bson.Binary(self.nonce), "h": HOST})
            return {"conversationId": 1, "done": False, "payload": bson.Binary(payload), "ok": 1.0}
        if "saslContinue" in command:
            payload = bson.decode(command["payload"])
            form = r"Credential=[^/]+/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)"
            scope, names, sent = re.search(form, payload["a"]).groups()
            found = [name for name, secret in [("plus", PLUS), ("space", PLUS.replace("+", " "))]
                     if signature(names, scope, payload, self.nonce, secret) == sent]
            print(f"    signed with a {' '.join(found)} in the secret, and the token {payload['t']!r}", flush=True)
            return {"conversationId": 1, "done": True, "payload": bson.Binary(b""), "ok": 1.0}
        return {"isWritablePrimary": True, "ismaster": True, "maxBsonObjectSize": 16777216,
                "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "minWireVersion": 0, "maxWireVersion": 21,
                "localTime": datetime.datetime(2026, 12, 1), "readOnly": False, "ok": 1.0}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    open("port", "w").write(str(server.server_address[1]))
    server.serve_forever()
PY
cat > run.py <<'PY'
import sys, pymongo
pymongo.MongoClient(sys.argv[1]).admin.command("ping")
PY
cat > run.cjs <<'JS'
const { MongoClient } = require("mongodb");
const client = new MongoClient(process.argv[2]);
client.db("admin").command({ ping: 1 }).finally(() => client.close());
JS
mkdir go java
cat > go/main.go <<'GO'
package main

import (
	"context"
	"os"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func main() {
	client, err := mongo.Connect(options.Client().ApplyURI(os.Args[1]))
	if err != nil {
		panic(err)
	}
	if err := client.Database("admin").RunCommand(context.Background(), bson.M{"ping": 1}).Err(); err != nil {
		panic(err)
	}
}
GO
(cd go && go mod init login && go get go.mongodb.org/mongo-driver/v2/mongo@v2.10.0 && go build -o login .) \
    >/dev/null 2>&1
cat > java/pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>login</groupId><artifactId>login</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.mongodb</groupId><artifactId>mongodb-driver-sync</artifactId><version>5.6.0</version>
    </dependency>
  </dependencies>
</project>
XML
cat > java/Run.java <<'JAVA'
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import org.bson.Document;

public class Run {
    public static void main(String[] arguments) {
        try (MongoClient client = MongoClients.create(arguments[0])) {
            client.getDatabase("admin").runCommand(new Document("ping", 1));
        }
    }
}
JAVA
mvn -q -f java/pom.xml dependency:copy-dependencies -DoutputDirectory=lib >/dev/null 2>&1
touch seen.txt
venv/bin/python server.py >> seen.txt 2>> errors.txt & server=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
for plus in + %2B; do
    uri="mongodb://AKIDEXAMPLE:wJalrXUtnFEMI%2FK7MDENG${plus}bPxRfiCYEXAMPLEKEY@127.0.0.1:$(cat port)/"
    uri="$uri?authSource=\$external"
    uri="$uri&serverSelectionTimeoutMS=9000&authMechanism=MONGODB-AWS"
    uri="$uri&authMechanismProperties=AWS_SESSION_TOKEN:to${plus}ken%2Fof%3D"
    for driver in "venv/bin/python run.py" "node run.cjs" "go/login" "java -cp java/lib/* java/Run.java"; do
        echo "$plus, ${driver%% *}" >> seen.txt
        (set -f; timeout 60 $driver "$uri" >> errors.txt 2>&1) || { echo "    failed" >> seen.txt; tail -3 errors.txt; }
    done
done
cat > expected.txt <<'TXT'
+, venv/bin/python
    signed with a space in the secret, and the token 'to ken/of='
+, node
    signed with a plus in the secret, and the token 'to ken/of='
+, go/login
    signed with a plus in the secret, and the token 'to ken/of='
+, java
    signed with a plus in the secret, and the token 'to ken/of='
%2B, venv/bin/python
    signed with a plus in the secret, and the token 'to+ken/of='
%2B, node
    signed with a plus in the secret, and the token 'to+ken/of='
%2B, go/login
    signed with a plus in the secret, and the token 'to+ken/of='
%2B, java
    signed with a plus in the secret, and the token 'to+ken/of='
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: the drivers no longer read a plus in a URI as recorded."; exit 1; }
echo "As recorded: a plus in the URI is a space in pymongo's secret and in the token of all four."
