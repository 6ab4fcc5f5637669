#!/usr/bin/env bash
# What `action.yml` runs in a job: annotations, a summary, and the log as an output.
set -euo pipefail

if [ -z "$INPUT_COMMAND" ]; then
    echo "::error title=sigv4-conformance::\`command\` is empty: give the command that starts your adapter"
    exit 2
fi
program="$RUNNER_TEMP/sigv4-conformance/bin/sigv4-conformance"
log="$RUNNER_TEMP/sigv4-conformance.ndjson"
read -ra options <<< "$INPUT_OPTIONS"

code=0
# The words of the command are for a shell; it is then replaced by the adapter.
"$program" "$INPUT_SIDE" --log "$log" --format github "${options[@]}" -- bash -c "exec $INPUT_COMMAND" || code=$?
if [ -s "$log" ]; then
    "$program" report "$log" --format markdown >> "$GITHUB_STEP_SUMMARY" || true
    echo "log=$log" >> "$GITHUB_OUTPUT"
fi
exit "$code"
