#!/usr/bin/env bash
# requests-aws4auth reads a Date header in five formats, and fails for each of them.
#
# Packages (PyPI): requests-aws4auth 1.4.0, requests 2.34.2.
#
# Seen: signing a request with a Date header and no X-Amz-Date raises KeyError: 'x-amz-date', in each of the five
# formats that the documentation lists. With X-Amz-Date, it is signed. With a Date that cannot be read, too: the
# header is replaced by an X-Amz-Date of the current time. Only dates that are understood fail.
#
# Why it surprises: the package reads the header and makes the key for its day, as documented. Then it takes the time
# in the string to sign from X-Amz-Date alone.
# Says otherwise: the package's README, "Date handling": AWS4Auth extracts dates from X-Amz-Date and Date headers,
# with the formats; a date is added only where a request has none.
#
# For a user: the error names a header that the program never set. Remove Date before signing, or set X-Amz-Date as
# well.
set -euo pipefail
command -v python3 >/dev/null || { echo "needs python3"; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests-aws4auth==1.4.0 requests==2.34.2
cat > run.py <<'PY'
import requests
from requests_aws4auth import AWS4Auth

auth = AWS4Auth("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "s3")
for name, value in [
    ("X-Amz-Date", "20150830T123600Z"),
    ("Date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("Date", "Sunday, 30-Aug-15 12:36:00 GMT"),
    ("Date", "Sun Aug 30 12:36:00 2015"),
    ("Date", "20150830T123600Z"),
    ("Date", "2015-08-30T12:36:00Z"),
    ("Date", "yesterday"),
]:
    try:
        sent = requests.Request("GET", "https://example.amazonaws.com/", headers={name: value}, auth=auth).prepare()
        same = "at that time" if sent.headers["X-Amz-Date"] == value else "at the current time"
        print(f"{name}: {value}: signed {same}, Date {'kept' if 'Date' in sent.headers else 'absent'}")
    except KeyError as error:
        print(f"{name}: {value}: KeyError {error}")
PY
venv/bin/python run.py > seen.txt
cat > expected.txt <<'TXT'
X-Amz-Date: 20150830T123600Z: signed at that time, Date absent
Date: Sun, 30 Aug 2015 12:36:00 GMT: KeyError 'x-amz-date'
Date: Sunday, 30-Aug-15 12:36:00 GMT: KeyError 'x-amz-date'
Date: Sun Aug 30 12:36:00 2015: KeyError 'x-amz-date'
Date: 20150830T123600Z: KeyError 'x-amz-date'
Date: 2015-08-30T12:36:00Z: KeyError 'x-amz-date'
Date: yesterday: signed at the current time, Date absent
TXT
cat seen.txt
diff expected.txt seen.txt || { echo "Changed: requests-aws4auth no longer treats a Date header as recorded."; exit 1; }
echo "As recorded: a Date header in a documented format raises KeyError, and one that cannot be read does not."
