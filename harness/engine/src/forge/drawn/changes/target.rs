//! The method and the target.

use super::super::super::sent::Sent;
use super::super::change::{Change, Scene, after, before, only_if};
use super::super::place::own_parameters;

/// A parameter that is not one of signing.
fn chosen<'s>(sent: &'s mut Sent, scene: &Scene<'_>) -> Option<&'s mut String> {
    let index = scene.one_of(&own_parameters(sent))?;
    sent.query.get_mut(index)
}

pub(in super::super) const CHANGES: &[Change] = &[
    after("another method", |sent, scene| {
        let method = scene.one_of(&["GET", "PUT", "POST", "DELETE"])?;
        only_if(method != scene.original.method)?;
        method.clone_into(&mut sent.method);
        Some(())
    }),
    after("HEAD instead of GET", |sent, _| {
        only_if(sent.method == "GET")?;
        "HEAD".clone_into(&mut sent.method);
        Some(())
    }),
    after("a letter after the path", |sent, _| {
        sent.path.push('2');
        Some(())
    }),
    after("the last letter of the path lost", |sent, _| {
        only_if(sent.path.ends_with(|end: char| end.is_ascii_lowercase()))?;
        sent.path.pop();
        Some(())
    }),
    after("the last letter of the path in upper case", |sent, _| {
        let last = sent.path.pop().filter(char::is_ascii_lowercase)?;
        sent.path.push(last.to_ascii_uppercase());
        Some(())
    }),
    after("a slash after the path", |sent, _| {
        only_if(!sent.path.ends_with('/'))?;
        sent.path.push('/');
        Some(())
    }),
    after("a segment after the path", |sent, _| {
        sent.path.push_str("/more");
        Some(())
    }),
    after("a segment before the path", |sent, _| {
        sent.path.insert_str(0, "/prod");
        Some(())
    }),
    after("the path lost", |sent, _| {
        only_if(sent.path != "/")?;
        "/".clone_into(&mut sent.path);
        Some(())
    }),
    after("a dot segment before the path", |sent, _| {
        sent.path.insert_str(0, "/.");
        Some(())
    }),
    after("a segment and its parent segment before the path", |sent, _| {
        sent.path.insert_str(0, "/other/..");
        Some(())
    }),
    after("an escaped parent segment before the path", |sent, _| {
        sent.path.insert_str(0, "/other/%2E%2E");
        Some(())
    }),
    after("a second slash before the path", |sent, _| {
        sent.path.insert(0, '/');
        Some(())
    }),
    after("a backslash for the last slash of the path", |sent, _| {
        let at = sent.path.rfind('/').filter(|at| *at > 0)?;
        sent.path.replace_range(at..=at, "\\");
        Some(())
    }),
    after("a parameter after a semicolon in the path", |sent, _| {
        sent.path.push_str(";admin=1");
        Some(())
    }),
    after("an escaped NUL after the path", |sent, _| {
        sent.path.push_str("%00");
        Some(())
    }),
    after("one more parameter", |sent, _| {
        sent.query.push("versionId=2".to_owned());
        Some(())
    }),
    after("one more parameter at the start", |sent, _| {
        sent.query.insert(0, "versionId=2".to_owned());
        Some(())
    }),
    after("one more parameter without a value", |sent, _| {
        sent.query.push("acl".to_owned());
        Some(())
    }),
    after("one more parameter with an empty value", |sent, _| {
        sent.query.push("acl=".to_owned());
        Some(())
    }),
    after("one more parameter without a name", |sent, _| {
        sent.query.push("=1".to_owned());
        Some(())
    }),
    after("another value of a parameter", |sent, scene| {
        chosen(sent, scene)?.push('2');
        Some(())
    }),
    after("the value of a parameter lost", |sent, scene| {
        let piece = chosen(sent, scene)?;
        let end = piece.find('=')? + 1;
        only_if(end < piece.len())?;
        piece.truncate(end);
        Some(())
    }),
    after("the equals sign of an empty parameter lost", |sent, scene| {
        let piece = chosen(sent, scene)?;
        only_if(piece.ends_with('='))?;
        piece.pop();
        Some(())
    }),
    after("another name of a parameter", |sent, scene| {
        chosen(sent, scene)?.insert(0, 'x');
        Some(())
    }),
    after("the name of a parameter in another case", |sent, scene| {
        let first = chosen(sent, scene)?.get_mut(..1)?;
        if first.as_bytes()[0].is_ascii_lowercase() {
            first.make_ascii_uppercase();
        } else {
            first.make_ascii_lowercase();
        }
        Some(())
    }),
    after("a parameter lost", |sent, scene| {
        let index = scene.one_of(&own_parameters(sent))?;
        sent.query.remove(index);
        Some(())
    }),
    after("a parameter twice", |sent, scene| {
        let again = chosen(sent, scene)?.clone();
        sent.query.push(again);
        Some(())
    }),
    after("a second value of a parameter", |sent, scene| {
        let second = format!("{}2", chosen(sent, scene)?);
        sent.query.push(second);
        Some(())
    }),
    after("a second value of a parameter, before the first", |sent, scene| {
        let second = format!("{}2", chosen(sent, scene)?);
        sent.query.insert(0, second);
        Some(())
    }),
    after("the parameters in the opposite order", |sent, _| {
        only_if(sent.query.len() > 1)?;
        sent.query.reverse();
        Some(())
    }),
    before("two parameters of one name", |making, scene| {
        let values = scene.one_of(&[["2", "1"], ["1", "2"], ["b", ""], ["a%2Bb", "a%20b"]])?;
        making.draft.query.extend(values.map(|value| ("marker".to_owned(), value.to_owned())));
        Some(())
    }),
];
