//! Examples in the help of the verbs whose words need no other explanation.

pub(super) const ADAPTER: &str = "\
Examples:
  sigv4-conformance adapter reference                                 what a sound adapter answers
  sigv4-conformance signer -- sigv4-conformance adapter model --mistake query-unsorted";

pub(super) const DOCTOR: &str = "Example: sigv4-conformance doctor -- python3 my-signer/adapter.py";

pub(super) const NEW_ADAPTER: &str = "\
Examples:
  sigv4-conformance new-adapter --language python my-signer
  sigv4-conformance doctor -- python3 my-signer/adapter.py";

pub(super) const PROTOCOL: &str = "\
Examples:
  sigv4-conformance protocol | less
  sigv4-conformance protocol --schema > protocol.schema.json";

pub(super) const REPORT: &str = "\
Examples:
  sigv4-conformance signer --log run.ndjson -- ./my-signer
  sigv4-conformance report run.ndjson --format markdown >> \"$GITHUB_STEP_SUMMARY\"
  sigv4-conformance report run.ndjson --format badge --output badge.svg";

pub(super) const SERVICES: &str = "\
Examples:
  sigv4-conformance services list
  sigv4-conformance services show s3";

pub(super) const SIGNER: &str = "\
Examples:
  sigv4-conformance signer                                            the built-in signers
  sigv4-conformance signer -- python3 my-signer/adapter.py            yours
  sigv4-conformance signer --failed run.ndjson -- ./my-signer          what failed in a run with --log run.ndjson
  sigv4-conformance signer --format sarif --output r.sarif -- ./my-signer";

pub(super) const VECTORS: &str = "\
Examples:
  sigv4-conformance vectors list --filter '*space*'
  sigv4-conformance vectors show official/sigv4/header/get-vanilla
  sigv4-conformance vectors export my-copy";

pub(super) const VERIFIER: &str = "\
Examples:
  sigv4-conformance verifier -- python3 my-verifier/adapter.py
  sigv4-conformance verifier --endpoint http://127.0.0.1:9000 --bucket test --access-key-id AKIDEXAMPLE --example suite";
