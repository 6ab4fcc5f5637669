//! `derive-key`: the chain of keys, compared link by link.

use sigv4_protocol::{Answer, DerivedKeys};
use sigv4_vectors::model;

use super::finding::{Finding, Judgement};
use super::verdict::Verdict;

/// Judges a derivation; `None` for the answer of another operation.
pub(super) fn judge(derivation: &model::Derivation, answer: &Answer) -> Option<Judgement> {
    let Answer::Derived(answer) = answer else { return None };
    Some(judge_keys(&derivation.expect, answer))
}

/// Every key that was published must come out. The first that does not is the finding, since all
/// behind it follow from it.
fn judge_keys(expect: &model::DerivedKeys, answer: &DerivedKeys) -> Judgement {
    let chain = [
        ("the date key", expect.date_key.as_ref(), &answer.date_key),
        ("the region key", expect.region_key.as_ref(), &answer.region_key),
        ("the service key", expect.service_key.as_ref(), &answer.service_key),
        ("the signing key", Some(&expect.signing_key), &answer.signing_key),
    ];
    let finding = chain
        .into_iter()
        .find_map(|(name, expected, actual)| Finding::of_key(name, expected?.as_bytes(), actual));
    finding.map_or_else(|| Judgement::of(Verdict::Exact), Judgement::mismatch)
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::Stage;
    use sigv4_vectors::text::Hex32;

    use super::*;

    const KEYS: [&str; 4] = [
        "0138c7a6cbd60aa727b2f653a522567439dfb9f3e72b21f9b25941a42f04a7cd",
        "f33d5808504bf34812e5fade63308b424b244c59189be2a591dd2282c7cb563f",
        "f7fd819348e53789a8474fb1aebea778f5af85c40612e0f064eecd5642c81bc1",
        "938127b5336810ddb6a5d6af445fcac9e371f9ed418ed386b022aed82901be75",
    ];

    fn expect() -> model::DerivedKeys {
        let [date_key, region_key, service_key, signing_key] =
            KEYS.map(|key| Hex32::try_from(key.to_owned()).unwrap());
        model::DerivedKeys {
            date_key: Some(date_key),
            region_key: Some(region_key),
            service_key: Some(service_key),
            signing_key,
        }
    }

    fn answer(keys: [&str; 4]) -> DerivedKeys {
        let [date_key, region_key, service_key, signing_key] = keys.map(str::to_owned);
        DerivedKeys { date_key, region_key, service_key, signing_key }
    }

    #[test]
    fn the_first_wrong_link_is_named() {
        assert_eq!(judge_keys(&expect(), &answer(KEYS)).verdict, Verdict::Exact);
        for (wrong, name) in
            ["date key", "region key", "service key", "signing key"].into_iter().enumerate()
        {
            let mut keys = KEYS;
            keys[wrong..].fill("00");
            let judgement = judge_keys(&expect(), &answer(keys));
            assert_eq!(judgement.verdict, Verdict::Mismatch);
            let finding = judgement.finding.expect("a finding");
            assert_eq!(finding.stage, Stage::SigningKey);
            assert!(finding.summary.starts_with(&format!("the {name} differs")), "{finding:?}");
        }
    }

    #[test]
    fn what_was_not_published_is_not_compared() {
        let mut expect = expect();
        (expect.date_key, expect.region_key, expect.service_key) = (None, None, None);
        let keys = ["", "", "", KEYS[3]];
        assert_eq!(judge_keys(&expect, &answer(keys)).verdict, Verdict::Exact);
    }
}
