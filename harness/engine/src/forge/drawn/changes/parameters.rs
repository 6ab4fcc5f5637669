//! The parameters of a presigned URL.

use super::super::super::draft::Draft;
use super::super::change::{Change, after, only_if};
use super::super::place::{own_parameters, parameter, set};

/// All of them.
const PARAMETERS: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

pub(in super::super) const CHANGES: &[Change] = &[
    after("a parameter of signing lost", |sent, scene| {
        let name = scene.one_of(&PARAMETERS)?;
        parameter(sent, name)?;
        sent.take_parameter(name);
        Some(())
    }),
    after("an empty parameter of signing", |sent, scene| {
        set(parameter(sent, scene.one_of(&PARAMETERS)?)?, "")
    }),
    after("the name of a parameter of signing in lower case", |sent, scene| {
        let name = scene.one_of(&PARAMETERS)?;
        parameter(sent, name)?[..name.len()].make_ascii_lowercase();
        Some(())
    }),
    after("a parameter of signing twice", |sent, scene| {
        let again = parameter(sent, scene.one_of(&PARAMETERS)?)?.clone();
        sent.query.push(again);
        Some(())
    }),
    after("another value of a parameter of signing after it", |sent, scene| {
        let other = format!("{}0", parameter(sent, scene.one_of(&PARAMETERS)?)?);
        sent.query.push(other);
        Some(())
    }),
    after("another value of a parameter of signing before it", |sent, scene| {
        let other = format!("{}0", parameter(sent, scene.one_of(&PARAMETERS)?)?);
        sent.query.insert(0, other);
        Some(())
    }),
    after("another algorithm in the query", |sent, scene| {
        let algorithm = scene.one_of(&["AWS4-HMAC-SHA512", "AWS4-HMAC-SHA1", "none"])?;
        set(parameter(sent, "X-Amz-Algorithm")?, algorithm)
    }),
    after("another lifetime", |sent, scene| {
        set(parameter(sent, "X-Amz-Expires")?, scene.one_of(&["604800", "3599"])?)
    }),
    after("a later signing time", |sent, scene| {
        set(parameter(sent, "X-Amz-Date")?, &scene.setting.moment(1))
    }),
    after("the signature as the first parameter", |sent, _| {
        parameter(sent, "X-Amz-Signature")?;
        let piece = sent.take_parameter("X-Amz-Signature");
        sent.query.insert(0, piece);
        Some(())
    }),
    after("an Authorization header beside the parameters of signing", |sent, scene| {
        only_if(scene.is_presigned())?;
        let in_header = Draft { expires: None, ..scene.original.clone() }.sign();
        sent.authorization = in_header.authorization;
        if scene.pick % 2 == 1 {
            let own = sent.authorization.as_mut()?;
            own.field("Signature").push('0');
        }
        Some(())
    }),
    after("a wrong signature, and a right Authorization header beside it", |sent, scene| {
        only_if(scene.is_presigned())?;
        set(parameter(sent, "X-Amz-Signature")?, &"0".repeat(64))?;
        let in_header = Draft { expires: None, ..scene.original.clone() }.sign();
        sent.headers = in_header.headers;
        sent.authorization = in_header.authorization;
        Some(())
    }),
    after(
        "an Authorization header of another kind beside the parameters of signing",
        |sent, scene| {
            only_if(scene.is_presigned())?;
            let value =
                scene.one_of(&["Basic QUtJREVYQU1QTEU6", "Bearer eyJhbGciOiJub25lIn0.e30."])?;
            sent.add("Authorization", value);
            Some(())
        },
    ),
    after("the parameters of signing as headers instead", |sent, scene| {
        only_if(scene.is_presigned())?;
        let own = own_parameters(sent);
        let mut pieces = Vec::new();
        for (index, piece) in std::mem::take(&mut sent.query).into_iter().enumerate() {
            if own.contains(&index) { sent.query.push(piece) } else { pieces.push(piece) }
        }
        for piece in pieces {
            let (name, value) = piece.split_once('=')?;
            sent.add(name, &value.replace("%2F", "/"));
        }
        Some(())
    }),
];
