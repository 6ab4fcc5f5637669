//! Uploads in chunks and event streams: the model is the reference, and the judge says what is wrong.

use arbitrary::{Arbitrary as _, Unstructured};
use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::streams::model_is_reference;
use sigv4_conformance::subject::Reference;
use sigv4_generate::Streamed;

/// How many streams are compared, unless the environment says otherwise.
const CASES: u64 = 10_000;

#[test]
fn without_a_mistake_the_model_signs_streams_as_the_reference_does() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    let mut random = fastrand::Rng::with_seed(1);
    let mut reference = Reference::new();
    let mut counts = [0, 0];
    let mut bytes = [0; 512];
    for _ in 0..cases {
        random.fill(&mut bytes);
        let Streamed(question) =
            Streamed::arbitrary(&mut Unstructured::new(&bytes)).expect("any bytes are a stream");
        match model_is_reference(&mut reference, &question) {
            Ok(Outcome::Held) => counts[0] += 1,
            Ok(Outcome::Vacuous) => counts[1] += 1,
            Err(violation) => panic!("{violation}"),
        }
    }
    // A generator that only made what is refused would compare nothing.
    let [signed, refused] = counts;
    assert!(signed > refused && refused > 0, "{signed} signed, {refused} refused");
}
