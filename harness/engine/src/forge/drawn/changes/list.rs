//! The list of signed headers.

use super::super::change::{Change, Making, after, before, only_if};
use super::super::place::part;

/// The list with a change of its text.
fn list(making: &mut Making, change: impl FnOnce(String) -> String) -> Option<()> {
    let list = making.draft.signed_headers.take().unwrap_or_else(|| making.draft.all_names());
    making.draft.signed_headers = Some(change(list));
    Some(())
}

/// The list without a name.
fn without(making: &mut Making, name: &str) -> Option<()> {
    let all = making.draft.all_names();
    let rest: Vec<&str> = all.split(';').filter(|own| *own != name).collect();
    only_if(!rest.is_empty() && rest.join(";") != all)?;
    making.draft.signed_headers = Some(rest.join(";"));
    Some(())
}

pub(in super::super) const CHANGES: &[Change] = &[
    before("the host unsigned", |making, _| without(making, "host")),
    before("the signing time unsigned", |making, _| without(making, "x-amz-date")),
    before("the payload hash unsigned", |making, _| without(making, "x-amz-content-sha256")),
    before("the session token unsigned", |making, _| without(making, "x-amz-security-token")),
    before("an x-amz- header unsigned", |making, scene| {
        let name = scene.one_of(&["x-amz-meta-author", "x-amz-acl", "x-amz-target"])?;
        without(making, name)
    }),
    before("an empty list of signed headers", |making, _| list(making, |_| String::new())),
    before("a header that is not sent in the list", |making, _| {
        list(making, |list| format!("{list};x-unsent"))
    }),
    before("a header that is not sent at the start of the list", |making, _| {
        list(making, |list| format!("a-unsent;{list}"))
    }),
    before("nothing but a header that is not sent in the list", |making, _| {
        list(making, |_| "x-amz-unsent".to_owned())
    }),
    before("the host twice in the list", |making, _| {
        list(making, |list| list.replacen("host", "host;host", 1))
    }),
    before("the list in upper case", |making, _| list(making, |list| list.to_ascii_uppercase())),
    before("a semicolon after the list", |making, _| list(making, |list| format!("{list};"))),
    before("a semicolon before the list", |making, _| list(making, |list| format!(";{list}"))),
    before("two semicolons in the list", |making, _| {
        only_if(making.draft.all_names().contains(';'))?;
        list(making, |list| list.replacen(';', ";;", 1))
    }),
    before("the list in the opposite order", |making, _| {
        only_if(making.draft.all_names().contains(';'))?;
        list(making, |list| list.rsplit(';').collect::<Vec<_>>().join(";"))
    }),
    before("a wildcard in the list", |making, _| list(making, |list| format!("*;{list}"))),
    before("the Authorization header in the list", |making, scene| {
        only_if(!scene.is_presigned())?;
        list(making, |list| format!("authorization;{list}"))
    }),
    after("a name taken from the list", |sent, _| {
        let separator = sent.written(";");
        let text = part(sent, "SignedHeaders")?;
        let at = text.rfind(&separator)?;
        text.truncate(at);
        Some(())
    }),
    after("one more name in the list", |sent, _| {
        let separator = sent.written(";");
        let text = part(sent, "SignedHeaders")?;
        text.push_str(&separator);
        text.push_str("x-zzz");
        Some(())
    }),
    after("a signed header without a value lost", |sent, scene| {
        let empty = scene.original.headers.iter().find(|(_, value)| value.is_empty())?;
        sent.without(&empty.0);
        Some(())
    }),
];
