//! The search for the changes that explain a signature: each alone, two at once, and one with a
//! mistake of the signer.

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelIterator as _, IntoParallelRefIterator as _,
    ParallelIterator as _,
};
use sigv4_mistakes::{Mistake, MistakeSet, made_in};
use sigv4_protocol::{Operation, SignQuestion};
use sigv4_reference::{Signature, SigningKey};

use super::account::{Account, Edit};
use super::{CHANGES, Change, Happened, Part, Received, Undone, Way, headers};
use crate::explain::cause::Cause;
use crate::explain::stages::Computed;

/// How many explanations are worth reading.
const MOST: usize = 3;
/// How many of one change, the likeliest, are tried together with others.
const COMBINED: usize = 64;
/// How many bytes are hashed at most to try two changes, or a change and a mistake, that touch
/// different pieces. An ordinary request needs less; long ones are searched as far as it goes.
const HASHED: usize = 1 << 27;
/// How many bytes of requests are signed again at most to try two changes of the same part.
const SIGNED_AGAIN: usize = 1 << 24;

/// The texts of a signer, and the key that it signs with.
pub(in crate::explain) type Signed = (Computed, SigningKey);
/// What a correct signer computes for a question without its body and with this payload line.
pub(in crate::explain) type Signer<'s> = dyn Fn(&SignQuestion, &[u8]) -> Option<Signed> + Sync + 's;

/// What a signer with a mistake computes for a question without its body. The payload line is given
/// if it is not that of the body that arrived.
pub(in crate::explain) type Mistaken<'s> =
    dyn Fn(Mistake, &SignQuestion, Option<&[u8]>) -> Option<Signed> + Sync + 's;

/// A request whose changes are looked for.
pub(in crate::explain) struct Search<'s> {
    received: &'s Received<'s>,
    signature: Option<Signature>,
    /// Whether every signed header arrived.
    is_whole: bool,
    signer: &'s Signer<'s>,
    base: Option<Account>,
    /// Everything that may have been changed, undone once.
    once: Vec<Tried>,
}

/// A change that was undone.
struct Tried {
    happened: Happened,
    question: SignQuestion,
    payload: Option<Vec<u8>>,
    /// What it changes.
    edit: Edit,
    /// Whether it gives the signature alone.
    is_right: bool,
    /// How long its canonical request is, nearly.
    length: usize,
}

impl<'s> Search<'s> {
    /// Undoes each change of `asked`, which has no body.
    pub(in crate::explain) fn new(
        received: &'s Received<'s>,
        asked: &SignQuestion,
        signature: &[u8],
        signer: &'s Signer<'s>,
    ) -> Self {
        let mut search = Self {
            received,
            signature: Signature::from_hex(signature),
            is_whole: received.missing().next().is_none(),
            signer,
            base: signer(asked, &received.payload).and_then(account),
            once: Vec::new(),
        };
        let all = CHANGES.par_iter().flat_map(|change| search.undone(change, asked));
        search.once = all.collect();
        search
    }

    fn undone(&self, change: &'static Change, asked: &SignQuestion) -> Vec<Tried> {
        let undone = (change.undo)(self.received, asked).into_par_iter();
        undone.filter_map(|undone| self.tried(change, undone)).collect()
    }

    /// `None` for what no correct signer signs, and for what changes nothing that is signed.
    fn tried(&self, change: &'static Change, undone: Undone) -> Option<Tried> {
        let Undone { question, what, payload, slip, cause, is_evident } = undone;
        let line = payload.as_deref().unwrap_or(&self.received.payload);
        let account = (self.signer)(&question, line).and_then(account)?;
        let account = match slip {
            Some(slip) => slip.applied(account, &question)?,
            None => account,
        };
        let edit = self.base.as_ref().map_or_else(Edit::default, |base| base.edit(&account));
        let is_change = self.base.is_none() || !edit.is_empty();
        let cause = cause.unwrap_or_else(|| Cause::new(change.who, change.fix));
        let happened = Happened { change, what, cause, is_evident };
        // A request may be long and there are many changes: the account is not kept.
        let (is_right, length) = (self.is_right(&account), account.len());
        is_change.then_some(Tried { happened, question, payload, edit, is_right, length })
    }

    /// The change that gives the signature alone. If there are several, they are the same signed
    /// request in other words.
    pub(in crate::explain) fn alone(&self) -> Option<Way> {
        let right = self.once.iter().find(|tried| tried.is_right)?;
        Some(way(&[&right.happened], MistakeSet::EMPTY))
    }

    /// Two changes that give the signature together.
    pub(in crate::explain) fn pair(&self) -> Option<Way> {
        self.pair_of_two_parts().or_else(|| self.pair_of_one_part())
    }

    fn pair_of_two_parts(&self) -> Option<Way> {
        let base = self.base.as_ref()?;
        let combined = self.combined();
        let most = HASHED / base.len();
        // Those before each one, so that a search that is cut short still has tried the likeliest.
        let enough = (1..combined.len()).take_while(|later| later * (later - 1) / 2 < most);
        let found = enough.collect::<Vec<_>>().into_par_iter().find_map_first(|later| {
            let second = combined[later];
            let first = combined[..later].iter().find(|first| {
                (self.completes(first) || self.completes(second))
                    && self.is_signature(base.signature_after(&first.edit, &second.edit))
            })?;
            Some((*first, second))
        });
        found.map(|(first, second)| way(&[&first.happened, &second.happened], MistakeSet::EMPTY))
    }

    /// What is tried together with something else.
    fn combined(&self) -> Vec<&Tried> {
        let groups =
            self.once.chunk_by(|one, next| one.happened.change.id == next.happened.change.id);
        let combined = groups.flat_map(|group| &group[..group.len().min(COMBINED)]);
        combined.filter(|tried| tried.happened.change.part.is_combined()).collect()
    }

    /// Two changes of the path, or of the query: the second is undone where the first was.
    fn pair_of_one_part(&self) -> Option<Way> {
        let mut left = SIGNED_AGAIN;
        for first in self.once.iter().filter(|tried| tried.happened.change.part.is_rewritten()) {
            let others = CHANGES.iter().filter(|change| {
                let own = first.happened.change;
                change.part == own.part && change.id != own.id
            });
            for change in others {
                for second in self.undone(change, &first.question) {
                    if self.completes(first) && second.is_right {
                        return Some(way(&[&first.happened, &second.happened], MistakeSet::EMPTY));
                    }
                    left = left.checked_sub(second.length)?;
                }
            }
        }
        None
    }

    /// A change and one mistake. `mistaken` says what a signer with a mistake computes.
    pub(in crate::explain) fn with_mistakes(
        &self,
        asked: &SignQuestion,
        mistaken: &Mistaken<'_>,
    ) -> Vec<Way> {
        let Some(base) = &self.base else { return Vec::new() };
        let edit = |mistake: &Mistake| {
            let account = account(mistaken(*mistake, asked, None)?)?;
            let edit = base.edit(&account);
            (!edit.is_empty()).then_some((*mistake, edit))
        };
        let tried = made_in(Operation::Sign).par_iter();
        let mut edits: Vec<(Mistake, Edit)> = tried.filter_map(edit).collect();
        // What others reported is likelier.
        edits.sort_by_key(|(mistake, _)| mistake.entry().reports.is_empty());
        let combined = self.combined();
        let most = HASHED / base.len() / edits.len().max(1);
        let found = combined.into_par_iter().take(most).flat_map_iter(|tried| {
            let right = edits.iter().filter(|(mistake, edit)| {
                // A mistake may read what the change wrote elsewhere.
                let signed = || mistaken(*mistake, &tried.question, tried.payload.as_deref());
                self.completes(tried)
                    && self.is_signature(base.signature_after(&tried.edit, edit))
                    && signed().and_then(account).is_some_and(|account| self.is_right(&account))
            });
            right.map(|(mistake, _)| way(&[&tried.happened], (*mistake).into()))
        });
        let mut found: Vec<Way> = found.collect();
        found.truncate(MOST);
        found
    }

    fn is_right(&self, account: &Account) -> bool {
        self.is_signature(Some(account.signature()))
    }

    fn is_signature(&self, found: Option<Signature>) -> bool {
        found.is_some() && found == self.signature
    }

    /// Whether every signed header is there after it, if it is the only change of its part.
    fn completes(&self, tried: &Tried) -> bool {
        self.is_whole || tried.happened.change.id == headers::DROPPED.id
    }
}

impl Part {
    /// Whether it is tried together with others. Another secret or another clock did not
    /// happen on the way, and there are too many of them.
    fn is_combined(self) -> bool {
        !matches!(self, Self::Secret | Self::Clock | Self::Region)
    }

    /// Whether two rewritings of it may follow each other.
    fn is_rewritten(self) -> bool {
        matches!(self, Self::Path | Self::Query)
    }
}

/// `None` if it is not built as a correct signer builds it.
fn account((computed, key): Signed) -> Option<Account> {
    let Computed { canonical_request, string_to_sign, signature } = &computed;
    let account = Account::of(canonical_request, string_to_sign, key)?;
    (Signature::from_hex(signature) == Some(account.signature())).then_some(account)
}

fn way(happened: &[&Happened], mistakes: MistakeSet) -> Way {
    Way { happened: happened.iter().map(|one| (*one).clone()).collect(), mistakes }
}
