//! Session tokens.

use sigv4_vectors::Secret;

use super::super::change::{Change, after, before, only_if};
use super::super::place::header;

const OTHER: &str = "AQoDYXdzOTHERTOKENEXAMPLE";
const NAME: &str = "X-Amz-Security-Token";

pub(in super::super) const CHANGES: &[Change] = &[
    before("the session token lost", |making, _| making.draft.session_token.take().map(drop)),
    before("another session token", |making, _| {
        OTHER.clone_into(making.draft.session_token.as_mut()?);
        Some(())
    }),
    before("an empty session token", |making, _| {
        making.draft.session_token.as_mut()?.clear();
        Some(())
    }),
    before("the session token without its last letter", |making, _| {
        making.draft.session_token.as_mut()?.pop().map(drop)
    }),
    before("a letter after the session token", |making, _| {
        making.draft.session_token.as_mut()?.push('x');
        Some(())
    }),
    before("the session token in lower case", |making, _| {
        making.draft.session_token.as_mut()?.make_ascii_lowercase();
        Some(())
    }),
    before("a session token that is no longer valid", |making, _| {
        only_if(making.draft.session_token.is_some())?;
        making.keys.first_mut()?.session_token = Some(Secret::from(OTHER));
        Some(())
    }),
    before("a session token beside a key that has none", |making, _| {
        only_if(making.draft.session_token.is_none())?;
        making.draft.session_token = Some(OTHER.to_owned());
        Some(())
    }),
    after("a session token in a header, unsigned", |sent, scene| {
        only_if(scene.is_presigned() && scene.original.session_token.is_none())?;
        sent.add(NAME, OTHER);
        Some(())
    }),
    after("another session token", |sent, _| {
        OTHER.clone_into(header(sent, NAME)?);
        Some(())
    }),
    after("a second session token", |sent, _| {
        header(sent, NAME)?;
        sent.add(NAME, OTHER);
        Some(())
    }),
    after("a second session token, before the first", |sent, _| {
        header(sent, NAME)?;
        sent.headers.insert(0, (NAME.to_owned(), OTHER.to_owned()));
        Some(())
    }),
    after("the session token in the query instead", |sent, _| {
        let token = header(sent, NAME)?.replace('/', "%2F");
        sent.without(NAME);
        sent.query.push(format!("{NAME}={token}"));
        Some(())
    }),
    after("the session token taken from a presigned URL", |sent, scene| {
        only_if(scene.is_presigned())?;
        let before = sent.query.len();
        sent.query.retain(|piece| !piece.starts_with(NAME));
        only_if(sent.query.len() < before)
    }),
];
