#!/usr/bin/env bash
# aws-http-auth signs for the service "api" in the region "ecr": the first two labels of a host, whatever they are.
#
# Packages (PyPI): aws-http-auth 0.0.2, requests 2.34.2; botocore 1.44.8 for comparison.
#
# Seen: of the 113 services of botocore that speak JSON, which is what the package is made for, the credential scope is
# right for 97. For api.ecr.eu-central-1.amazonaws.com, the request is signed for the service `api` in the region `ecr`,
# for the streams of DynamoDB for `streams` in `dynamodb`, and for budgets.amazonaws.com for the region `amazonaws`.
# Where the host begins with another name than the one that is signed, the service is wrong: `forecastquery` in place of
# `forecast`.
#
# Why it surprises: the README promises to find out region and service, and there is no argument to say what they are.
# The services of the examples are found right.
# Says otherwise: the README, "Zero config: Automatically detects AWS regions and services from URLs". The endpoints and
# names of AWS's services, as botocore has them.
#
# For a user: this is one reason for "Credential should be scoped to a valid region". No host can be used that is not
# of the form service.region.amazonaws.com.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aws-http-auth==0.0.2 requests==2.34.2 botocore==1.44.8
cat > run.py <<'PY'
import botocore.session
import requests
from aws_http_auth.credentials import AWSCredentials
from aws_http_auth.http_auth import AWSV4SignerAuth

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

session = botocore.session.Session()
auth = AWSV4SignerAuth(credentials=AWSCredentials(KEY, SECRET, "TOKENEXAMPLE"))
asked, right = 0, 0
for name in session.get_available_services():
    if session.get_service_model(name).metadata.get("protocol") != "json":
        continue
    client = session.create_client(name, "eu-central-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET)
    signer = client._request_signer
    expected = f"{signer.region_name}/{signer.signing_name}"
    url = client.meta.endpoint_url
    request = requests.Request("POST", url, json={}, headers={"X-Amz-Target": "Example.List"}, auth=auth).prepare()
    signed = "/".join(request.headers["Authorization"].split("/")[2:4])
    asked, right = asked + 1, right + (signed == expected)
    if signed != expected:
        print(f"{url.removeprefix('https://')}: signed for {signed}, expected {expected}")
print(f"{right} of {asked} right")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
bedrock-data-automation-runtime.eu-central-1.amazonaws.com: signed for eu-central-1/bedrock-data-automation-runtime, expected eu-central-1/bedrock
budgets.amazonaws.com: signed for amazonaws/budgets, expected us-east-1/budgets
streams.dynamodb.eu-central-1.amazonaws.com: signed for dynamodb/streams, expected eu-central-1/dynamodb
api.ecr.eu-central-1.amazonaws.com: signed for ecr/api, expected eu-central-1/ecr
api.ecr-public.eu-central-1.amazonaws.com: signed for ecr-public/api, expected eu-central-1/ecr-public
forecastquery.eu-central-1.amazonaws.com: signed for eu-central-1/forecastquery, expected eu-central-1/forecast
api.tunneling.iot.eu-central-1.amazonaws.com: signed for tunneling/api, expected eu-central-1/IoTSecuredTunneling
cassandra-streams.eu-central-1.amazonaws.com: signed for eu-central-1/cassandra-streams, expected eu-central-1/cassandra
metering.marketplace.eu-central-1.amazonaws.com: signed for marketplace/metering, expected eu-central-1/aws-marketplace
migrationhub-config.eu-central-1.amazonaws.com: signed for eu-central-1/migrationhub-config, expected eu-central-1/mgh
controlplane.payment-cryptography.eu-central-1.amazonaws.com: signed for payment-cryptography/controlplane, expected eu-central-1/payment-cryptography
api.pricing.eu-central-1.amazonaws.com: signed for pricing/api, expected eu-central-1/pricing
api.sagemaker.eu-central-1.amazonaws.com: signed for sagemaker/api, expected eu-central-1/sagemaker
query.timestream.eu-central-1.amazonaws.com: signed for timestream/query, expected eu-central-1/timestream
ingest.timestream.eu-central-1.amazonaws.com: signed for timestream/ingest, expected eu-central-1/timestream
waf.amazonaws.com: signed for amazonaws/waf, expected us-east-1/waf
97 of 113 right
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: aws-http-auth no longer reads hosts as recorded."; exit 1; }
echo "As recorded: aws-http-auth signs for the first two labels of a host."
