//! What speaks against a form besides its signature.

use sigv4_reference::post::{Exempt, Form, Limits, Policy, PolicyError, Test, Unmet, Upload};
use sigv4_reference::{ALGORITHM, TERMINATOR, Time};

use super::posted::Posted;
use super::{Signed, bucket};
use crate::explain::Server;
use crate::explain::endpoint::Endpoint;
use crate::explain::explanation::{Remark, Weight};
use crate::explain::field_request::FieldRequest;
use crate::explain::parts::header;
use crate::explain::said;

/// A form with what is known of it.
pub(super) struct Scene<'s> {
    pub(super) sent: &'s FieldRequest,
    pub(super) posted: &'s Posted<'s>,
    pub(super) form: &'s Form<'s>,
    pub(super) signed: &'s Signed<'s>,
    /// Decoded.
    pub(super) policy: Result<&'s [u8], &'s PolicyError>,
    /// The clock of the server.
    pub(super) now: Time,
    /// What the server is known to be.
    pub(super) server: Server<'s>,
    pub(super) is_right: bool,
}

pub(super) fn of(scene: &Scene<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut refused = |text: String| remarks.push(Remark { weight: Weight::Refused, text });
    of_scope(scene).into_iter().for_each(&mut refused);
    let parsed = scene.policy.map_err(Clone::clone).and_then(Policy::parse);
    match &parsed {
        Ok(policy) => of_policy(scene, policy).into_iter().for_each(&mut refused),
        Err(error) => refused(format!("The policy cannot be read: {error}.")),
    }
    let limit = Limits::default().before_file;
    let before_file = scene.posted.before_file(scene.form);
    if before_file > limit {
        refused(format!(
            "The fields before the file have {before_file} bytes; S3 takes at most {limit}."
        ));
    }
    if !scene.form.ignored.is_empty() {
        let names = scene.form.ignored.iter().map(|name| name.escape_ascii().to_string());
        let names: Vec<String> = names.collect();
        remarks.push(Remark {
            weight: Weight::Fragile,
            text: format!(
                "Fields after the file are ignored: {}. Put the file last.",
                names.join(", ")
            ),
        });
    }
    if scene.is_right && scene.form.value("x-amz-security-token").is_some() {
        remarks.push(Remark {
            weight: Weight::Said,
            text:
                "The session token cannot be checked here: it has to be the one that came with the \
                   key."
                    .to_owned(),
        });
    }
    remarks.extend(Remark::of_input(scene.sent));
    remarks
}

/// What is wrong in the fields that name the key.
fn of_scope(scene: &Scene<'_>) -> Vec<String> {
    let signed = scene.signed;
    let shown = |text: &[u8]| text.escape_ascii().to_string();
    let mut problems = Vec::new();
    if signed.algorithm != ALGORITHM.as_bytes() {
        let algorithm = shown(signed.algorithm);
        problems.push(format!("x-amz-algorithm is `{algorithm}`: expected `{ALGORITHM}`."));
    }
    if signed.terminator != TERMINATOR.as_bytes() {
        let terminator = shown(signed.terminator);
        problems.push(format!("The credential ends in `{terminator}`: expected `{TERMINATOR}`."));
    }
    match Time::parse(signed.date) {
        Err(_) => problems.push(format!(
            "x-amz-date is `{}`: expected a time such as 20150830T123600Z.",
            shown(signed.date)
        )),
        Ok(time) if time.date() != signed.day => problems.push(format!(
            "The day in the credential is {}, and that of x-amz-date is {}: they have to be the same, \
             in UTC.",
            shown(signed.day),
            shown(time.date())
        )),
        Ok(_) => {}
    }
    let Server { service, region } = scene.server;
    for (what, expected, own) in
        [("region", region, signed.region), ("service", service, signed.service)]
    {
        problems.extend(expected.and_then(|expected| said::other_server(what, expected, own)));
    }
    let host = header(&scene.sent.request, "host").and_then(|host| std::str::from_utf8(host).ok());
    if let Some(endpoint) = host.and_then(Endpoint::named) {
        if !endpoint.takes_region(signed.region) {
            problems.push(format!(
                "The form is signed for the region `{}`, and {} is in `{}` ({}).",
                shown(signed.region),
                endpoint.host,
                endpoint.usual_region(),
                endpoint.source
            ));
        }
        if !endpoint.takes_service(signed.service) {
            problems.push(format!(
                "The form is signed for the service `{}`, and {} belongs to `{}` ({}).",
                shown(signed.service),
                endpoint.host,
                endpoint.services.first().copied().unwrap_or_default(),
                endpoint.source
            ));
        }
    }
    problems
}

/// What the policy does not allow.
fn of_policy(scene: &Scene<'_>, policy: &Policy<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    if scene.now > policy.expiration {
        problems.push(format!(
            "The policy has expired: it was good until {}, and the server's clock is {}.",
            policy.expiration, scene.now
        ));
    }
    if scene.form.value("key").is_none() {
        problems.push("The form has no field `key`, which names the object.".to_owned());
    }
    if scene.form.file.is_none() {
        problems.push("The form has no field `file`.".to_owned());
    }
    let bucket = bucket::of(&scene.sent.request);
    let upload = Upload::new(scene.form, bucket.as_deref(), Exempt::SIGV4);
    // A file that is not here, or whose line ends are not those that were sent, has another length.
    let hides_file = scene.sent.hides_body || scene.posted.is_restored;
    let is_known = |unmet: &Unmet| {
        let is_range = matches!(unmet, Unmet::Condition { field: None, .. });
        !(is_range && hides_file)
    };
    problems.extend(upload.unmet(policy).filter(is_known).map(|unmet| in_words(&unmet, policy)));
    problems
}

fn in_words(unmet: &Unmet, policy: &Policy<'_>) -> String {
    let problem = unmet.to_string();
    let (first, rest) = problem.split_at(1);
    let hint = match unmet {
        Unmet::Uncovered { field } => format!(
            " Add {{\"{field}\": \"...\"}} or [\"starts-with\", \"${field}\", \"\"] to the policy, or leave \
             the field out."
        ),
        Unmet::Condition { offset, .. } if asks_for_variable(policy, *offset) => {
            " `${filename}` is replaced in the field before it is compared, and not in the policy: use \
             `starts-with` with what is before it (the presigner of the AWS SDK for Go writes it so)."
                .to_owned()
        }
        _ => String::new(),
    };
    format!("{}{rest}.{hint}", first.to_uppercase())
}

/// Whether the condition asks for a value that holds the variable itself.
fn asks_for_variable(policy: &Policy<'_>, offset: usize) -> bool {
    policy
        .conditions
        .iter()
        .filter(|one| one.offset == offset)
        .any(|one| matches!(&one.test, Test::Exact { value, .. } if value.contains("${filename}")))
}
