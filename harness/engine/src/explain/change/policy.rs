//! What happens to the policy of a form between its signer and its server. The forms are searched in
//! `upload_form`: a policy is not part of a request that is made canonical, so nothing is undone here.

use super::{Change, KEY_DAY, Part};

/// Every change of a policy, the most usual first.
pub const POLICY_CHANGES: &[Change] = &[
    AS_JSON,
    REWRITTEN,
    ENCODED_OTHERWISE,
    OTHER_SCOPE,
    KEY_DAY,
    UNDERIVED,
    VERSION_2,
    OTHER_DIGITS,
];

pub(in crate::explain) const AS_JSON: Change = Change {
    id: "policy-signed-as-json",
    title: "The JSON of the policy was signed, and not its text in base64.",
    part: Part::Policy,
    who: "Code that signs the policy before it encodes it (aws-sdk-js#508).",
    fix: "Encode the policy first. Sign that text, and send the same text as `policy`.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const REWRITTEN: Change = Change {
    id: "policy-rewritten",
    title: "Another policy arrived than the one that was signed.",
    part: Part::Policy,
    who: "Code that parses the policy and writes it again after signing, and templates, editors and \
          Git settings that change line ends or the end of a file.",
    fix: "Encode the policy once. Sign that text, and send the same text as `policy`.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const ENCODED_OTHERWISE: Change = Change {
    id: "policy-encoded-otherwise",
    title: "The policy was signed in another form of base64 than the one that arrived.",
    part: Part::Policy,
    who: "Encoders that break lines (`Base64.encode64` of Ruby, `openssl base64` without `-A`, \
          `base64` without `-w0`), leave out the padding, or take the alphabet for URLs; then the text \
          is repaired for the form, but not for the signature.",
    fix: "Encode with padding and without line breaks, sign that text, and send the same text.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const OTHER_SCOPE: Change = Change {
    id: "key-of-another-scope",
    title: "The signing key was derived for another region or service than x-amz-credential names.",
    part: Part::Policy,
    who: "Code that takes the region of the form from one setting and that of the key from another.",
    fix: "Derive the key for the date, region and service that x-amz-credential names.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const UNDERIVED: Change = Change {
    id: "secret-signs-the-policy",
    title: "The policy was signed with the secret itself, and not with a key derived from it.",
    part: Part::Policy,
    who: "Code for signature version 2 in which only the hash was replaced.",
    fix: "Derive the signing key from `AWS4` and the secret, the date, the region, `s3` and \
          `aws4_request`.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const VERSION_2: Change = Change {
    id: "policy-signed-with-version-2",
    title: "The signature is that of version 2: HMAC-SHA1 with the secret.",
    part: Part::Policy,
    who: "Code for signature version 2 in which only the names of the fields were replaced.",
    fix: "Sign with HMAC-SHA256 and the key of version 4, and send the digits in hexadecimal.",
    undo: |_, _| Vec::new(),
};

pub(in crate::explain) const OTHER_DIGITS: Change = Change {
    id: "signature-in-other-digits",
    title: "The signature is right, but not written as 64 hexadecimal digits in lower case.",
    part: Part::Policy,
    who: "Code that writes it in base64, as version 2 does, or in upper case.",
    fix: "Write it as 64 hexadecimal digits in lower case.",
    undo: |_, _| Vec::new(),
};
