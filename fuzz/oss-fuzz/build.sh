#!/bin/bash -eu
# Builds every target into $OUT, with its corpus, dictionary and options, for OSS-Fuzz and
# ClusterFuzzLite. `cargo xtask fuzz --oss-fuzz` runs it with the same variables.

cd "$SRC/sigv4-conformance"

# With `coverage` the cargo of the image adds the flags, which exclude a sanitizer.
sanitizer=$SANITIZER
if [ "$sanitizer" = coverage ]; then
  sanitizer=none
fi
host=$(rustc --print host-tuple)
folder=${CARGO_TARGET_DIR:-$PWD/fuzz/target}
RUSTC_WRAPPER=$PWD/fuzz/instrument cargo fuzz build --sanitizer "$sanitizer" --no-trace-compares \
  --target "$host" --target-dir "$folder"

# A chore of the repository is not a fuzz target: it is built without the flags of OSS-Fuzz.
corpora=$(mktemp -d)
env -u RUSTFLAGS -u CFLAGS -u CXXFLAGS cargo run --quiet --locked --profile checks \
  --package xtask -- fuzz --unpack "$corpora"

for program in fuzz/fuzz_targets/*.rs; do
  target=$(basename "$program" .rs)
  # It needs an adapter, which the image does not have.
  if [ "$target" = reference_against_adapter ]; then
    continue
  fi
  cp "$folder/$host/release/$target" "$OUT/"
  (cd "$corpora/$target" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" .)
  cp "$corpora/$target.options" "$OUT/"
  if [ -e "$corpora/$target.dict" ]; then
    cp "$corpora/$target.dict" "$OUT/"
  fi
done
rm -r "$corpora"
