//! The cases of a topic, one after the other.

use sigv4_vectors::model::{
    Case, Evidence, EvidenceKind, Importance, Level, Made, Need, Question, Rule, Ruling, StoredKey,
    Verification, VerificationExpectation, VerificationInput,
};

use super::Topic;
use super::base::Base;
use super::draft::Draft;
use super::sent::Sent;

/// Where the bases are that most cases are twins of.
const BASES: &str = "verifier/sigv4/bases";

/// What a verifier must say.
#[derive(Clone, Debug)]
pub(super) struct Say {
    verdict: Ruling,
    importance: Importance,
    reason: Option<&'static str>,
    level: Level,
    report: Option<&'static str>,
    twin: Option<String>,
}

/// The request must be accepted.
pub(super) fn accept(importance: Importance) -> Say {
    Say {
        verdict: Ruling::Accept,
        importance,
        reason: None,
        level: Level::Must,
        report: None,
        twin: None,
    }
}

/// The request must be rejected.
pub(super) fn reject(importance: Importance, reason: &'static str) -> Say {
    Say { verdict: Ruling::Reject, reason: Some(reason), ..accept(importance) }
}

impl Say {
    /// The vendor documents nothing, or servers differ.
    pub(super) fn may(self) -> Self {
        Self { level: Level::May, ..self }
    }

    /// The documentation says so; servers that follow it less strictly are common.
    pub(super) fn should(self) -> Self {
        Self { level: Level::Should, ..self }
    }

    /// Where it was found in a verifier: the advisory or the report.
    pub(super) fn seen(self, report: &'static str) -> Self {
        Self { report: Some(report), ..self }
    }

    /// No report is about this.
    pub(super) fn unseen(self) -> Self {
        Self { report: None, ..self }
    }

    /// The case of the same topic that has to be accepted.
    pub(super) fn twin(self, name: impl Into<String>) -> Self {
        Self { twin: Some(name.into()), ..self }
    }
}

/// The cases of a topic.
pub(super) struct Table {
    family: &'static str,
    name: &'static str,
    title: &'static str,
    rule: (&'static str, &'static str),
    cases: Vec<Case>,
}

impl Table {
    /// No case yet. `rule` is the anchor of the section that says it, and what it says.
    pub(super) fn new(
        family: &'static str,
        name: &'static str,
        title: &'static str,
        rule: (&'static str, &'static str),
    ) -> Self {
        Self { family, name, title, rule, cases: Vec::new() }
    }

    /// The request as it was signed.
    pub(super) fn signed(&mut self, base: &Base<'_>) {
        self.add(
            Entry::of(base, "", "as it was signed"),
            &accept(Importance::Medium),
            Made::Signed,
        );
    }

    /// The request, changed after it was signed.
    pub(super) fn tampered(
        &mut self,
        base: &Base<'_>,
        (name, what): (&str, &str),
        say: Say,
        change: impl FnOnce(&mut Sent),
    ) {
        let mut entry = Entry::of(base, name, what);
        change(&mut entry.sent);
        self.add(entry, &say, Made::Tampered);
    }

    /// The request, changed and then signed.
    pub(super) fn resigned(
        &mut self,
        base: &Base<'_>,
        (name, what): (&str, &str),
        say: Say,
        change: impl FnOnce(&mut Draft),
    ) {
        self.with_keys(base, (name, what), say, vec![base.key()], change);
    }

    /// The request, changed, signed, and changed again so that it is what was signed.
    pub(super) fn resigned_as(
        &mut self,
        base: &Base<'_>,
        (name, what): (&str, &str),
        say: Say,
        change: impl FnOnce(&mut Draft),
        send: impl FnOnce(&mut Sent),
    ) {
        let mut draft = base.draft.clone();
        change(&mut draft);
        let mut entry = Entry { sent: draft.sign(), ..Entry::of(base, name, what) };
        send(&mut entry.sent);
        self.add(entry, &say, Made::Resigned);
    }

    /// The request, changed and then signed, to a verifier that knows these keys.
    pub(super) fn with_keys(
        &mut self,
        base: &Base<'_>,
        (name, what): (&str, &str),
        say: Say,
        keys: Vec<StoredKey>,
        change: impl FnOnce(&mut Draft),
    ) {
        let mut draft = base.draft.clone();
        change(&mut draft);
        let entry = Entry { sent: draft.sign(), keys, ..Entry::of(base, name, what) };
        self.add(entry, &say, Made::Resigned);
    }

    /// The cases, those that must be accepted first.
    pub(super) fn topic(mut self) -> Topic {
        self.cases.sort_by_key(|case| case.ruling() == Some(Ruling::Reject));
        Topic { family: self.family, name: self.name, title: self.title, cases: self.cases }
    }

    pub(super) fn add(&mut self, entry: Entry<'_>, say: &Say, made: Made) {
        let Entry { base, name, what, sent, keys, before } = entry;
        let name =
            if name.is_empty() { base.name.to_owned() } else { format!("{}-{name}", base.name) };
        let place = format!("verifier/{}/{}", self.family, self.name);
        let twin = match (say.verdict, &say.twin) {
            (Ruling::Accept, _) => None,
            (Ruling::Reject, Some(twin)) => Some(format!("{place}/{}-{twin}", base.name)),
            (Ruling::Reject, None) if self.family == "sigv4" => {
                Some(format!("{BASES}/{}", base.name))
            }
            (Ruling::Reject, None) => Some(format!("{place}/{}", base.name)),
        };
        let input = base.setting.verification(keys, sent);
        let (anchor, rule) = self.rule;
        let mut evidence = vec![Evidence {
            kind: EvidenceKind::Rule,
            source: anchor.to_owned(),
            votes: None,
            servers: Vec::new(),
        }];
        evidence.extend(say.report.map(|report| Evidence {
            kind: EvidenceKind::Cve,
            source: report.to_owned(),
            votes: None,
            servers: Vec::new(),
        }));
        self.cases.push(Case {
            id: format!("{place}/{name}"),
            title: format!("{}: {what}", base.title),
            family: self.family.to_owned(),
            level: say.level,
            evidence,
            spec: vec![Rule { anchor: anchor.to_owned(), rule: rule.to_owned() }],
            flags: Vec::new(),
            needs: Need::of_verification(&before, &input),
            catches: Vec::new(),
            question: Question::Verify(Box::new(Verification {
                before,
                input,
                expect: VerificationExpectation {
                    verdict: say.verdict,
                    importance: say.importance,
                    made,
                    reason: say.reason.map(Into::into),
                    twin,
                },
            })),
        });
    }
}

/// A request, before it is a case.
pub(super) struct Entry<'b> {
    pub(super) base: &'b Base<'b>,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) sent: Sent,
    pub(super) keys: Vec<StoredKey>,
    /// What the verifier was asked before.
    pub(super) before: Vec<VerificationInput>,
}

impl<'b> Entry<'b> {
    /// The base, with a name and a title of its own.
    pub(super) fn of(base: &'b Base<'b>, name: &str, what: &str) -> Self {
        Self {
            base,
            name: name.to_owned(),
            what: what.to_owned(),
            sent: base.draft.sign(),
            keys: vec![base.key()],
            before: Vec::new(),
        }
    }

    /// What a verifier is given.
    pub(super) fn input(self) -> VerificationInput {
        self.base.setting.verification(self.keys, self.sent)
    }
}
