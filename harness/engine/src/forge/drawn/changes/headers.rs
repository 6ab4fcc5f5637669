//! The headers.

use super::super::super::sent::Sent;
use super::super::change::{Change, Scene, after, before, only_if};
use super::super::place::header;

/// Headers that a server acts on.
const HONOURED: [(&str, &str); 8] = [
    ("X-Amz-Acl", "public-read-write"),
    ("X-Amz-Copy-Source", "/other/secret"),
    ("X-Amz-Meta-Role", "admin"),
    ("X-Amz-Tagging", "project=other"),
    ("X-Amz-Storage-Class", "GLACIER"),
    ("X-Amz-Server-Side-Encryption", "AES256"),
    ("X-Amz-Expected-Bucket-Owner", "111122223333"),
    ("X-Amz-Unknown", "1"),
];

/// The index of a signed header that is not one of signing.
fn chosen(sent: &Sent, scene: &Scene<'_>) -> Option<usize> {
    let is_own = |index: &usize| {
        let (name, _) = &sent.headers[*index];
        let is_signed = scene.original.headers.iter().any(|(own, _)| own == name);
        is_signed && name != "Host" && name != "X-Amz-Content-Sha256"
    };
    scene.one_of(&(0..sent.headers.len()).filter(is_own).collect::<Vec<_>>())
}

/// The value of such a header.
fn value<'s>(sent: &'s mut Sent, scene: &Scene<'_>) -> Option<&'s mut String> {
    let index = chosen(sent, scene)?;
    Some(&mut sent.headers[index].1)
}

pub(in super::super) const CHANGES: &[Change] = &[
    after("another host", |sent, _| {
        "other.example.com".clone_into(header(sent, "host")?);
        Some(())
    }),
    after("a longer host", |sent, _| {
        header(sent, "host")?.push_str(".evil.example");
        Some(())
    }),
    after("the host with another port", |sent, _| {
        header(sent, "host")?.push_str(":8443");
        Some(())
    }),
    after("an empty host", |sent, _| {
        header(sent, "host")?.clear();
        Some(())
    }),
    before("an empty host", |making, _| {
        making.draft.headers.first_mut().filter(|(name, _)| name == "Host")?.1.clear();
        Some(())
    }),
    after("no host", |sent, _| {
        header(sent, "host")?;
        sent.without("host");
        Some(())
    }),
    after("a second host", |sent, _| {
        sent.add("Host", "other.example.com");
        Some(())
    }),
    after("a second host, before the first", |sent, _| {
        sent.headers.insert(0, ("Host".to_owned(), "other.example.com".to_owned()));
        Some(())
    }),
    after("another host, and the signed one as the forwarded host", |sent, _| {
        let own = std::mem::replace(header(sent, "host")?, "other.example.com".to_owned());
        sent.add("X-Forwarded-Host", &own);
        Some(())
    }),
    after("a forwarded host, unsigned", |sent, _| {
        sent.add("X-Forwarded-Host", "other.example.com");
        Some(())
    }),
    after("one more header, unsigned", |sent, scene| {
        let (name, value) = scene.one_of(&[
            ("X-Unsigned", "1"),
            ("User-Agent", "client/1.0"),
            ("Via", "1.1 proxy"),
        ])?;
        sent.add(name, value);
        Some(())
    }),
    after("the headers in the opposite order", |sent, _| {
        // The values of one name are signed in their order.
        let mut names: Vec<&str> = sent.headers.iter().map(|(name, _)| &name[..]).collect();
        names.sort_unstable();
        only_if(names.len() > 1 && names.windows(2).all(|pair| pair[0] != pair[1]))?;
        sent.headers.reverse();
        Some(())
    }),
    after("the names of the headers in upper case", |sent, _| {
        for (name, _) in &mut sent.headers {
            name.make_ascii_uppercase();
        }
        Some(())
    }),
    after("white space around the values of the headers", |sent, _| {
        for (_, value) in &mut sent.headers {
            *value = format!("  {value} ");
        }
        Some(())
    }),
    after("another value of a signed header", |sent, scene| {
        value(sent, scene)?.push('2');
        Some(())
    }),
    after("the value of a signed header in another case", |sent, scene| {
        let value = value(sent, scene)?;
        only_if(value.contains(|letter: char| letter.is_ascii_lowercase()))?;
        value.make_ascii_uppercase();
        Some(())
    }),
    after("more after the value of a signed header", |sent, scene| {
        let more = scene.one_of(&["; more", ", more", " more", "#more"])?;
        value(sent, scene)?.push_str(more);
        Some(())
    }),
    after("a long text after the value of a signed header", |sent, scene| {
        value(sent, scene)?.push_str(&"x".repeat(9000));
        Some(())
    }),
    before("a long header", |making, scene| {
        let length = scene.one_of(&[200, 300, 1100, 5000])?;
        making.draft.header("X-Custom", &"x".repeat(length));
        Some(())
    }),
    after("a second value of a signed header", |sent, scene| {
        let (name, _) = sent.headers[chosen(sent, scene)?].clone();
        sent.add(&name, "second");
        Some(())
    }),
    after("a second value of a signed header, before the first", |sent, scene| {
        let (name, _) = sent.headers[chosen(sent, scene)?].clone();
        sent.headers.insert(0, (name, "second".to_owned()));
        Some(())
    }),
    after("a signed header without its value", |sent, scene| {
        value(sent, scene)?.clear();
        Some(())
    }),
    after("a signed header lost", |sent, scene| {
        let (name, _) = sent.headers[chosen(sent, scene)?].clone();
        sent.without(&name);
        Some(())
    }),
    after("a signed header with an underscore in its name", |sent, scene| {
        let (name, _) = sent.headers[chosen(sent, scene)?].clone();
        only_if(name.contains('-'))?;
        for (own, _) in &mut sent.headers {
            if *own == name {
                *own = name.replace('-', "_");
            }
        }
        Some(())
    }),
    after("a header that a server acts on, unsigned", |sent, scene| {
        let (name, value) = scene.one_of(&HONOURED)?;
        only_if(header(sent, name).is_none())?;
        sent.add(name, value);
        Some(())
    }),
    after("a header that a server acts on, unsigned and in lower case", |sent, scene| {
        let (name, value) = scene.one_of(&HONOURED)?;
        only_if(header(sent, name).is_none())?;
        sent.add(&name.to_ascii_lowercase(), value);
        Some(())
    }),
    before("a header that a server acts on", |making, scene| {
        let (name, value) = scene.one_of(&HONOURED)?;
        making.draft.header(name, value);
        Some(())
    }),
];
