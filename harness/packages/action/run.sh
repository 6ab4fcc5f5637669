#!/usr/bin/env bash
# What `action.yml` runs in a job: annotations, a summary, and the log as an output.
set -euo pipefail

if [ -z "$INPUT_COMMAND" ]; then
    echo "::error title=sigv4-conformance::\`command\` is empty: give the command that starts your adapter"
    exit 2
fi
program="$RUNNER_TEMP/sigv4-conformance/bin/sigv4-conformance"
log="$RUNNER_TEMP/sigv4-conformance.ndjson"
# They may be on several lines: `read` ends with 1 because it finds no zero byte.
read -r -d '' -a options <<< "$INPUT_OPTIONS" || true

code=0
# In Bash 3, which macOS has, an empty list is unset.
"$program" "$INPUT_SIDE" --log "$log" --format github ${options[@]+"${options[@]}"} -- bash -c "$INPUT_COMMAND" || code=$?
if [ -s "$log" ]; then
    # It ends with the code of the run, which is that of this script.
    "$program" report "$log" --format markdown >> "$GITHUB_STEP_SUMMARY" || true
    echo "log=$log" >> "$GITHUB_OUTPUT"
fi
exit "$code"
