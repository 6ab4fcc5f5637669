//! Verifying a request.

use super::ALGORITHM;
use super::key::PublicKey;
use super::signature::EcdsaSignature;
use crate::canonical::Workspace;
use crate::dialect::Dialect;
use crate::primitive::bytes;
use crate::request::Request;
use crate::signature::Signature;
use crate::time::Time;
use crate::verify::{
    Accepted, AcceptedHead, Claim, Form, HeadKey, KeyStore, Refused, Rejection, Scheme, StoredKey,
    Verifier, VerifyingKey,
};

const FORM: Form = Form {
    algorithm: |_| ALGORITHM,
    region_in_scope: false,
    covers,
    is_signature: |text| EcdsaSignature::from_hex(text).is_ok(),
    signature: |text| {
        let signature = EcdsaSignature::from_hex(text).map_err(|error| error.to_string())?;
        Ok(Signature::EcdsaP256(signature))
    },
};

/// `AWS4-ECDSA-P256-SHA256`.
struct Ecdsa;

impl<'a> Scheme<'a> for Ecdsa {
    const FORM: &'static Form = &FORM;
    type Key = PublicKey;

    fn key(
        &self,
        _: &Verifier<'a>,
        keys: &impl KeyStore,
        stored: &StoredKey<'_>,
        _: &Time,
    ) -> Result<PublicKey, Refused> {
        Ok(keys.public_key(stored).ok_or_else(Rejection::key_out_of_scope)?)
    }
}

impl<'a> Verifier<'a> {
    /// Verifies a request that is signed with `AWS4-ECDSA-P256-SHA256`, by the same rules and with
    /// the same answers as [`Verifier::verify`]. The verifier's region must be in the region set. The
    /// name of the algorithm is the same in every dialect.
    ///
    /// # Errors
    /// As for [`Verifier::verify`].
    pub fn verify_v4a<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<Accepted<'k>, Rejection> {
        self.verify_as(workspace, request, keys, &Ecdsa)
    }

    /// Verifies a request whose body is a stream and whose head is signed with
    /// `AWS4-ECDSA-P256-SHA256`, as [`Verifier::verify_head`] does.
    ///
    /// # Errors
    /// As for [`Verifier::verify_head`].
    pub fn verify_head_v4a<'k>(
        &self,
        workspace: &mut Workspace,
        request: &Request<'_>,
        keys: &'k impl KeyStore,
    ) -> Result<AcceptedHead<'k>, Rejection>
    where
        'a: 'k,
    {
        let with_key = |key| HeadKey::Ecdsa { key, service: self.service };
        self.verify_head_as(workspace, request, keys, &Ecdsa, with_key)
    }
}

impl Claim {
    /// Reads the authentication of a request that is signed with `AWS4-ECDSA-P256-SHA256`.
    ///
    /// # Errors
    /// As for [`Claim::parse`].
    pub fn parse_v4a(request: &Request<'_>) -> Result<Self, Rejection> {
        Self::parse_as(&FORM, Dialect::AWS, request)
    }
}

impl VerifyingKey for PublicKey {
    fn verifies(&self, workspace: &mut Workspace, signature: &[u8]) -> bool {
        EcdsaSignature::from_hex(signature)
            .is_ok_and(|signature| self.verifies(workspace.string_to_sign(), &signature))
    }
}

/// Whether a region is in a region set: a list with commas, in which `*` is every region. White space
/// around a region is not part of it: the vendor's signers send what the caller wrote.
fn covers(region_set: &[u8], region: &[u8]) -> bool {
    bytes::split(region_set, b',').map(<[u8]>::trim_ascii).any(|own| own == b"*" || own == region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_set_is_a_list() {
        for (set, region, expected) in [
            ("us-east-1", "us-east-1", true),
            ("us-east-1,eu-west-1", "eu-west-1", true),
            ("us-east-1, eu-west-1", "eu-west-1", true),
            ("*", "eu-west-1", true),
            ("us-east-1,*", "eu-west-1", true),
            ("us-east-1", "us-east-10", false),
            ("us-east-10", "us-east-1", false),
            ("us-east-1;eu-west-1", "eu-west-1", false),
            ("US-EAST-1", "us-east-1", false),
            (",", "us-east-1", false),
        ] {
            assert_eq!(covers(set.as_bytes(), region.as_bytes()), expected, "{set} {region}");
        }
    }
}
