//! The credential scope.

use super::super::super::sent::Sent;
use super::super::super::signing::Scope;
use super::super::change::{Change, Making, after, before, only_if};
use super::super::place::part;

/// A day as a scope writes it.
fn day(moment: &str) -> String {
    moment.chars().take(8).collect()
}

/// One part of the stated scope replaced.
fn replaced(sent: &mut Sent, from: &str, to: &str) -> Option<()> {
    let slash = sent.written("/");
    let text = part(sent, "Credential")?;
    let changed = text.replace(&format!("{slash}{from}{slash}"), &format!("{slash}{to}{slash}"));
    only_if(changed != *text)?;
    *text = changed;
    Some(())
}

/// A key of a scope that is not the stated one.
fn key_of(making: &mut Making, change: impl FnOnce(&mut Scope)) -> Option<()> {
    let mut scope = making.draft.scope.clone();
    change(&mut scope);
    making.draft.key_scope = Some(scope);
    Some(())
}

pub(in super::super) const CHANGES: &[Change] = &[
    before("the scope of the day before", |making, scene| {
        making.draft.scope.date = day(&scene.setting.moment(-86_400));
        Some(())
    }),
    before("the scope of the day after", |making, scene| {
        making.draft.scope.date = day(&scene.setting.moment(86_400));
        Some(())
    }),
    before("the scope of the same day of another year", |making, scene| {
        making.draft.scope.date = day(&scene.setting.moment(-365 * 86_400));
        Some(())
    }),
    before("a scope without a whole day", |making, scene| {
        let now = scene.setting.moment(0);
        let hyphens = format!("{}-{}-{}", &now[..4], &now[4..6], &now[6..8]);
        let texts = [&now[..], &now[..6], &now[..7], "", &hyphens];
        scene.one_of(&texts)?.clone_into(&mut making.draft.scope.date);
        Some(())
    }),
    before("another region in the scope", |making, scene| {
        let region = scene.one_of(&["eu-west-1", "us-west-2", "*", "aws-global", ""])?;
        region.clone_into(&mut making.draft.scope.region);
        Some(())
    }),
    before("the start of the region in the scope", |making, _| {
        making.draft.scope.region.pop().map(drop)
    }),
    before("a longer region in the scope", |making, _| {
        making.draft.scope.region.push('0');
        Some(())
    }),
    before("the region of the scope in upper case", |making, _| {
        making.draft.scope.region.make_ascii_uppercase();
        Some(())
    }),
    before("another service in the scope", |making, scene| {
        let service = scene.one_of(&["iam", "execute-api", ""])?;
        service.clone_into(&mut making.draft.scope.service);
        Some(())
    }),
    before("the start of the service in the scope", |making, _| {
        making.draft.scope.service.pop().map(drop)
    }),
    before("a longer service in the scope", |making, _| {
        making.draft.scope.service.push('2');
        Some(())
    }),
    before("the service of the scope in upper case", |making, _| {
        making.draft.scope.service.make_ascii_uppercase();
        Some(())
    }),
    before("region and service of the scope exchanged", |making, _| {
        let scope = &mut making.draft.scope;
        std::mem::swap(&mut scope.region, &mut scope.service);
        Some(())
    }),
    before("another last part of the scope", |making, scene| {
        let end = scene.one_of(&["aws5_request", "goog4_request", "", "request"])?;
        end.clone_into(&mut making.draft.scope.terminator);
        Some(())
    }),
    before("the start of the last part of the scope", |making, _| {
        making.draft.scope.terminator.truncate(4);
        Some(())
    }),
    before("a longer last part of the scope", |making, _| {
        making.draft.scope.terminator.push('s');
        Some(())
    }),
    before("the last part of the scope in upper case", |making, _| {
        making.draft.scope.terminator.make_ascii_uppercase();
        Some(())
    }),
    after("another day in the scope", |sent, scene| {
        let days = [-86_400, 86_400].map(|seconds| day(&scene.setting.moment(seconds)));
        replaced(sent, &scene.original.scope.date, &days[scene.pick % 2])
    }),
    after("another region in the scope", |sent, scene| {
        replaced(sent, &scene.original.scope.region, "eu-west-1")
    }),
    after("another service in the scope", |sent, scene| {
        replaced(sent, &scene.original.scope.service, "iam")
    }),
    before("the key of the day before", |making, scene| {
        key_of(making, |scope| scope.date = day(&scene.setting.moment(-86_400)))
    }),
    before("the key of another region", |making, _| {
        key_of(making, |scope| "eu-west-1".clone_into(&mut scope.region))
    }),
    before("the key of another service", |making, _| {
        key_of(making, |scope| "iam".clone_into(&mut scope.service))
    }),
    before("the key of another last part", |making, _| {
        key_of(making, |scope| "aws5_request".clone_into(&mut scope.terminator))
    }),
];
