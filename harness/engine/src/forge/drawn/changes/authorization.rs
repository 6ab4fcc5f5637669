//! How the Authorization header is written.

use super::super::super::authorization::Authorization;
use super::super::super::sent::Sent;
use super::super::change::{Change, Scene, after, before};

/// The names of its fields.
const FIELDS: [&str; 3] = ["Credential", "SignedHeaders", "Signature"];

fn own(sent: &mut Sent) -> Option<&mut Authorization> {
    sent.authorization.as_mut()
}

/// One of its fields.
fn field<'s>(sent: &'s mut Sent, scene: &Scene<'_>) -> Option<&'s mut String> {
    let name = scene.one_of(&FIELDS)?;
    own(sent)?.fields.iter_mut().find(|field| field.starts_with(name))
}

fn credential(sent: &mut Sent) -> Option<&mut String> {
    own(sent)?.fields.iter_mut().find(|field| field.starts_with("Credential="))
}

pub(in super::super) const CHANGES: &[Change] = &[
    after("the Authorization header lost", |sent, _| sent.authorization.take().map(drop)),
    after("the signature in another header", |sent, scene| {
        let name = scene.one_of(&["X-Authorization", "Proxy-Authorization"])?;
        name.clone_into(&mut own(sent)?.name);
        Some(())
    }),
    after("the name of the Authorization header in lower case", |sent, _| {
        own(sent)?.name.make_ascii_lowercase();
        Some(())
    }),
    after("an empty Authorization header", |sent, _| {
        sent.authorization.take()?;
        sent.add("Authorization", "");
        Some(())
    }),
    after("another algorithm", |sent, scene| {
        let algorithm = scene.one_of(&[
            "AWS4-HMAC-SHA512 ",
            "AWS4-HMAC-SHA1 ",
            "AWS4-HMAC-NONE ",
            "GOOG4-HMAC-SHA256 ",
            "AWS ",
            "Bearer ",
            "",
        ])?;
        algorithm.clone_into(&mut own(sent)?.algorithm);
        Some(())
    }),
    after("the start of the algorithm, or more than it", |sent, scene| {
        let algorithm = scene.one_of(&["AWS4-HMAC-SHA25 ", "AWS4-HMAC-SHA2566 "])?;
        algorithm.clone_into(&mut own(sent)?.algorithm);
        Some(())
    }),
    before("another algorithm", |making, scene| {
        let algorithm =
            scene.one_of(&["AWS4-HMAC-SHA512", "AWS4-HMAC-SHA1", "AWS4-HMAC-SHA2566"])?;
        algorithm.clone_into(&mut making.draft.algorithm);
        Some(())
    }),
    after("a field of the Authorization header lost", |sent, scene| {
        let name = scene.one_of(&FIELDS)?;
        let fields = &mut own(sent)?.fields;
        let at = fields.iter().position(|field| field.starts_with(name))?;
        fields.remove(at);
        Some(())
    }),
    after("an empty field of the Authorization header", |sent, scene| {
        let field = field(sent, scene)?;
        let end = field.find('=')? + 1;
        field.truncate(end);
        Some(())
    }),
    after("a field of the Authorization header without an equals sign", |sent, scene| {
        let field = field(sent, scene)?;
        *field = field.replacen('=', " ", 1);
        Some(())
    }),
    after("text after the last field of the Authorization header", |sent, _| {
        " more".clone_into(&mut own(sent)?.end);
        Some(())
    }),
    after("commas without spaces between the fields", |sent, _| {
        ",".clone_into(&mut own(sent)?.separator);
        Some(())
    }),
    after("the fields of the Authorization header in the opposite order", |sent, _| {
        own(sent)?.fields.reverse();
        Some(())
    }),
    after("nothing but the key id as the credential", |sent, scene| {
        *credential(sent)? = format!("Credential={}", scene.original.access_key_id);
        Some(())
    }),
    after("a credential without the key id", |sent, scene| {
        *credential(sent)? = format!("Credential={}", scene.original.scope.text());
        Some(())
    }),
    after("nothing but slashes as the credential", |sent, _| {
        "Credential=////".clone_into(credential(sent)?);
        Some(())
    }),
    after("escaped slashes in the credential", |sent, _| {
        let text = credential(sent)?;
        *text = text.replace('/', "%2F");
        Some(())
    }),
    after("a slash after the credential", |sent, _| {
        credential(sent)?.push('/');
        Some(())
    }),
    after("the credential without its last part", |sent, _| {
        let text = credential(sent)?;
        let at = text.rfind('/')?;
        text.truncate(at);
        Some(())
    }),
];
