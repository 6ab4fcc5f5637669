//! The key material that a verifier holds, in the form that the reference accepts.

use sigv4_reference::key::{DateKey, RegionKey, ServiceKey, SigningKey};
use sigv4_reference::{Scope, ScopedKey, Time};
use sigv4_vectors::model::{Key, KeyMaterial};
use sigv4_vectors::text::Date;

/// Key material with the keys of the chain already constructed.
pub(super) enum Held<'q> {
    Secret(&'q [u8]),
    Day { date: [u8; 8], key: DateKey },
    Region { date: [u8; 8], region: &'q [u8], key: RegionKey },
    Service { scope: Scope<'q>, key: ServiceKey },
    Signing(ScopedKey<'q>),
}

impl<'q> Held<'q> {
    /// What a question says that the verifier holds.
    ///
    /// # Errors
    /// A message if the day or the region of the scope is invalid.
    pub(super) fn of(material: &'q KeyMaterial) -> Result<Self, String> {
        Ok(match material {
            KeyMaterial::SecretAccessKey(secret) => Self::Secret(secret),
            KeyMaterial::DateKey { date, key } => {
                Self::Day { date: day(date)?, key: DateKey::from_bytes(key.as_bytes()) }
            }
            KeyMaterial::RegionKey { date, region, key } => Self::Region {
                date: day(date)?,
                region,
                key: RegionKey::from_bytes(key.as_bytes()),
            },
            KeyMaterial::ServiceKey { date, region, service, key } => Self::Service {
                scope: scope(date, region, service)?,
                key: ServiceKey::from_bytes(key.as_bytes()),
            },
            KeyMaterial::SigningKey { date, region, service, key } => {
                Self::Signing(scoped(scope(date, region, service)?, key))
            }
            _ => return Err("the reference does not know this key material".to_owned()),
        })
    }

    /// The same, borrowed.
    pub(super) fn material(&self) -> sigv4_reference::KeyMaterial<'_> {
        use sigv4_reference::KeyMaterial as Material;
        match self {
            Self::Secret(secret) => Material::Secret(secret),
            Self::Day { date, key } => Material::Day { date: *date, key },
            Self::Region { date, region, key } => Material::Region { date: *date, region, key },
            Self::Service { scope, key } => Material::Service { scope: *scope, key },
            Self::Signing(key) => Material::Signing(key),
        }
    }
}

fn scoped<'q>(scope: Scope<'q>, key: &Key) -> ScopedKey<'q> {
    ScopedKey::new(SigningKey::from_bytes(key.as_bytes()), scope)
}

fn day(date: &Date) -> Result<[u8; 8], String> {
    date.as_bytes().try_into().map_err(|_| format!("{date}: expected a day"))
}

fn scope<'q>(date: &Date, region: &'q [u8], service: &'q [u8]) -> Result<Scope<'q>, String> {
    let problem = |error: sigv4_reference::Error| format!("{date}: {error}");
    let midnight = Time::parse(format!("{date}T000000Z").as_bytes()).map_err(problem)?;
    Scope::new(&midnight, region, service).map_err(problem)
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::{Answer, InProcess as _, Question, VerifyQuestion};
    use sigv4_vectors::Vectors;
    use sigv4_vectors::model::{self, Profile, StoredKey, VerificationInput};

    use crate::subject::in_process::Reference;

    /// The chain for the vendor's example secret on 2015-08-30 in us-east-1 for `service`, as the
    /// vendor's crate derives it.
    const DATE_KEY: &str = "0138c7a6cbd60aa727b2f653a522567439dfb9f3e72b21f9b25941a42f04a7cd";
    const REGION_KEY: &str = "f33d5808504bf34812e5fade63308b424b244c59189be2a591dd2282c7cb563f";
    const SERVICE_KEY: &str = "f7fd819348e53789a8474fb1aebea778f5af85c40612e0f064eecd5642c81bc1";
    const SIGNING_KEY: &str = "938127b5336810ddb6a5d6af445fcac9e371f9ed418ed386b022aed82901be75";

    /// What the reference says about a request signed by the vendor when it holds `material`
    /// (JSON).
    fn answer(material: &str) -> Answer {
        let case =
            Vectors::embedded().case("official/sigv4/header/get-vanilla").expect("it is there");
        let model::Question::Sign(signing) = &case.question else { panic!("it signs") };
        let key = format!(r#"{{"access_key_id":"AKIDEXAMPLE",{material},"session_token":null}}"#);
        let key: StoredKey = serde_json::from_str(&key).expect("a key");
        let input = VerificationInput {
            time: signing.input.time.clone(),
            window_seconds: 300,
            region: signing.input.region.clone(),
            service: signing.input.service.clone(),
            profile: Profile::Generic,
            normalize: true,
            double_encode: true,
            keys: vec![key],
            request: signing.expect.signed_request.clone(),
        };
        let question = Question::Verify(Box::new(VerifyQuestion::from(input)));
        Reference::new().answer(&question)
    }

    #[test]
    fn every_key_of_the_chain_verifies_what_it_is_good_for() {
        let day = r#""date":"20150830""#;
        let region = format!(r#"{day},"region":"us-east-1""#);
        let scope = format!(r#"{region},"service":"service""#);
        for (name, scope, key) in [
            ("date_key", day, DATE_KEY),
            ("region_key", &region, REGION_KEY),
            ("service_key", &scope, SERVICE_KEY),
            ("signing_key", &scope, SIGNING_KEY),
        ] {
            let held = |scope: &str| format!(r#""{name}":{{{scope},"key":"{key}"}}"#);
            assert_eq!(answer(&held(scope)), Answer::Accept, "{name}");
            let other_day = answer(&held(&scope.replace("0830", "0831")));
            assert!(matches!(other_day, Answer::Reject { .. }), "{name}: {other_day:?}");
        }
    }
}
