//! Shrinking a request that fails, until nothing more can be left out.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::{Payload, Placement, Profile};
use sigv4_vectors::{Bytes, Secret};

use super::class::split_target;
use super::plain;

/// Looks for the simplest question for which `still_fails` holds; it must hold for `question`.
/// Greedy: continues from each simpler one that it finds. Tries at most `budget` questions.
#[must_use]
pub fn minimise(
    question: SignQuestion,
    budget: usize,
    mut still_fails: impl FnMut(&SignQuestion) -> bool,
) -> SignQuestion {
    let mut calls = vec![question];
    calls = minimise_calls(calls, budget, |calls| still_fails(&calls[0]));
    calls.swap_remove(0)
}

/// The same for calls in a row, of which at least one remains.
#[must_use]
pub fn minimise_calls(
    mut calls: Vec<SignQuestion>,
    mut budget: usize,
    mut still_fails: impl FnMut(&[SignQuestion]) -> bool,
) -> Vec<SignQuestion> {
    loop {
        let simpler = simpler_calls(&calls)
            .take(budget)
            .inspect(|_| budget -= 1)
            .find(|simpler| still_fails(simpler));
        match simpler {
            Some(simpler) => calls = simpler,
            None => return calls,
        }
    }
}

fn simpler_calls(calls: &[SignQuestion]) -> impl Iterator<Item = Vec<SignQuestion>> + '_ {
    let several = calls.len() > 1;
    // Long runs of calls first, then single ones.
    let runs = std::iter::successors(Some(calls.len() / 2), |run| Some(run / 2));
    let runs = runs.take_while(|run| *run > 0).filter(move |_| several);
    let fewer = runs.flat_map(move |run| {
        (0..calls.len()).step_by(run).map(move |first| {
            let behind = (first + run).min(calls.len());
            [&calls[..first], &calls[behind..]].concat()
        })
    });
    let alike = simpler_together(calls).into_iter();
    let simpler = (0..calls.len()).flat_map(move |index| {
        candidates(&calls[index]).map(move |candidate| {
            let mut simpler = calls.to_vec();
            simpler[index] = candidate;
            simpler
        })
    });
    fewer.chain(alike).chain(simpler_requests(calls)).chain(simpler)
}

/// Simplifies the request of the last call in all calls with the same request: what shows only if
/// a request is signed again needs them to stay equal.
fn simpler_requests(calls: &[SignQuestion]) -> impl Iterator<Item = Vec<SignQuestion>> + '_ {
    let again = calls.split_last().filter(|(last, before)| {
        before.iter().any(|call| call.input.request == last.input.request)
    });
    again.into_iter().flat_map(move |(last, _)| {
        let request = &last.input.request;
        let changed = candidates(last).filter(move |simpler| simpler.input.request != *request);
        changed.map(move |simpler| {
            let mut calls = calls.to_vec();
            for call in calls.iter_mut().filter(|call| call.input.request == *request) {
                call.input.request.clone_from(&simpler.input.request);
            }
            calls
        })
    })
}

/// All calls with the same field made plain: what they have in common may have to stay equal.
fn simpler_together(calls: &[SignQuestion]) -> Vec<Vec<SignQuestion>> {
    if calls.len() < 2 {
        return Vec::new();
    }
    let together = PLAINER.iter().map(|change| {
        let mut simpler = calls.to_vec();
        simpler.iter_mut().for_each(change);
        simpler
    });
    let weight = |calls: &[SignQuestion]| calls.iter().map(weight).sum::<usize>();
    together.filter(|simpler| weight(simpler) < weight(calls)).collect()
}

/// Simpler questions, those that leave out the most first. Each weighs less than `question`, so
/// that repeated shrinking ends.
pub fn candidates(question: &SignQuestion) -> impl Iterator<Item = SignQuestion> + '_ {
    let whole = PLAINER.iter().map(|change| {
        let mut simpler = question.clone();
        change(&mut simpler);
        simpler
    });
    let target = lazily(|| targets(question)).map(|target| {
        let mut simpler = question.clone();
        simpler.input.request.target = target.into();
        simpler
    });
    let headers = lazily(|| headers(question)).map(|headers| {
        let mut simpler = question.clone();
        simpler.input.request.headers = headers;
        simpler
    });
    let texts = TEXTS.iter().flat_map(|field| {
        let text = field(&mut question.clone()).map(|text| text.to_vec()).unwrap_or_default();
        shorter(&text, 0).into_iter().map(|shorter| {
            let mut simpler = question.clone();
            if let Some(text) = field(&mut simpler) {
                *text = shorter.into();
            }
            simpler
        })
    });
    let times = simpler_times(question).into_iter();
    let before = weight(question);
    whole
        .chain(target)
        .chain(headers)
        .chain(texts)
        .chain(times)
        .filter(move |simpler| weight(simpler) < before)
}

/// Makes a list only when its first item is requested.
fn lazily<T>(list: impl FnOnce() -> Vec<T>) -> impl Iterator<Item = T> {
    std::iter::once_with(list).flatten()
}

type Change = fn(&mut SignQuestion);

/// Changes that make one field the same as in the plainest question.
const PLAINER: &[Change] = &[
    |question| question.input.request.headers.retain(|(name, _)| is_host(name)),
    |question| question.input.request.target = plain::TARGET.into(),
    |question| {
        question.placement = Placement::Header;
        question.input.expires = None;
    },
    |question| {
        question.profile = Profile::Generic;
        (question.input.normalize, question.input.double_encode) = (true, true);
    },
    |question| question.input.credentials.session_token = None,
    |question| question.input.request.body = Bytes::default(),
    |question| question.input.time = plain::time(plain::TIME),
    |question| question.input.region = plain::REGION.into(),
    |question| question.input.service = plain::SERVICE.into(),
    |question| question.input.credentials.access_key_id = plain::ACCESS_KEY_ID.into(),
    |question| question.input.credentials.secret_access_key = plain::SECRET_ACCESS_KEY.into(),
    |question| question.input.request.method = plain::METHOD.into(),
    |question| question.input.payload = Payload::Signed,
    |question| question.input.content_sha256_header = false,
    |question| question.input.session_token_signed = true,
    |question| question.input.expires = question.input.expires.map(|_| plain::EXPIRES),
    |question| {
        let (generic, input) = (question.profile == Profile::Generic, &mut question.input);
        (input.normalize, input.double_encode) = (generic, generic);
    },
    |question| {
        let headers = &mut question.input.request.headers;
        match headers.iter_mut().find(|(name, _)| is_host(name)) {
            Some((name, host)) => (*name, *host) = ("Host".into(), plain::HOST.into()),
            None => headers.insert(0, ("Host".into(), plain::HOST.into())),
        }
    },
];

type Text = fn(&mut SignQuestion) -> Option<&mut Bytes>;

/// The texts that can be cut anywhere.
const TEXTS: &[Text] = &[
    |question| Some(&mut question.input.request.body),
    |question| question.input.credentials.session_token.as_mut().map(Secret::expose_mut),
    |question| Some(&mut question.input.credentials.access_key_id),
    |question| Some(question.input.credentials.secret_access_key.expose_mut()),
    |question| Some(&mut question.input.region),
    |question| Some(&mut question.input.service),
    |question| Some(&mut question.input.request.method),
];

fn targets(question: &SignQuestion) -> Vec<Vec<u8>> {
    let target = &question.input.request.target;
    let (path, query) = split_target(target);
    let mut targets = Vec::new();
    let joined = |path: &[u8], query: Option<&[u8]>| match query {
        Some(query) => [path, b"?", query].concat(),
        None => path.to_vec(),
    };
    if let Some(query) = query {
        targets.push(path.to_vec());
        targets.push(joined(b"/", Some(query)));
        let pairs: Vec<&[u8]> = query.split(|byte| *byte == b'&').collect();
        for left_out in (0..pairs.len()).filter(|_| pairs.len() > 1) {
            let mut fewer = pairs.clone();
            fewer.remove(left_out);
            targets.push(joined(path, Some(&fewer.join(&b'&'))));
        }
        targets.extend(shorter(query, 0).iter().map(|query| joined(path, Some(query))));
    }
    let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    for left_out in 1..segments.len() {
        let mut fewer = segments.clone();
        fewer.remove(left_out);
        targets.push(joined(&fewer.join(&b'/'), query));
    }
    targets.extend(shorter(path, 1).iter().map(|path| joined(path, query)));
    targets
}

fn headers(question: &SignQuestion) -> Vec<Vec<(Bytes, Bytes)>> {
    let headers = &question.input.request.headers;
    let mut lists = Vec::new();
    for index in 0..headers.len() {
        let mut fewer = headers.clone();
        fewer.remove(index);
        lists.push(fewer);
    }
    for (index, (name, value)) in headers.iter().enumerate() {
        let mut with = |header: (Bytes, Bytes)| {
            let mut list = headers.clone();
            list[index] = header;
            lists.push(list);
        };
        if is_host(name) {
            with(("Host".into(), value.clone()));
        } else {
            with(("a".into(), value.clone()));
            with((name.to_ascii_lowercase().into(), value.clone()));
            for name in shorter(name, 0) {
                with((name.into(), value.clone()));
            }
        }
        for value in shorter(value, 0) {
            with((name.clone(), value.into()));
        }
    }
    lists
}

/// The time with the day, the clock or the year of the plainest one.
fn simpler_times(question: &SignQuestion) -> Vec<SignQuestion> {
    let (day, clock) = question.input.time.split_at(8);
    let (plain_day, plain_clock) = plain::TIME.split_at(8);
    [[day, plain_clock], [plain_day, clock], [&format!("2015{}", &day[4..]), clock]]
        .map(|parts| {
            let mut simpler = question.clone();
            simpler.input.time = plain::time(&parts.concat());
            simpler
        })
        .to_vec()
}

/// The text, after its first `kept` bytes, with runs left out, long ones first, and then with
/// units replaced by a plain letter. An escape is one unit. Of runs that are short beside the text only the
/// first and the last are left out: enough for what depends on the length.
fn shorter(text: &[u8], kept: usize) -> Vec<Vec<u8>> {
    let Some((head, tail)) = text.split_at_checked(kept) else { return Vec::new() };
    let units = units(tail);
    let mut shorter = Vec::new();
    let mut run = units.len();
    while run > 0 {
        let is_long = units.len() / run <= 200;
        for start in (0..units.len()).step_by(run) {
            let end = (start + run).min(units.len());
            if is_long || start == 0 || end == units.len() {
                shorter.push([head, &units[..start].concat(), &units[end..].concat()].concat());
            }
        }
        run /= 2;
    }
    if units.len() <= 60 {
        for index in 0..units.len() {
            let mut simpler = units.clone();
            simpler[index] = b"a";
            shorter.push([head, &simpler.concat()].concat());
        }
    }
    shorter
}

fn units(text: &[u8]) -> Vec<&[u8]> {
    let mut units = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_escape =
            rest.len() >= 3 && rest[0] == b'%' && rest[1..3].iter().all(u8::is_ascii_hexdigit);
        let continuations = rest[1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
        let length = match rest[0] {
            _ if is_escape => 3,
            0xC2.. => 1 + continuations.min(3),
            _ => 1,
        };
        let (unit, behind) = rest.split_at(length);
        units.push(unit);
        rest = behind;
    }
    units
}

/// How far a question is from the plainest one.
fn weight(question: &SignQuestion) -> usize {
    let input = &question.input;
    let request = &input.request;
    let credentials = &input.credentials;
    let field = |text: &[u8], plain: &str| {
        if text == plain.as_bytes() { 0 } else { 8 + text_weight(text) }
    };
    let switch = |differs: bool| if differs { 8 } else { 0 };
    let headers = request.headers.iter().map(|(name, value)| {
        if is_host(name) {
            field(value, plain::HOST) + usize::from(**name != *b"Host")
        } else {
            16 + text_weight(name) + text_weight(value)
        }
    });
    let has_host = request.headers.iter().any(|(name, _)| is_host(name));
    let generic = question.profile == Profile::Generic;
    let time = input.time.bytes().zip(plain::TIME.bytes()).filter(|(is, plain)| is != plain);
    [
        field(&request.method, plain::METHOD),
        field(&request.target, plain::TARGET),
        switch(!request.target.starts_with(b"/")),
        headers.sum(),
        switch(!has_host) * 2,
        text_weight(&request.body) + switch(!request.body.is_empty()),
        time.count(),
        field(&input.region, plain::REGION),
        field(&input.service, plain::SERVICE),
        field(&credentials.access_key_id, plain::ACCESS_KEY_ID),
        field(&credentials.secret_access_key, plain::SECRET_ACCESS_KEY),
        credentials.session_token.as_ref().map_or(0, |token| 16 + text_weight(token)),
        switch(!input.session_token_signed),
        switch(question.placement == Placement::Query) * 2,
        switch(!generic),
        switch(input.normalize != generic),
        switch(input.double_encode != generic),
        switch(input.payload == Payload::Unsigned),
        switch(input.content_sha256_header),
        switch(input.expires.is_some_and(|expires| expires != plain::EXPIRES)),
    ]
    .iter()
    .sum()
}

fn text_weight(text: &[u8]) -> usize {
    let byte_weight = |byte: &u8| match byte {
        b'a' => 2,
        _ if byte.is_ascii_lowercase() => 3,
        _ if byte.is_ascii_graphic() => 4,
        _ => 6,
    };
    text.iter().map(byte_weight).sum()
}

fn is_host(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"host")
}
